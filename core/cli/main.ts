#!/usr/bin/env node
import { setMaxListeners } from 'node:events'
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#core/base/clock.ts'
import { shipped } from '#core/base/package-root.ts'
import { openRegie } from '#core/regie.ts'
import { homeFolder } from './home.ts'
import { reportTo } from './incidents.ts'
import { openIo } from './io.ts'
import { runCli } from './program.ts'
import { onSignals } from './signals.ts'

// A run's signal is listened to by every statement of its parallel steps: more than ten is no leak here.
setMaxListeners(100)

// The driver says on stderr that it will want a newer Node one day: package.json says which one is supported.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const { env, platform, stdin, stdout, stderr } = process
const cwd = process.cwd()
const home = homeFolder({ env, platform, cwd, uid: process.getuid?.() })
const { version } = JSON.parse(readFileSync(shipped('package.json'), 'utf8')) as { version: string }

const world = {
  io: openIo({ stdout, stderr, colour: !env.NO_COLOR }),
  clock: systemClock,
  home,
  entry: fileURLToPath(import.meta.url),
  cwd,
  env,
  actor: env.REGIE_ACTOR ?? userInfo().username,
  open: openRegie,
  ask: stdin.isTTY && stderr.isTTY ? (question: string) => createInterface({ input: stdin, output: stderr }).question(question) : null,
  cancelled: onSignals(process),
  display: platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY),
  report: reportTo(home, systemClock),
  exit: { code: 0 },
}

process.exit(await runCli(process.argv.slice(2), world, version))
