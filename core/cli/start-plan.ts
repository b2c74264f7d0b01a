import { EXIT } from '#core/api/errors.ts'
import type { Plan } from '#core/operations/types.ts'
import { confirmPlan, planText } from './confirm-plan.ts'
import { followRun } from './follow-run.ts'
import type { Context } from './world.ts'

export interface PlanOptions {
  readonly plan?: boolean
  readonly yes?: boolean
}

/** Shows the plan (`--plan`), or confirms, starts and follows it. Returns the exit code. */
export async function startPlan(context: Context<PlanOptions>, plan: Plan): Promise<number> {
  const { options, io } = context
  const json = options.json === true
  if (options.plan) {
    await (json ? context.line(plan) : io.out(planText(plan)))
    return plan.refuse ? EXIT.refused : EXIT.done
  }
  const regie = await context.regie()
  if (!(await confirmPlan(context, regie, plan, options.yes === true))) {
    io.err('Nothing was started.\n')
    return EXIT.refused
  }
  const after = regie.engine.lastEventId()
  const { runId } = await regie.engine.start(plan.hash, context.actor)
  return followRun(context, regie, runId, { json, after })
}
