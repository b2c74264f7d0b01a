import type { ApiContext } from '#core/api/context.ts'
import { PlanOfOther } from '#core/api/errors.ts'
import type { Run } from '#core/operations/types.ts'

const name = (operation: string, of: Readonly<Record<string, unknown>>): string => [operation, of.environment, of.pipeline].filter(Boolean).join(' ')

/**
 * Starts a saved plan, but only one of the operation and input that the procedure's capability speaks of:
 * a hash alone must not open another door. Throws PLAN_OF_OTHER, and whatever the engine refuses.
 */
export async function startPlan(context: ApiContext, planHash: string, wanted: { operation: string; input: Readonly<Record<string, string>> }): Promise<Run> {
  const plan = context.regie.engine.savedPlan(planHash)
  const input = plan.input as Readonly<Record<string, unknown>>
  const same = plan.operation === wanted.operation && Object.entries(wanted.input).every(([key, value]) => input[key] === value)
  if (!same) throw new PlanOfOther(name(wanted.operation, wanted.input), name(plan.operation, input))
  return context.regie.engine.start(planHash, context.actor)
}
