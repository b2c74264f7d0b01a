import { withEventMeta } from '@orpc/server'
import { never, os } from '#core/api/context.ts'

export const runs = {
  list: os.runs.list.handler(async ({ input, context }) => {
    const { total, runs: found } = await context.regie.engine.list(input)
    return { total, runs: [...found] }
  }),
  get: os.runs.get.handler(({ input, context }) => context.regie.engine.get(input.runId)),

  /** A resumed stream goes on after the last event that the caller read, whatever `after` said at first. */
  watch: os.runs.watch.handler(async function* ({ input, context, signal, lastEventId }) {
    const after = lastEventId === undefined ? input.after : Number(lastEventId)
    const events = context.regie.engine.watch({ runId: input.runId, after, signal: signal ?? never() })
    for await (const event of events) yield withEventMeta(event, { id: String(event.id) })
  }),

  logs: os.runs.logs.handler(async ({ input, context }) => {
    const { total, lines } = await context.regie.engine.logs(input)
    return { total, lines: [...lines] }
  }),
  cancel: os.runs.cancel.handler(({ input, context }) => context.regie.engine.cancel(input.runId, { sequence: input.sequence, actor: context.actor })),
  resume: os.runs.resume.handler(({ input, context }) => context.regie.engine.resume(input.runId, { sequence: input.sequence, actor: context.actor })),
  rerun: os.runs.rerun.handler(({ input, context }) => context.regie.engine.rerun(input.runId, input.fromStep, context.actor)),
}
