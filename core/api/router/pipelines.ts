import { os, type ApiContext } from '#core/api/context.ts'
import type { PipelineView } from '#core/api/regie.ts'
import { startPlan } from './start-plan.ts'

/** The operation that runs a pipeline. */
export const RUN_PIPELINE = 'pipelines.run'

function withLastRun(context: ApiContext, environment: string, pipeline: PipelineView) {
  const { runs } = context.regie.engine.list({ environment, operation: RUN_PIPELINE, input: { pipeline: pipeline.id }, limit: 1 })
  return { ...pipeline, steps: [...pipeline.steps], lastRun: runs[0] ?? null }
}

export const pipelines = {
  list: os.pipelines.list.handler(async ({ input, context }) => {
    const found = await context.regie.pipelines.list(input.environment)
    return found.map((pipeline) => withLastRun(context, input.environment, pipeline))
  }),
  get: os.pipelines.get.handler(async ({ input, context }) =>
    withLastRun(context, input.environment, await context.regie.pipelines.get(input.environment, input.pipeline)),
  ),
  source: os.pipelines.source.handler(({ input, context }) => context.regie.pipelines.source(input.environment, input.pipeline)),
  plan: os.pipelines.plan.handler(({ input, context }) => context.regie.engine.plan(RUN_PIPELINE, { ...input }, context.actor)),
  run: os.pipelines.run.handler(({ input: { planHash, ...input }, context }) => startPlan(context, planHash, { operation: RUN_PIPELINE, input })),
  changes: os.pipelines.changes.handler(({ input, context }) => context.regie.pipelines.changes(input.runId)),
  preview: os.pipelines.preview.handler(({ input, context, signal }) => context.regie.pipelines.preview({ ...input, signal })),
}
