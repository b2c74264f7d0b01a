import { z } from 'zod'
import type { EnvironmentClass } from '#core/operations/types.ts'
import { operation, type StepContext } from '#core/operations/types.ts'
import { SourceLoadRefused } from './errors.ts'
import { loadActs, loadPlan, loadResult, observeLoad, type LoadObserved } from './generated-tables.ts'
import type { SandboxControl } from './sandbox.ts'

export interface LoadSourceDeps {
  readonly environment: { readonly name: string; readonly class: EnvironmentClass }
  /** The generated source of a blueprint, to be loaded into this environment's own database. */
  readonly generatedSource: (blueprint: string, scale: number) => SandboxControl
}

const Input = z.object({ environment: z.string(), blueprint: z.string(), scale: z.number().positive().max(100).default(1) })
type Input = z.infer<typeof Input>

const WHERE = 'PostgreSQL'
const NOWHERE: LoadObserved = { generated: false, fingerprint: '', keys: false, tables: [] }
const allowed = (level: EnvironmentClass): boolean => level === 'development' || level === 'preproduction'
const refusal = ({ name, class: level }: LoadSourceDeps['environment']): SourceLoadRefused | null =>
  allowed(level) ? null : new SourceLoadRefused(name, level === 'production' ? 'it is production' : 'a sandbox has its own: use sandbox.provision')

/**
 * Loads a blueprint's generated source into the database of a development or pre-production environment. Tables that are
 * there and were not loaded by this operation are never touched: then it refuses.
 */
export const loadSource = operation<Input, LoadObserved & { readonly level: EnvironmentClass }, LoadSourceDeps>({
  id: 'source.load',
  version: 1,
  capability: 'source.load',
  input: Input,
  environment: ({ environment }) => environment,
  locks: ({ environment }) => [`${environment}/source`],

  async observe({ blueprint, scale }, deps, signal) {
    const { class: level } = deps.environment
    return { ...(allowed(level) ? await observeLoad(deps.generatedSource(blueprint, scale), signal) : NOWHERE), level }
  },

  plan: ({ environment, blueprint, scale }, observed) => ({
    title: `Load the generated source of ${blueprint}${scale === 1 ? '' : `, ${scale} times its size,`} into ${environment}`,
    steps: loadPlan('all', observed, WHERE),
    wayBack: 'Drop the tables: they are generated and can be made again at any time. Nothing else in the database is touched.',
    warnings: ['Tables that this operation loaded before, with another seed or size, are replaced.'],
    refuse: refusal({ name: environment, class: observed.level }),
  }),

  guards: [(_input, _plan, { deps }) => refusal(deps.environment)],

  steps(input, plan) {
    const acts = loadActs<LoadSourceDeps>(({ deps }: StepContext<unknown, LoadSourceDeps>) => deps.generatedSource(input.blueprint, input.scale), WHERE)
    return plan.steps.map((planned) => ({ ...planned, again: 'safe' as const, retry: { attempts: 3, baseMs: 500 }, ...acts[planned.id]! }))
  },

  prove: loadResult,
  undo: () => null,
})
