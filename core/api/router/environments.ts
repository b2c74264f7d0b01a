import { os } from '#core/api/context.ts'
import { NoSandbox } from '#core/environments/errors.ts'
import { iso } from '#core/base/clock.ts'
import { startPlan } from './start-plan.ts'

/** The operation that fills a sandbox. */
export const PROVISION = 'sandbox.provision'
/** The operation that loads a generated source elsewhere. */
export const LOAD_SOURCE = 'source.load'

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
  check: os.environments.check.handler(async ({ input, context, signal }) => {
    const { ok, checks } = await context.regie.environments.check(input.environment, signal)
    return { ok, checks: [...checks] }
  }),
  add: os.environments.add.handler(async ({ input: { name, class: level, from }, context }) => {
    const { embedded, secrets, ...added } = await context.regie.environments.add({ name, level, from })
    return { ...added, embedded: [...embedded], secrets: [...secrets] }
  }),
  elevation: os.environments.elevation.handler(({ input, context }) => context.regie.environments.elevation(input.environment, context.actor)),
  elevate: os.environments.elevate.handler(({ input, context }) => context.regie.environments.elevate(input, context.actor)),
  endElevation: os.environments.endElevation.handler(({ input, context }) => ({ ended: context.regie.environments.endElevation(input.environment, context.actor) })),
  planLoadSource: os.environments.planLoadSource.handler(({ input, context }) => context.regie.engine.plan(LOAD_SOURCE, { ...input }, context.actor)),
  loadSource: os.environments.loadSource.handler(({ input: { planHash, environment, blueprint }, context }) =>
    startPlan(context, planHash, { operation: LOAD_SOURCE, input: { environment, blueprint } }),
  ),
}
