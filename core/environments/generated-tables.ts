import type { Json } from '#core/base/json.ts'
import type { Evidence, PlannedStep, Step, StepContext } from '#core/operations/types.ts'
import { SandboxRowsDiffer } from './errors.ts'
import type { SandboxControl } from './sandbox.ts'

/* Steps that load a generated source, for every operation that does: each does only what is missing. */

export type TableState = { readonly name: string; readonly rows: number; readonly loaded: boolean; readonly first: boolean }
export type LoadObserved = { readonly generated: boolean; readonly fingerprint: string; readonly keys: boolean; readonly tables: readonly TableState[] }

/** Only what a first pipeline run reads, or everything with keys. */
export type LoadPart = 'pipeline-tables' | 'all'

/** Measured on two shared cores; estimates only. */
const ROWS_PER_MS = 600
const START_MS = 1_000
const KEYS_MS_PER_ROW = 0.001

const missing = (tables: readonly TableState[], first: boolean): TableState[] => tables.filter((table) => table.first === first && !table.loaded)
const rowsOf = (tables: readonly TableState[]): number => tables.reduce((sum, table) => sum + table.rows, 0)
const count = (rows: number): string => rows.toLocaleString('en')

export async function observeLoad(sandbox: SandboxControl, signal?: AbortSignal): Promise<LoadObserved> {
  const { tables, keys } = await sandbox.state(signal)
  return { generated: true, fingerprint: sandbox.fingerprint, keys, tables: tables.map((table) => ({ ...table, first: sandbox.first.includes(table.name) })) }
}

export type Loaded = { readonly tables: number; readonly rows: number }

export function loadPlan(part: LoadPart, { tables, keys }: LoadObserved, where: string): PlannedStep[] {
  const load = (first: boolean): Pick<PlannedStep, 'effect' | 'estimateMs' | 'estimateRows'> => {
    const left = missing(tables, first)
    return left.length === 0
      ? { effect: 'All tables are loaded already.', estimateMs: 50, estimateRows: 0 }
      : { effect: `Generates and loads ${left.length} tables, ${count(rowsOf(left))} rows.`, estimateMs: Math.round(rowsOf(left) / ROWS_PER_MS), estimateRows: rowsOf(left) }
  }
  const steps: PlannedStep[] = [
    { id: 'server', title: 'Reach the database', where, needs: [], effect: 'Starts the embedded server, or joins the one that runs.', estimateMs: START_MS },
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

const tablesOf = (sandbox: SandboxControl, first: boolean): string[] => sandbox.tables.filter((name) => sandbox.first.includes(name) === first)

/** What the planned steps do, by their ids; `controlOf` says whose source it is. */
export function loadActs<Deps>(controlOf: (context: StepContext<unknown, Deps>) => SandboxControl, where: string): Readonly<Record<string, Pick<Step<unknown, Deps>, 'act' | 'confirm'>>> {
  async function startServer(context: StepContext<unknown, Deps>): Promise<Json> {
    const { engine, fallback } = await controlOf(context).start()
    context.log(fallback ? 'warn' : 'info', fallback ? `${engine} is used: ${fallback}` : `${engine} runs`)
    return { engine, fallback }
  }

  async function serverAnswers(context: StepContext<unknown, Deps>, output: Json): Promise<Evidence[]> {
    const { engine } = output as { engine: string }
    const found = (await controlOf(context).start()).engine
    return [{ what: 'The database answers', state: found === engine ? 'proven' : 'disproven', readFrom: found, expected: engine, found }]
  }

  async function loadTables(context: StepContext<unknown, Deps>, first: boolean): Promise<Loaded> {
    const sandbox = controlOf(context)
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

  async function rowsAreThere(context: StepContext<unknown, Deps>, first: boolean): Promise<Evidence[]> {
    const sandbox = controlOf(context)
    const { tables } = await sandbox.state(context.signal)
    const evidence: Evidence[] = []
    for (const { name, rows } of tables.filter((table) => sandbox.first.includes(table.name) === first)) {
      const found = await sandbox.count(name, context.signal).catch((error: unknown) => {
        if (context.signal.aborted) throw error
        return -1
      })
      evidence.push({ what: `Row count of ${name}`, state: found === rows ? 'proven' : 'disproven', readFrom: where, expected: rows, found })
      if (found !== rows && found >= 0) context.log('error', new SandboxRowsDiffer(name, rows, found).message)
    }
    return evidence
  }

  async function addKeys(context: StepContext<unknown, Deps>): Promise<Json> {
    const keys = await controlOf(context).addKeys({ signal: context.signal, onKey: (done, total) => context.progress({ rows: done, totalRows: total }) })
    return { keys }
  }

  async function keysAreThere(context: StepContext<unknown, Deps>, output: Json): Promise<Evidence[]> {
    const sandbox = controlOf(context)
    const { keys } = await sandbox.state(context.signal)
    const found = (output as { keys: number }).keys
    return [
      {
        what: 'Keys of the schema',
        state: keys && found === sandbox.keyCount ? 'proven' : 'disproven',
        readFrom: `${where}, pg_constraint`,
        expected: sandbox.keyCount,
        found,
      },
    ]
  }

  return {
    server: { act: startServer, confirm: serverAnswers },
    'pipeline-tables': { act: (context) => loadTables(context, true), confirm: (context) => rowsAreThere(context, true) },
    'other-tables': { act: (context) => loadTables(context, false), confirm: (context) => rowsAreThere(context, false) },
    keys: { act: addKeys, confirm: keysAreThere },
  }
}

/** Tables, rows and keys that are there at the end. */
export const loadResult = (outputs: ReadonlyMap<string, Json>): { tables: number; engine: string; rows: number; keys: number } => ({
  tables: (outputs.get('pipeline-tables') as Loaded | undefined)?.tables ?? 0,
  engine: (outputs.get('server') as { engine?: string } | undefined)?.engine ?? '',
  rows: ['pipeline-tables', 'other-tables'].reduce((sum, id) => sum + ((outputs.get(id) as Loaded | undefined)?.rows ?? 0), 0),
  keys: (outputs.get('keys') as { keys?: number } | undefined)?.keys ?? 0,
})
