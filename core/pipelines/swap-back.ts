import { z } from 'zod'
import type { TableVersion, Warehouse } from '#core/connectors/types.ts'
import { operation, type Evidence, type StepContext } from '#core/operations/types.ts'
import { VersionNotKept } from './errors.ts'

export const SWAP_BACK = 'warehouse.swap-back'

const Input = z.strictObject({
  environment: z.string(),
  /** The versions to make current again. */
  tables: z.array(z.strictObject({ table: z.string(), version: z.number().int().positive() })).min(1),
})
type Input = z.infer<typeof Input>

type Seen = { readonly version: number; readonly rows: number; readonly sha256: string; readonly contentHash: string; readonly state: string } | null
type Observed = { readonly tables: readonly { readonly table: string; readonly target: Seen; readonly current: Seen }[] }
type Swapped = { readonly tables: readonly { readonly table: string; readonly version: number; readonly replaced: number | null; readonly rows: number; readonly contentHash: string }[] }
interface SwapDeps {
  readonly warehouse: Warehouse
}
type Context = StepContext<Input, SwapDeps>

/** Make kept versions of published tables current again, all in one transaction. Way back: the same, with what it replaces. */
export const swapBack = operation<Input, Observed, SwapDeps>({
  id: SWAP_BACK,
  version: 1,
  capability: 'pipelines.run',
  input: Input,
  environment: ({ environment }) => environment,
  locks: ({ environment }) => [`${environment}/warehouse`],

  observe: async ({ tables }, { warehouse }) => ({
    tables: await Promise.all(
      tables.map(async ({ table, version }) => {
        const versions = await warehouse.versions(table)
        return { table, target: seen(versions.find((one) => one.version === version)), current: seen(versions.find((one) => one.state === 'current')) }
      }),
    ),
  }),

  plan({ tables: wanted }, { tables }) {
    const lost = tables.findIndex(({ target }) => target === null || (target.state !== 'previous' && target.state !== 'current'))
    return {
      title: `Swap back ${wanted.map(({ table, version }) => `${table} version ${version}`).join(', ')}`,
      steps: [
        {
          id: 'swap',
          title: 'Swap the kept versions in',
          where: 'warehouse',
          needs: [],
          effect: tables.map(({ table, target, current }) => `${table}: version ${current?.version ?? 'none'} (${current?.rows ?? 0} rows) is replaced by version ${target?.version ?? '?'} (${target?.rows ?? 0} rows)`).join('; ') + '. One transaction.',
          estimateMs: 200,
        },
      ],
      wayBack: `Swap ${tables.map(({ table, current }) => `${table} version ${current?.version ?? 'none'}`).join(', ')} in again.`,
      refuse: lost < 0 ? null : new VersionNotKept(wanted[lost]!.table, wanted[lost]!.version, tables[lost]!.target?.state ?? 'not there'),
    }
  },

  guards: [],

  steps: (_input, plan) => plan.steps.map((step) => ({ ...step, again: 'confirm' as const, act: swap, recall: isSwapped, confirm: readBack })),

  prove: (outputs) => ({ tables: (outputs.get('swap') as Swapped | undefined)?.tables ?? [] }),

  undo(outputs, plan) {
    const swapped = outputs.get('swap') as Swapped | undefined
    if (!swapped || swapped.tables.some(({ replaced }) => replaced === null)) return null
    return { operation: SWAP_BACK, input: { environment: plan.environment, tables: swapped.tables.map(({ table, replaced }) => ({ table, version: replaced })) } }
  },
})

const seen = (version: TableVersion | undefined): Seen =>
  version ? { version: version.version, rows: version.rows, sha256: version.sha256, contentHash: version.contentHash, state: version.state } : null

const observedOf = ({ plan }: Context): Observed => plan.observed as unknown as Observed

const outputOf = (context: Context): Swapped => ({
  tables: observedOf(context).tables.map(({ table, target, current }) => ({ table, version: target!.version, replaced: current?.version ?? null, rows: target!.rows, contentHash: target!.contentHash })),
})

async function swap(context: Context): Promise<Swapped> {
  const { tables } = observedOf(context)
  await context.deps.warehouse.publish(tables.map(({ table, target }) => ({ table, version: target!.version, sha256: target!.sha256 })), { runId: context.runId, fence: context.fence })
  context.log('info', tables.map(({ table, target }) => `${table} version ${target!.version} is current`).join('; '))
  return outputOf(context)
}

async function isSwapped(context: Context): Promise<Swapped | null> {
  for (const { table, target } of observedOf(context).tables) if ((await context.deps.warehouse.version(table, target!.version))?.state !== 'current') return null
  return outputOf(context)
}

async function readBack(context: Context): Promise<readonly Evidence[]> {
  const published = await context.deps.warehouse.tables()
  return observedOf(context).tables.map(({ table, target }) => {
    const found = published.find(({ name }) => name === table)?.current
    return { what: `Current version of ${table}`, state: found?.version === target!.version && found.sha256 === target!.sha256 ? 'proven' : 'disproven', readFrom: 'warehouse catalogue', expected: target!.version, found: found?.version ?? null }
  })
}
