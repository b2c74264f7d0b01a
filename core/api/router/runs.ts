import { withEventMeta } from '@orpc/server'
import { never, os, type ApiContext } from '#core/api/context.ts'
import { NothingToUndo, PlanOfOther } from '#core/api/errors.ts'
import { canonicalJson, type Json } from '#core/base/json.ts'
import { RUN_PIPELINE } from './pipelines.ts'

export const runs = {
  // The last event's id is read before the runs: an event in between is seen twice, never missed.
  list: os.runs.list.handler(({ input: { pipeline, ...query }, context: { regie } }) => ({
    lastEventId: regie.engine.lastEventId(),
    ...regie.engine.list(pipeline === undefined ? query : { ...query, input: { pipeline } }),
  })),
  get: os.runs.get.handler(({ input, context: { regie } }) => ({ lastEventId: regie.engine.lastEventId(), ...regie.engine.get(input.runId) })),

  /** A resumed stream goes on after the last event that the caller read, whatever `after` said at first. */
  watch: os.runs.watch.handler(async function* ({ input, context, signal, lastEventId }) {
    const after = lastEventId === undefined ? input.after : Number(lastEventId)
    const events = context.regie.engine.watch({ runId: input.runId, after, signal: signal ?? never() })
    for await (const event of events) yield withEventMeta(event, { id: String(event.id) })
  }),

  logs: os.runs.logs.handler(({ input, context }) => context.regie.engine.logs(input)),
  cancel: os.runs.cancel.handler(({ input, context }) => context.regie.engine.cancel(input.runId, { sequence: input.sequence, actor: context.actor })),
  resume: os.runs.resume.handler(({ input, context }) => context.regie.engine.resume(input.runId, { sequence: input.sequence, actor: context.actor })),
  rerun: os.runs.rerun.handler(({ input, context }) => context.regie.engine.rerun(input.runId, input.fromStep, context.actor, input.planHash)),
  planRerun: os.runs.planRerun.handler(({ input, context }) => context.regie.engine.planRerun(input.runId, input.fromStep, context.actor)),

  history: os.runs.history.handler(({ input: { environment, pipeline, limit }, context }) =>
    context.regie.engine.history({ environment, operation: RUN_PIPELINE, input: { pipeline }, limit }).map(({ run, steps }) => ({
      run,
      steps: steps.map(({ id, title, state, startedAt, endedAt }) => ({ id, title, state, startedAt, endedAt })),
    })),
  ),
  series: os.runs.series.handler(({ input, context }) => context.regie.engine.series(input.runId).map(({ stepId, points }) => ({ stepId, points: [...points] }))),
  compare: os.runs.compare.handler(({ input, context }) => context.regie.engine.compare(input.a, input.b)),

  planUndo: os.runs.planUndo.handler(({ input, context }) => {
    const undo = undoOf(context, input.runId)
    return context.regie.engine.plan(undo.operation, undo.input, context.actor)
  }),
  undo: os.runs.undo.handler(({ input, context }) => {
    const undo = undoOf(context, input.runId)
    const plan = context.regie.engine.savedPlan(input.planHash)
    if (plan.operation !== undo.operation || canonicalJson(plan.input) !== canonicalJson(undo.input)) throw new PlanOfOther(undo.operation, plan.operation)
    return context.regie.engine.start(input.planHash, context.actor)
  }),
}

/** The way back that the run recorded. Throws NOTHING_TO_UNDO, RUN_UNKNOWN. */
function undoOf({ regie }: ApiContext, runId: string): { readonly operation: string; readonly input: Json } {
  const { undo } = regie.engine.get(runId)
  if (!undo) throw new NothingToUndo(runId)
  return undo
}
