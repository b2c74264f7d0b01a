import { os } from '#core/api/context.ts'
import { RUN_PIPELINE } from './pipelines.ts'

export const schedules = {
  list: os.schedules.list.handler(({ input, context }) => context.regie.schedules.list(input)),
  preview: os.schedules.preview.handler(({ input, context }) => context.regie.schedules.preview(input.cron, input.zone)),
  set: os.schedules.set.handler(async ({ input: { id, cron, zone, misfire, environment, pipeline, scoring }, context }) => {
    // throws PIPELINE_UNKNOWN: a schedule of nothing would be refused at every due time
    await context.regie.pipelines.get(environment, pipeline)
    // what a schedule starts is not asked again: setting it needs what starting needs
    context.regie.environments.mayChange(environment, context.actor)
    const input = { environment, pipeline, ...(scoring === undefined ? {} : { scoring }) }
    return context.regie.schedules.set({ id, environment, operation: RUN_PIPELINE, input, cron, zone, misfire }, context.actor)
  }),
  pause: os.schedules.pause.handler(({ input, context }) => context.regie.schedules.pause(input.id, input.reason, context.actor)),
  resume: os.schedules.resume.handler(({ input, context }) => context.regie.schedules.resume(input.id, context.actor)),
  remove: os.schedules.remove.handler(({ input, context }) => {
    context.regie.schedules.remove(input.id, context.actor)
    return { removed: input.id }
  }),
  pauseAll: os.schedules.pauseAll.handler(({ input, context }) => context.regie.schedules.pauseAll(input.reason, context.actor, input.lasts)),
  resumeAll: os.schedules.resumeAll.handler(({ context }) => {
    context.regie.schedules.resumeAll(context.actor)
    return { resumed: true as const }
  }),
}
