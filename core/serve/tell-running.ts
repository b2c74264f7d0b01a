import type { RunEngine } from '#core/api/regie.ts'
import type { RunningRun } from './host-messages.ts'

/** Runs named to a tray; a menu longer than this is no menu. */
const MOST = 20

/** Tells which runs move now: at once, then whenever one begins or ends, until the signal. */
export async function tellRunning(engine: Pick<RunEngine, 'list' | 'watch' | 'lastEventId'>, tell: (runs: readonly RunningRun[]) => void, signal: AbortSignal): Promise<void> {
  const look = (): void => {
    const { runs } = engine.list({ states: ['queued', 'running'], limit: MOST })
    tell(runs.map(({ runId, title, environment, state, startedAt }) => ({ runId, title, environment, state, startedAt })))
  }
  const after = engine.lastEventId()
  look()
  for await (const event of engine.watch({ after, signal })) if (event.kind === 'run') look()
}
