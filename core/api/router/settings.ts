import { os } from '#core/api/context.ts'

export const settings = {
  get: os.settings.get.handler(({ context }) => context.regie.settings.get(context.actor)),
  set: os.settings.set.handler(({ context, input }) => context.regie.settings.set(context.actor, input.changes)),
  watch: os.settings.watch.handler(async function* ({ context, signal }) {
    yield* context.regie.settings.watch(context.actor, signal)
  }),
}
