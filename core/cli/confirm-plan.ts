import type { Regie } from '#core/api/regie.ts'
import { GuardRefused } from '#core/operations/errors.ts'
import type { Plan } from '#core/operations/types.ts'
import { ConfirmationNeeded } from './errors.ts'
import { count, duration, plain } from './text.ts'
import type { World } from './world.ts'

/** A plan as a person reads it before it runs. */
export function planText(plan: Plan): string {
  const steps = plan.steps.map((step, index) => {
    const estimate = step.estimateMs === undefined ? '' : `  (about ${duration(step.estimateMs)}${step.estimateRows === undefined ? '' : `, ${count(step.estimateRows)} rows`})`
    return `  ${String(index + 1).padStart(2)}. ${plain(step.title)}${estimate}\n      ${plain(step.effect)}\n`
  })
  return [
    `${plain(plan.title)} in ${plan.environment}\n`,
    ...steps,
    ...plan.warnings.map((warning) => `  Warning: ${plain(warning)}\n`),
    ...(plan.refuse ? [`  Refused: ${plain(plan.refuse.what)}\n`] : []),
    `  Way back: ${plain(plan.wayBack)}\n`,
    `  Plan ${plan.hash.slice(0, 12)}\n`,
  ].join('')
}

/**
 * True when the plan may run. A sandbox and a development environment need no word; pre-production asks a person where there
 * is one; production needs `--yes` or a person's answer. Throws GUARD_REFUSED for a plan that refuses itself,
 * CONFIRMATION_NEEDED where production needs a word and nobody can give it.
 */
export async function confirmPlan(world: World, regie: Regie, plan: Plan, yes: boolean): Promise<boolean> {
  if (plan.refuse) throw new GuardRefused(plan.refuse)
  const environment = regie.info().environments.find(({ name }) => name === plan.environment)
  if (yes || environment?.class === 'sandbox' || environment?.class === 'development') return true
  if (!world.ask && environment?.class === 'preproduction') return true
  if (!world.ask) throw new ConfirmationNeeded(plan.environment)
  world.io.err(planText(plan))
  if (environment?.class === 'production') return (await world.ask(`Type the name of the environment to run this plan in production: `)).trim() === plan.environment
  return /^(y|yes)$/i.test((await world.ask(`Run this plan in ${plan.environment}? [y/N] `)).trim())
}
