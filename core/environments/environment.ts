import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#core/base/clock.ts'
import { openParquetWarehouse } from '#core/connectors/embedded/parquet-warehouse.ts'
import { openEmbeddedDatabase, type EmbeddedDatabase } from '#core/connectors/embedded/postgres/embedded-database.ts'
import { isAlive } from '#core/connectors/embedded/postgres/postmaster.ts'
import type { TableLoader } from '#core/connectors/postgres/table-loader.ts'
import type { DocumentStore, ObjectStore, SourceDatabase, SystemDescription, Warehouse } from '#core/connectors/types.ts'
import type { EnvironmentClass } from '#core/operations/types.ts'
import { SourceLoadRefused } from './errors.ts'
import { lazySource } from './lazy-source.ts'
import { openDocuments, openObjects, openServerForLoading, openSource, type Secrets, type SystemOptions } from './open-systems.ts'
import { sandboxPseudonymKeys, storedPseudonymKeys, type PseudonymKeys } from './pseudonym-keys.ts'
import { openSandbox, type SandboxControl } from './sandbox.ts'
import type { Workspace } from './workspace.ts'

export interface Environment {
  readonly name: string
  readonly class: EnvironmentClass
  readonly title: string
  readonly source: SourceDatabase
  readonly objects: ObjectStore
  readonly warehouse: Warehouse
  readonly documents: DocumentStore
  readonly pseudonyms: PseudonymKeys
  /** Folder for spills: one per process, emptied when it closes or is found dead. */
  readonly scratch: string
  /** What the systems are and whether they answer; never throws for a system that is down. */
  systems(signal?: AbortSignal): Promise<SystemDescription[]>
  /** A connection that may write to the environment's own PostgreSQL: for what the program keeps there in a schema of its own. */
  readonly openWriter: () => Promise<TableLoader>
  /** null where the source isn't generated. */
  readonly sandbox: SandboxControl | null
  /** A blueprint's generated source, to be loaded into this environment's database. Throws SourceLoadRefused. */
  readonly generatedSource: (blueprint: string, scale: number) => SandboxControl
  close(): Promise<void>
}

export interface OpenEnvironmentOptions {
  /** REGIE_HOME */
  readonly home: string
  readonly workspace: Workspace
  readonly name: string
  readonly clock: Clock
  readonly log: (message: string) => void
  readonly secrets: Secrets
  /** Another source instead of the environment's own, e.g. a folder of files. Its people are real: their pseudonym keys are the stored ones. */
  readonly source?: { readonly name: string; open(): Promise<SourceDatabase> }
  /** For tests: which embedded engine. */
  readonly engine?: 'auto' | 'server' | 'pglite'
}

/** Folder of an environment's state: `<home>/environments/<workspace id>/<name>`. */
export const environmentFolder = (home: string, workspace: Workspace, name: string): string => join(home, 'environments', workspace.id, name)

/** Reads environments/<name>.yaml and opens its systems; PostgreSQL starts when first used. */
export async function openEnvironment(options: OpenEnvironmentOptions): Promise<Environment> {
  const { home, workspace, name, clock } = options
  const file = workspace.environment(name)
  const folder = environmentFolder(home, workspace, name)
  const scratch = join(folder, 'scratch')
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  emptyOldScratch(scratch)
  const own = join(scratch, String(process.pid))
  mkdirSync(own, { recursive: true, mode: 0o700 })

  const keys = join(home, 'keys')
  const postgres = join(folder, 'postgres')
  const openDatabase = once((): Promise<EmbeddedDatabase> => openEmbeddedDatabase({ folder: postgres, home, clock, server: name, log: options.log, engine: options.engine ?? generated?.database }))
  const generated = file.source.engine === 'generated' ? file.source : null
  const sandbox = generated ? openSandbox({ workspace, blueprint: generated.blueprint, scale: generated.scale, markers: generated.markers, folder: postgres, open: openDatabase.get }) : null

  const ca = file.tls ? readFileSync(join(workspace.folder, 'environments', file.tls.ca), 'utf8') : undefined
  const systems: SystemOptions = { name, keys, secrets: options.secrets, clock, folder, scratch: own, ca }

  const generatedSources = new Map<string, SandboxControl>()
  const generatedSource = (blueprint: string, scale: number): SandboxControl => {
    if (generated && sandbox) {
      if (generated.blueprint !== blueprint || generated.scale !== scale) throw new SourceLoadRefused(name, `its embedded source is that of ${generated.blueprint} at size ${generated.scale}`)
      return sandbox
    }
    const { source: server } = file
    const key = `${blueprint} ${scale}`
    const known = generatedSources.get(key)
    if (known || server.engine !== 'postgres') return known!
    const made = openSandbox({ workspace, blueprint, scale, markers: false, folder: null, shared: name, open: () => openServerForLoading(server, systems) })
    generatedSources.set(key, made)
    return made
  }

  const { source: replaced } = options
  const source = lazySource(async () => {
    if (replaced) return replaced.open()
    if (file.source.engine === 'generated') return (await openDatabase.get()).source
    return openSource(file.source, systems)
  })
  const openWriter = async (): Promise<TableLoader> => {
    const database = file.source.engine === 'generated' ? await openDatabase.get() : await openServerForLoading(file.source, systems)
    return database.openLoader()
  }

  const objects = await openObjects(file.objects, systems)
  const warehouse = await openParquetWarehouse({ folder: join(folder, 'warehouse'), clock, memoryLimitMb: file.warehouse.memoryLimitMb, scratch: own })
  const documents = await openDocuments(file.documents, systems)

  return {
    name,
    class: file.class,
    title: file.title,
    source,
    objects,
    warehouse,
    documents,
    pseudonyms: generated && !replaced ? sandboxPseudonymKeys(workspace.sandboxSeed) : storedPseudonymKeys(join(keys, workspace.id, name)),
    scratch: own,
    sandbox,
    generatedSource,
    openWriter,
    systems: (signal) => Promise.all([described('postgresql', source, signal), described('object-store', objects, signal), described('warehouse', warehouse, signal), described('document-store', documents, signal)]),
    async close() {
      await Promise.all([source.close(), objects.close(), warehouse.close(), documents.close()])
      await Promise.all([...(sandbox ? [sandbox] : []), ...generatedSources.values()].map((one) => one.close()))
      const database = await openDatabase.known?.catch(() => null)
      await database?.close()
      rmSync(own, { recursive: true, force: true })
    },
  }
}

async function described(system: SystemDescription['system'], port: { describe(signal?: AbortSignal): Promise<SystemDescription> }, signal?: AbortSignal): Promise<SystemDescription> {
  try {
    return await port.describe(signal)
  } catch (error) {
    return { system, engine: system, state: 'down', note: error instanceof Error ? error.message : String(error), capabilities: {} }
  }
}

/** Runs `open` at most once; a failure may be tried again. */
function once<T>(open: () => Promise<T>): { get: () => Promise<T>; known: Promise<T> | null } {
  const state: { get: () => Promise<T>; known: Promise<T> | null } = {
    known: null,
    get: () =>
      (state.known ??= open().catch((error: unknown) => {
        state.known = null
        throw error
      })),
  }
  return state
}

/** Spills of processes that are gone. */
function emptyOldScratch(scratch: string): void {
  for (const entry of readdirSync(scratch)) {
    if (!isAlive(Number.parseInt(entry, 10))) rmSync(join(scratch, entry), { recursive: true, force: true })
  }
}
