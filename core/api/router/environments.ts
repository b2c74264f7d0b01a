import { os } from '#core/api/context.ts'
import { NoSandbox } from '#core/environments/errors.ts'
import { iso } from '#core/base/clock.ts'
import { startPlan } from './start-plan.ts'

/** The operation that fills a sandbox. */
export const PROVISION = 'sandbox.provision'

export const environments = {
  systems: os.environments.systems.handler(async ({ input, context }) => {
    const environment = await context.regie.environment(input.environment)
    const checkedAt = iso(context.regie.clock.now())
    return (await environment.systems()).map(({ system, engine, state, note }) => ({ system, engine, state, note, checkedAt }))
  }),
  sandbox: os.environments.sandbox.handler(async ({ input, context, signal }) => {
    const { sandbox } = await context.regie.environment(input.environment)
    if (!sandbox) throw new NoSandbox(input.environment)
    const { ready, complete, tables } = await sandbox.state(signal)
    return { ready, complete, tables: [...tables] }
  }),
  planProvision: os.environments.planProvision.handler(({ input, context }) =>
    context.regie.engine.plan(PROVISION, { environment: input.environment, part: input.part }, context.actor),
  ),
  provision: os.environments.provision.handler(({ input: { planHash, environment }, context }) =>
    startPlan(context, planHash, { operation: PROVISION, input: { environment } }),
  ),
}
