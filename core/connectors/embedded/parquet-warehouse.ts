import { statSync } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { iso, type Clock } from '#core/base/clock.ts'
import { StagedDataChanged, TableVersionMissing } from '#core/connectors/errors.ts'
import type { SystemDescription, TableVersion, Warehouse } from '#core/connectors/types.ts'
import { digestFile } from './durable-files.ts'
import { isAlive } from './postgres/postmaster.ts'
import { WarehouseCatalogue, type CatalogueVersion } from './warehouse-catalogue.ts'
import { openWarehouseSession, writerOf } from './warehouse-session.ts'

/** Dropped versions and a dead writer's files stay this long, ms: for readers where a file can't have a second name. */
const GRACE_MS = 10 * 60 * 1000
/** What a run staged and never published, ms: until then it can be resumed. */
const STAGED_MS = 14 * 24 * 60 * 60 * 1000

export interface ParquetWarehouseOptions {
  readonly folder: string
  readonly scratch: string
  readonly clock: Clock
  /** Of each session's engine; beyond it DuckDB spills to `scratch`. */
  readonly memoryLimitMb?: number
}

const shown = ({ file: _, ...version }: CatalogueVersion): TableVersion => version

/**
 * A warehouse in a folder: a stand-in for Snowflake. Every version of a table is one immutable Parquet file; which one
 * is current is a row in catalogue.sqlite, so a publish is one SQLite transaction, seen whole by every process.
 */
export async function openParquetWarehouse({ folder, scratch, clock, memoryLimitMb = 512 }: ParquetWarehouseOptions): Promise<Warehouse> {
  const data = join(folder, 'data')
  const readers = join(folder, 'readers')
  await Promise.all([data, readers, scratch].map((path) => mkdir(path, { recursive: true, mode: 0o700 })))
  const catalogue = new WarehouseCatalogue(join(folder, 'catalogue.sqlite'))
  catalogue.dropForgotten(iso(clock.now() - STAGED_MS), clock.now())
  await Promise.all([sweep(), forgetReaders(readers)])

  /** Deletes files that nothing names any more. */
  async function sweep(): Promise<void> {
    const before = clock.now() - GRACE_MS
    const names = await readdir(data)
    // after the names: a file that came since then is not among them
    const kept = catalogue.files(before)
    for (const name of names) {
      const writer = writerOf(name)
      if (kept.has(name) || (writer !== null && isAlive(writer))) continue
      const path = join(data, name)
      const found = await stat(path).catch(() => null)
      if (found && found.mtimeMs < before) await rm(path, { force: true })
    }
  }

  return {
    async describe(): Promise<SystemDescription> {
      return { system: 'warehouse', engine: 'DuckDB over Parquet versions (stand-in for Snowflake)', state: 'up', capabilities: { swap: 'atomic', previousVersions: 2, cancel: 'query' } }
    },

    open: () => openWarehouseSession({ data, readers, scratch, catalogue, clock, memoryLimitMb }),

    async tables() {
      const { tables, views } = catalogue.snapshot()
      return [
        ...tables.map((version) => ({ name: version.table, kind: 'table' as const, current: shown(version) })),
        ...views.map(({ name }) => ({ name, kind: 'view' as const, current: null })),
      ]
    },

    async versions(table) {
      return catalogue.versions(table).map(shown)
    },

    async version(table, version) {
      const found = catalogue.version(table, version)
      return found ? shown(found) : null
    },

    async publish(staged, { fence }) {
      const read = new Map<string, string>()
      for (const { table, version, sha256 } of staged) {
        const found = catalogue.version(table, version)
        if (!found) throw new TableVersionMissing(table, version)
        read.set(found.file, stampOf(join(data, found.file)))
        const digest = await digestFile(join(data, found.file)).catch(() => ({ sha256: 'missing' }))
        if (digest.sha256 !== sha256 || found.sha256 !== sha256) throw new StagedDataChanged(table, version, sha256, digest.sha256)
      }
      const published = catalogue
        .publish(staged, fence, clock.now(), ({ table, version, file, sha256 }) => {
          if (stampOf(join(data, file)) !== read.get(file)) throw new StagedDataChanged(table, version, sha256, 'written meanwhile')
        })
        .map(shown)
      await sweep()
      return published
    },

    async defineViews(views) {
      catalogue.defineViews(views)
    },

    async close() {
      catalogue.close()
    },
  }
}

/** Tells a file that was written to since; '' when it is gone. */
function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.ino}:${found.size}:${found.mtimeMs}:${found.mode}` : ''
}

/** Names that dead processes held. */
async function forgetReaders(readers: string): Promise<void> {
  for (const name of await readdir(readers)) if (!isAlive(Number.parseInt(name, 10))) await rm(join(readers, name), { recursive: true, force: true })
}
