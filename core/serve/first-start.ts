import type { Regie } from '#core/api/regie.ts'
import type { RunDetail, RunEvent } from '#core/operations/types.ts'

/** The operations it drives. */
const PROVISION = 'sandbox.provision'
const RUN_PIPELINE = 'pipelines.run'

export interface FirstStart {
  /** What the operator should watch: the run of each stage, and its events. */
  readonly onRun: (run: RunDetail) => void
  readonly onEvent: (event: RunEvent) => void
}

/**
 * Brings a sandbox to life, stage by stage: the tables that pipelines read first, one run of the first
 * pipeline, then everything else in the background. Looks at what is there instead of remembering how far
 * it came, so it may be called at every start and goes on where a killed one ended.
 */
export async function firstStart(regie: Regie, environment: string, { onRun, onEvent }: FirstStart): Promise<void> {
  const provision = async (part: 'pipeline-tables' | 'all'): Promise<void> => {
    await until(PROVISION, { environment, part })
  }
  const until = async (operation: string, input: { readonly [key: string]: string }): Promise<RunDetail> => {
    const after = regie.engine.lastEventId()
    const plan = await regie.engine.plan(operation, input, regie.actor)
    const { runId } = await regie.engine.start(plan.hash, regie.actor)
    onRun(regie.engine.get(runId))
    const stop = new AbortController()
    const watching = (async () => {
      for await (const event of regie.engine.watch({ runId, after, signal: stop.signal })) onEvent(event)
    })()
    try {
      const run = await regie.engine.wait(runId)
      onRun(run)
      return run
    } finally {
      stop.abort()
      await watching
    }
  }

  const { sandbox } = await regie.environment(environment)
  if (!sandbox) return
  if (!(await sandbox.state()).ready) await provision('pipeline-tables')
  const [pipeline] = await regie.pipelines.list(environment)
  const earlier = regie.engine.list({ environment, operation: RUN_PIPELINE, limit: 1 }).total
  if (pipeline && earlier === 0) await until(RUN_PIPELINE, { environment, pipeline: pipeline.id })
  if (!(await sandbox.state()).complete) await provision('all')
}
