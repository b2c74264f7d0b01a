import { z } from 'zod'
import type { Json } from '#core/base/json.ts'
import { operation, type Evidence, type PlannedStep, type Step, type StepContext } from '#core/operations/types.ts'
import { NoSandbox, SandboxRowsDiffer } from './errors.ts'
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

type Table = { readonly name: string; readonly rows: number; readonly loaded: boolean; readonly first: boolean }
type Observed = { readonly generated: boolean; readonly fingerprint: string; readonly keys: boolean; readonly tables: readonly Table[] }
type Context = StepContext<Input, ProvisionDeps>

/** Measured on two shared cores; estimates only. */
const ROWS_PER_MS = 600
const START_MS = 1_000
const KEYS_MS_PER_ROW = 0.001

const missing = (tables: readonly Table[], first: boolean): Table[] => tables.filter((table) => table.first === first && !table.loaded)
const rowsOf = (tables: readonly Table[]): number => tables.reduce((sum, table) => sum + table.rows, 0)
const count = (rows: number): string => rows.toLocaleString('en')
const sandboxOf = ({ deps }: { deps: ProvisionDeps }): SandboxControl => {
  if (!deps.sandbox) throw new NoSandbox(deps.environment.name)
  return deps.sandbox
}

/** Fill the sandbox's own PostgreSQL with generated source tables. Every step does only what is missing. */
export const provisionSandbox = operation<Input, Observed, ProvisionDeps>({
  id: 'sandbox.provision',
  version: 1,
  capability: 'sandbox.provision',
  input: Input,
  environment: ({ environment }) => environment,
  locks: ({ environment }) => [`${environment}/source`],

  async observe(_input, { sandbox }, signal) {
    if (!sandbox) return { generated: false, fingerprint: '', keys: false, tables: [] }
    const { tables, keys } = await sandbox.state(signal)
    return { generated: true, fingerprint: sandbox.fingerprint, keys, tables: tables.map((table) => ({ ...table, first: sandbox.first.includes(table.name) })) }
  },

  plan: ({ environment, part }, { generated, tables, keys }) => ({
    title: `Provision ${environment}`,
    steps: plannedSteps(part, tables, keys),
    wayBack: 'Nothing to go back to: the rows are generated and can be made again at any time.',
    refuse: generated ? null : new NoSandbox(environment),
  }),

  guards: [],

  steps(_input, plan) {
    const acts: Readonly<Record<string, Pick<Step<Input, ProvisionDeps>, 'act' | 'confirm'>>> = {
      server: { act: startServer, confirm: serverAnswers },
      'pipeline-tables': { act: (context) => loadTables(context, true), confirm: (context) => rowsAreThere(context, true) },
      'other-tables': { act: (context) => loadTables(context, false), confirm: (context) => rowsAreThere(context, false) },
      keys: { act: addKeys, confirm: keysAreThere },
    }
    return plan.steps.map((planned) => ({ ...planned, again: 'safe' as const, retry: { attempts: 3, baseMs: 500 }, ...acts[planned.id]! }))
  },

  prove: (outputs) => ({
    tables: (outputs.get('pipeline-tables') as Loaded | undefined)?.tables ?? 0,
    engine: (outputs.get('server') as { engine?: string } | undefined)?.engine ?? '',
    rows: ['pipeline-tables', 'other-tables'].reduce((sum, id) => sum + ((outputs.get(id) as Loaded | undefined)?.rows ?? 0), 0),
    keys: (outputs.get('keys') as { keys?: number } | undefined)?.keys ?? 0,
  }),

  undo: () => null,
})

type Loaded = { readonly tables: number; readonly rows: number }

