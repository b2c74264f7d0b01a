import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { shipped } from '#core/base/package-root.ts'
import type { RunDetail, RunEvent } from '#core/operations/types.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { ownWorkspace } from '#core/cli/own-workspace.ts'
import { liveView, plainView, type RunView } from '#core/cli/run-view.ts'
import type { World } from '#core/cli/world.ts'
import { superviseCore, untilCancelled, withPort } from './serve.ts'

const SANDBOX = 'sandbox'

/** start: what `npm start` runs. */
export function startCommand(parent: Command, world: World): void {
  const command = describeCommand(parent.command('start'), {
    summary: 'open the console; at the first start, make a sandbox and run the first pipeline in it',
    about: 'Opens a desktop window where an Electron runtime and a display are there; otherwise it says why not and prints the link of the same console on loopback. Ctrl-C ends it.',
    examples: ['regie start', 'npm start'],
  })
  act<{ port: number }>(withPort(command), world, async ({ options, line }) => {
    const { io } = world
    const { workspace, created } = ownWorkspace(world, options.workspace)
    if (created && !options.json) await io.out(`First start: making a workspace with a sandbox in ${workspace.folder}\n`)
    const firstStart = workspace.environments.includes(SANDBOX) ? SANDBOX : null

    const noWindow = options.json ? '--json was asked for' : await openWindow(world, [`--workspace=${workspace.folder}`, ...(firstStart === null ? [] : [`--first-start=${firstStart}`])])
    if (noWindow === null) return

    const shown = stages(world)
    const served = await superviseCore(world, {
      port: options.port,
      workspace: workspace.folder,
      firstStart,
      say: (text) => io.err(`${text}\n`),
      ...(options.json ? {} : shown),
    })
    if (options.json) await line({ url: served.url })
    else {
      if (world.display) openInBrowser(served.url, world.env)
      await io.out(`No desktop window (${noWindow}): the console is served on this machine only.\n\n  ${served.url}\n\nCtrl-C ends it.\n`)
    }
    await untilCancelled(world)
    await served.close()
  })
}

/** Shows the stages of the first start one after the other; what follows the first run goes on in silence. */
function stages({ io }: World): { onRun: (run: RunDetail) => void; onEvent: (event: RunEvent) => void } {
  let view: { runId: string; view: RunView } | null = null
  let quiet = false
  return {
    onRun: (run) => {
      if (quiet) return
      if (view?.runId === run.runId) {
        void view.view.end(run)
        view = null
        // The first pipeline has run: the rest of the sandbox is filled in the background.
        quiet = run.operation !== 'sandbox.provision'
        return
      }
      void io.out(`\n${run.title}\n`)
      view = { runId: run.runId, view: io.tty ? liveView(io, run) : plainView(io) }
    },
    onEvent: (event) => void (event.runId === view?.runId && view.view.event(event)),
  }
}

/** Shows the desktop window until it is closed. Returns null then, or why there is none. */
async function openWindow(world: World, args: readonly string[]): Promise<string | null> {
  const { io } = world
  const electron = electronProgram(world.env)
  const shell = shipped('dist', 'electron', 'main.cjs')
  if (electron === null) return 'no Electron runtime is installed'
  if (!world.display) return 'there is no display'
  if (!existsSync(shell)) return 'the desktop shell is not built'

  // A checkout's native modules are built for this Node: the window's core runs in it.
  const child = spawn(electron, [...switches(), shell, ...args], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...world.env, REGIE_HOME: world.home, REGIE_CORE_NODE: process.execPath, REGIE_ACTOR: world.actor } })
  const ended = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null))
    child.on('exit', (code) => resolve(code))
  })
  const soon = await Promise.race([ended, new Promise<'well'>((resolve) => setTimeout(() => resolve('well'), WELL_AFTER_MS))])
  if (soon === 0) {
    await io.out('The window that was open already is in front.\n')
    return null
  }
  if (soon !== 'well') return 'Electron does not start here'
  await io.out('The console is open in its window. Ctrl-C ends it.\n')
  const cancel = (): void => void child.kill('SIGTERM')
  world.cancelled.addEventListener('abort', cancel, { once: true })
  await ended
  world.cancelled.removeEventListener('abort', cancel)
  return null
}

/** As root Chromium's own sandbox can't work on Linux. */
const switches = (): readonly string[] => (process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [])

/** $ELECTRON_PATH, else the runtime that the electron package has fetched; its absence is normal. Never fetches it. */
function electronProgram(env: World['env']): string | null {
  if (env.ELECTRON_PATH && existsSync(env.ELECTRON_PATH)) return env.ELECTRON_PATH
  const folder = shipped('node_modules', 'electron')
  try {
    const program = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return existsSync(program) ? program : null
  } catch {
    return null
  }
}

/** A runtime without what it needs ends before this, ms. */
const WELL_AFTER_MS = 1500

/** Best effort: the link is printed anyway. */
function openInBrowser(url: string, env: Readonly<Record<string, string | undefined>>): void {
  const opener = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open'
  spawn(opener, [url], { stdio: 'ignore', detached: true, env })
    .on('error', () => undefined)
    .unref()
}
