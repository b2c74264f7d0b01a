import { EXIT } from '#core/api/errors.ts'
import type { Regie } from '#core/api/regie.ts'
import type { Run, RunState } from '#core/operations/types.ts'
import { lastLine } from './last-line.ts'
import { jsonView, liveView, plainView } from './run-view.ts'
import type { World } from './world.ts'

/** States after which nothing more comes by itself, with the process's exit code. */
const ENDED: Readonly<Partial<Record<RunState, number>>> = {
  succeeded: EXIT.done,
  failed: EXIT.failed,
  stopped: EXIT.stopped,
  cancelled: EXIT.cancelled,
  interrupted: EXIT.failed,
}

/**
 * Shows a run until it ends and returns the exit code. ^C cancels the run and waits for its end.
 * A reader that closes the pipe does not: the run goes on, one line on stderr says so.
 */
export async function followRun(world: World, regie: Regie, runId: string, { json, after }: { json: boolean; after: number }): Promise<number> {
  const { io, cancelled } = world
  const view = json ? jsonView(io) : io.tty ? liveView(io, regie.engine.get(runId)) : plainView(io)
  const cancel = (): void => {
    io.err(`Cancelling ${runId}. Ctrl-C again leaves it interrupted; regie run resume ${runId} goes on.\n`)
    void regie.engine.cancel(runId, { actor: world.actor }).catch(() => undefined)
  }
  io.onClosed(() => io.err(`Nobody reads the output any more. The run goes on: regie run show ${runId}\n`))
  cancelled.addEventListener('abort', cancel, { once: true })
  if (cancelled.aborted) cancel()
  try {
    for await (const event of regie.engine.watch({ runId, after })) {
      await view.event(event)
      if (event.kind === 'run' && ENDED[event.run.state] !== undefined) break
    }
    const run: Run = await regie.engine.wait(runId)
    await view.end(run)
    if (json) await io.out(JSON.stringify(lastLine(run)) + '\n')
    return ENDED[run.state] ?? EXIT.failed
  } finally {
    cancelled.removeEventListener('abort', cancel)
  }
}
