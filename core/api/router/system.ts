import { examine } from '#core/api/doctor/index.ts'
import { os } from '#core/api/context.ts'

export const system = {
  info: os.system.info.handler(({ context }) => {
    const info = context.regie.info()
    return { ...info, workspace: { ...info.workspace }, environments: [...info.environments], actor: context.actor }
  }),
  ping: os.system.ping.handler(({ context }) => ({ at: context.regie.clock.now() })),
  doctor: os.system.doctor.handler(({ context, signal }) => examine(context.regie, signal)),
}
