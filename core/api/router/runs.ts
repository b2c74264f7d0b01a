import { withEventMeta } from '@orpc/server'
import { never, os } from '#core/api/context.ts'

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
  rerun: os.runs.rerun.handler(({ input, context }) => context.regie.engine.rerun(input.runId, input.fromStep, context.actor)),
}
