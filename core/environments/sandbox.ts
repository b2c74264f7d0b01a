import { readYaml } from '#core/base/yaml-file.ts'
import type { EmbeddedDatabase } from '#core/connectors/embedded/postgres/embedded-database.ts'
import type { TableLoader } from '#core/connectors/postgres/table-loader.ts'
import { openGenerator, type TableGenerator } from '#core/generator/generator.ts'
import { GeneratorSpec, LanguageSpec } from '#core/generator/spec.ts'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { addKeys } from './sandbox-keys.ts'
import { clearStale, LOADED_TABLE, markLoaded, readMarks, type Mark } from './sandbox-marks.ts'
import { readSchema, type Schema } from './schema-sql.ts'
import type { Workspace } from './workspace.ts'

export interface SandboxTable {
  readonly name: string
  /** Rows that the generator makes. */
  readonly rows: number
  /** There, whole, and of this seed, scale and description. */
  readonly loaded: boolean
}

export interface SandboxState {
  /** All tables that a first pipeline run reads are loaded. */
  readonly ready: boolean
  /** All tables and all keys are there. */
  readonly complete: boolean
  readonly keys: boolean
  readonly tables: readonly SandboxTable[]
}

export interface LoadOptions {
  readonly signal?: AbortSignal
  /** Rows done so far, and rows in all, of this call. */
  readonly onRows?: (rows: number, total: number) => void
  readonly onTable?: (table: string, rows: number) => void
}

/** The generated source of one environment: what is loaded, and how to load the rest. Every call may be repeated. */
export interface SandboxControl {
  /** SHA-256 over description, seed and scale: what was loaded under another one counts as absent. */
  readonly fingerprint: string
  /** Tables that a pipeline reads first. */
  readonly first: readonly string[]
  readonly tables: readonly string[]
  /** Read from PostgreSQL. Does not make a cluster: without one, nothing is loaded. */
  state(signal?: AbortSignal): Promise<SandboxState>
  /** Makes the cluster and starts its server, or joins it. Returns what runs. */
  start(): Promise<{ engine: string; fallback: string | null }>
  /** Loads what is missing of these tables, each in one transaction. Returns rows per table loaded now. */
  load(tables: readonly string[], options?: LoadOptions): Promise<Record<string, number>>
  /** Counts a table's rows in PostgreSQL. */
  count(table: string, signal?: AbortSignal): Promise<number>
  /** Primary keys, unique and foreign keys, sequences, procedures, statistics: what is missing of them. Returns keys found afterwards. */
  addKeys(options?: { signal?: AbortSignal; onKey?: (done: number, total: number) => void }): Promise<number>
  readonly keyCount: number
  close(): Promise<void>
}

export interface SandboxOptions {
  readonly workspace: Workspace
  readonly blueprint: string
  readonly scale: number
  readonly markers: boolean
  readonly open: () => Promise<Pick<EmbeddedDatabase, 'engine' | 'fallback' | 'loaders' | 'openLoader'>>
  /** The folder of the database: without a cluster in it nothing is loaded. Null for a server that is not ours. */
  readonly folder: string | null
  /** Name of the environment whose database is not ours alone: what others made there is never dropped. */
  readonly shared?: string
}

/** Reads the blueprint's sandbox/ files. */
export function sandboxGenerator({ workspace, blueprint, scale, markers }: Pick<SandboxOptions, 'workspace' | 'blueprint' | 'scale' | 'markers'>): TableGenerator {
  const at = (file: string): string => `${blueprint}/sandbox/${file}`
  const read = (file: string): [string, string] => [workspace.readBlueprint(at(file)), workspace.blueprintFile(at(file))]
  const spec = readYaml(read('sandbox.yaml')[0], GeneratorSpec, workspace.blueprintFile(at('sandbox.yaml')))
  const languages = Object.fromEntries(
    spec.languages.map((name) => {
      const [text, file] = read(`phrases/${name}.yaml`)
      return [name, readYaml(text, LanguageSpec, file)] as const
    }),
  )
  return openGenerator({ spec, languages, seed: workspace.sandboxSeed, scale, markers })
}

export function sandboxSchema(workspace: Workspace, blueprint: string): Schema {
  const path = `${blueprint}/sandbox/schema.sql`
  return readSchema(workspace.readBlueprint(path), workspace.blueprintFile(path))
}