function plannedSteps(part: Input['part'], tables: readonly Table[], keys: boolean): PlannedStep[] {
  const where = 'sandbox PostgreSQL'
  const load = (first: boolean): Pick<PlannedStep, 'effect' | 'estimateMs' | 'estimateRows'> => {
    const left = missing(tables, first)
    return left.length === 0
      ? { effect: 'All tables are loaded already.', estimateMs: 50, estimateRows: 0 }
      : { effect: `Generates and loads ${left.length} tables, ${count(rowsOf(left))} rows.`, estimateMs: Math.round(rowsOf(left) / ROWS_PER_MS), estimateRows: rowsOf(left) }
  }
  const steps: PlannedStep[] = [
    { id: 'server', title: 'Start the sandbox database', where, needs: [], effect: 'Creates its cluster if there is none and starts its server, or joins the one that runs.', estimateMs: START_MS },
    { id: 'pipeline-tables', title: 'Load the tables that pipelines read', where, needs: ['server'], ...load(true) },
  ]
  if (part === 'pipeline-tables') return steps
  return [
    ...steps,
    { id: 'other-tables', title: 'Load the other tables', where, needs: ['pipeline-tables'], ...load(false) },
    {
      id: 'keys',
      title: 'Add keys and statistics',
      where,
      needs: ['other-tables'],
      effect: keys ? 'All keys are there already.' : 'Adds primary, unique and foreign keys, sets the sequences, collects statistics.',
      estimateMs: keys ? 50 : Math.round(rowsOf(tables) * KEYS_MS_PER_ROW),
    },
  ]
}

async function startServer(context: Context): Promise<Json> {
  const { engine, fallback } = await sandboxOf(context).start()
  context.log(fallback ? 'warn' : 'info', fallback ? `${engine} is used: ${fallback}` : `${engine} runs`)
  return { engine, fallback }
}

async function serverAnswers(context: Context, output: Json): Promise<Evidence[]> {
  const { engine } = output as { engine: string }
  const found = (await sandboxOf(context).start()).engine
  return [{ what: 'The sandbox database answers', state: found === engine ? 'proven' : 'disproven', readFrom: found, expected: engine, found }]
}

const tablesOf = (sandbox: SandboxControl, first: boolean): string[] => sandbox.tables.filter((name) => sandbox.first.includes(name) === first)

async function loadTables(context: Context, first: boolean): Promise<Loaded> {
  const sandbox = sandboxOf(context)
  const names = tablesOf(sandbox, first)
  await context.probe('before-load')
  await sandbox.load(names, {
    signal: context.signal,
    onRows: (rows, totalRows) => context.progress({ rows, totalRows }),
    onTable: (table, rows) => context.log('info', `${table}: ${count(rows)} rows`),
  })
  const { tables } = await sandbox.state(context.signal)
  const loaded = tables.filter((table) => names.includes(table.name) && table.loaded)
  return { tables: loaded.length, rows: loaded.reduce((sum, table) => sum + table.rows, 0) }
}

async function rowsAreThere(context: Context, first: boolean): Promise<Evidence[]> {
  const sandbox = sandboxOf(context)
  const { tables } = await sandbox.state(context.signal)
  const evidence: Evidence[] = []
  for (const { name, rows } of tables.filter((table) => sandbox.first.includes(table.name) === first)) {
    const found = await sandbox.count(name, context.signal).catch((error: unknown) => {
      if (context.signal.aborted) throw error
      return -1
    })
    evidence.push({ what: `Row count of ${name}`, state: found === rows ? 'proven' : 'disproven', readFrom: 'sandbox PostgreSQL', expected: rows, found })
    if (found !== rows && found >= 0) context.log('error', new SandboxRowsDiffer(name, rows, found).message)
  }
  return evidence
}

async function addKeys(context: Context): Promise<Json> {
  const keys = await sandboxOf(context).addKeys({ signal: context.signal, onKey: (done, total) => context.progress({ rows: done, totalRows: total }) })
  return { keys }
}

async function keysAreThere(context: Context, output: Json): Promise<Evidence[]> {
  const sandbox = sandboxOf(context)
  const { keys } = await sandbox.state(context.signal)
  const found = (output as { keys: number }).keys
  return [
    {
      what: 'Keys of the schema',
      state: keys && found === sandbox.keyCount ? 'proven' : 'disproven',
      readFrom: 'sandbox PostgreSQL, pg_constraint',
      expected: sandbox.keyCount,
      found,
    },
  ]
}
