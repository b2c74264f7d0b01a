import { PassThrough } from 'node:stream'
import type { Regie } from '#core/api/regie.ts'
import { systemClock } from '#core/base/clock.ts'
import { openIo } from '#core/cli/io.ts'
import { runCli } from '#core/cli/program.ts'
import type { World } from '#core/cli/world.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  /** stdout as JSON, one value per line. */
  readonly lines: readonly Record<string, unknown>[]
}

export interface FakeWorld {
  readonly world: World
  readonly stop: AbortController
  readonly reported: unknown[]
  run(...args: string[]): Promise<Ran>
}

/** The command line over a program of the test's own, with streams in memory. */
export function fakeWorld(regie: Regie | ((options: { workspace: string | null }) => Promise<Regie>), overrides: Partial<World> & { tty?: boolean } = {}): FakeWorld {
  const { tty = false, ...rest } = overrides
  const stdout = Object.assign(new PassThrough({ highWaterMark: 1 << 24 }), { isTTY: tty, columns: 100 })
  const stderr = new PassThrough({ highWaterMark: 1 << 24 })
  const stop = new AbortController()
  const reported: unknown[] = []
  const world: World = {
    io: openIo({ stdout, stderr, colour: false }),
    clock: systemClock,
    home: '/nowhere/home',
    entry: '/nowhere/regie.js',
    cwd: '/nowhere',
    env: {},
    actor: 'tester',
    open: async (options) => (typeof regie === 'function' ? regie(options) : regie),
    ask: null,
    cancelled: stop.signal,
    display: false,
    report: (error) => {
      reported.push(error)
      return `incident-${reported.length}`
    },
    exit: { code: 0 },
    ...rest,
  }
  return {
    world,
    stop,
    reported,
    run: async (...args) => {
      world.exit.code = 0
      const code = await runCli(args, world, '0.0.0')
      const out = String(stdout.read() ?? '')
      const err = String(stderr.read() ?? '')
      const lines = args.includes('--json') ? out.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>) : []
      return { code, out, err, lines }
    },
  }
}