interface Loaders {
  /** For questions, which must not land in a loading transaction. */
  readonly asker: TableLoader
  readonly workers: readonly TableLoader[]
}

export function openSandbox(options: SandboxOptions): SandboxControl {
  const { workspace, blueprint } = options
  const generator = sandboxGenerator(options)
  const schema = sandboxSchema(workspace, blueprint)
  const { fingerprint } = generator
  let loaders: Promise<Loaders> | null = null

  const open = (): Promise<Loaders> =>
    (loaders ??= (async () => {
      const database = await options.open()
      const opened: TableLoader[] = []
      for (let i = 0; i <= database.loaders; i++) opened.push(await database.openLoader())
      const [asker, ...workers] = opened
      await asker!.run(LOADED_TABLE)
      return { asker: asker!, workers }
    })().catch((error: unknown) => {
      loaders = null
      throw error
    }))

  async function marks(signal?: AbortSignal): Promise<ReadonlyMap<string, Mark>> {
    const { folder } = options
    if (folder !== null && loaders === null && !existsSync(join(folder, 'data')) && !existsSync(join(folder, 'pglite'))) return new Map()
    return readMarks((await open()).asker, signal)
  }

  async function loadOne(loader: TableLoader, name: string, signal: AbortSignal | undefined, onBytes: () => void, table: ReturnType<TableGenerator['table']>): Promise<number> {
    const create = schema.tables.get(name)!
    const into = table.columns.length > 0 ? `${name} (${table.columns.join(', ')})` : name
    return loader.load(
      {
        before: [create],
        into,
        chunks: table.chunks(),
        after: markLoaded(name, table.rows, fingerprint),
      },
      { signal, onBytes },
    )
  }

  return {
    fingerprint,
    first: generator.first,
    tables: generator.tables,
    keyCount: schema.constraints.length,

    async state(signal) {
      const known = await marks(signal)
      const tables = generator.tables.map((name) => ({ name, rows: generator.rows(name), loaded: known.get(name)?.fingerprint === fingerprint }))
      const keys = known.get('(keys)')?.fingerprint === fingerprint
      const loaded = new Set(tables.filter((table) => table.loaded).map((table) => table.name))
      return { ready: generator.first.every((name) => loaded.has(name)), complete: keys && loaded.size === tables.length, keys, tables }
    },

    async start() {
      await open()
      const { engine, fallback } = await options.open()
      return { engine, fallback }
    },

    async load(tables, { signal, onRows, onTable } = {}) {
      const { asker, workers } = await open()
      await clearStale(asker, generator.tables, fingerprint, options.shared ?? null, signal)
      const known = await readMarks(asker, signal)
      // Largest first: the last one standing is then a small one.
      const queue = tables
        .filter((name) => known.get(name)?.fingerprint !== fingerprint)
        .map((name) => generator.table(name))
        .toSorted((a, b) => b.rows - a.rows)
      const all = [...queue]
      const total = all.reduce((sum, table) => sum + table.rows, 0)
      const loaded: Record<string, number> = {}
      const report = (): void => onRows?.(all.reduce((sum, table) => sum + table.done, 0), total)
      // All come to rest before an error is told: nobody finds a transaction half rolled back.
      const ends = await Promise.allSettled(
        workers.map(async (loader) => {
          for (let table = queue.shift(); table; table = queue.shift()) {
            loaded[table.name] = await loadOne(loader, table.name, signal, report, table).catch((error: unknown) => {
              queue.length = 0
              throw error
            })
            report()
            onTable?.(table.name, table.rows)
          }
        }),
      )
      for (const end of ends) if (end.status === 'rejected') throw end.reason
      return loaded
    },

    async count(table, signal) {
      const [row] = await (await open()).asker.rows<{ rows: string }>(`SELECT count(*)::text AS rows FROM ${table}`, [], signal)
      return Number(row!.rows)
    },

    async addKeys({ signal, onKey } = {}) {
      return addKeys((await open()).workers, schema, fingerprint, signal, onKey)
    },

    async close() {
      const opened = await loaders?.catch(() => null)
      if (opened) await Promise.all([opened.asker, ...opened.workers].map((loader) => loader.close()))
      loaders = null
    },
  }
}

