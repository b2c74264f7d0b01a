import { z } from 'zod'
import { operation, type StepContext } from '#core/operations/types.ts'
import { NoSandbox } from './errors.ts'
import { loadActs, loadPlan, loadResult, observeLoad, type LoadObserved } from './generated-tables.ts'
import type { SandboxControl } from './sandbox.ts'

export interface ProvisionDeps {
  readonly environment: { readonly name: string }
  /** null where the environment's source isn't generated. */
  readonly sandbox: SandboxControl | null
}

const Input = z.object({
  environment: z.string(),
  /** Only what a first pipeline run reads, or everything with keys. */
  part: z.enum(['pipeline-tables', 'all']).default('all'),
})
type Input = z.infer<typeof Input>

const WHERE = 'sandbox PostgreSQL'
const sandboxOf = ({ deps }: StepContext<unknown, ProvisionDeps>): SandboxControl => {
  if (!deps.sandbox) throw new NoSandbox(deps.environment.name)
  return deps.sandbox
}

/** Fill the sandbox's own PostgreSQL with generated source tables. Every step does only what is missing. */
export const provisionSandbox = operation<Input, LoadObserved, ProvisionDeps>({
  id: 'sandbox.provision',
  version: 1,
  capability: 'sandbox.provision',
  input: Input,
  environment: ({ environment }) => environment,
  locks: ({ environment }) => [`${environment}/source`],

  observe: async (_input, { sandbox }, signal) => (sandbox ? observeLoad(sandbox, signal) : { generated: false, fingerprint: '', keys: false, tables: [] }),

  plan: ({ environment, part }, observed) => ({
    title: `Provision ${environment}`,
    steps: loadPlan(part, observed, WHERE),
    wayBack: 'Nothing to go back to: the rows are generated and can be made again at any time.',
    refuse: observed.generated ? null : new NoSandbox(environment),
  }),

  guards: [],

  steps(_input, plan) {
    const acts = loadActs<ProvisionDeps>(sandboxOf, WHERE)
    return plan.steps.map((planned) => ({ ...planned, again: 'safe' as const, retry: { attempts: 3, baseMs: 500 }, ...acts[planned.id]! }))
  },

  prove: loadResult,
  undo: () => null,
})
