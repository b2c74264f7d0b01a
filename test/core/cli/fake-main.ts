import { systemClock } from '#core/base/clock.ts'
import { openIo } from '#core/cli/io.ts'
import { runCli } from '#core/cli/program.ts'
import { onSignals } from '#core/cli/signals.ts'
import type { RunEvent, RunState } from '#core/operations/types.ts'
import { fakeRegie, RUN_ID } from '#test/core/api/fake-regie.ts'

/**
 * The command line as a real process over a fake program. Its run tells as many events as argv[2] says, one
 * per turn of the event loop, and is `cancelled` when somebody asks for it.
 */
const [events = '0', ...args] = process.argv.slice(2)
const regie = fakeRegie()
let state: RunState = 'running'
regie.engine.cancel = async (runId) => {
  process.stderr.write(`cancel ${runId}\n`)
  state = 'cancelled'
  return { ...regie.engine.get(runId), state }
}
regie.engine.wait = async (runId) => ({ ...regie.engine.get(runId), state })
regie.engine.watch = async function* () {
  const event = (id: number, rest: object): RunEvent => ({ id, at: '', runId: RUN_ID, ...rest }) as RunEvent
  let id = 0
  for (; id < Number(events); id += 1) {
    if (state !== 'running') break
    yield event(id, { kind: 'log', stepId: null, level: 'info', message: 'x'.repeat(1000) })
    await new Promise(setImmediate)
  }
  if (state === 'running') state = 'succeeded'
  process.stderr.write(`ended ${state}\n`)
  yield event(id, { kind: 'run', run: { ...regie.engine.get(RUN_ID), state } })
}

process.exit(
  await runCli(
    args,
    {
      io: openIo({ stdout: process.stdout, stderr: process.stderr, colour: false }),
      clock: systemClock,
      home: '/nowhere',
      entry: '/nowhere/regie.js',
      cwd: '/',
      env: {},
      actor: 'tester',
      open: async () => regie,
      ask: null,
      cancelled: onSignals(process),
      display: false,
      report: () => 'id',
      exit: { code: 0 },
    },
    '0.0.0',
  ),
)
