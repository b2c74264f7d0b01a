import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#core/base/clock.ts'
import { StagedDataChanged, TableVersionMissing } from '#core/connectors/errors.ts'
import type { SystemDescription, TableVersion, Warehouse } from '#core/connectors/types.ts'
import { digestFile } from './durable-files.ts'
import { WarehouseCatalogue, type CatalogueVersion } from './warehouse-catalogue.ts'
import { openWarehouseSession } from './warehouse-session.ts'

/** A session that began before a version was dropped may read it this long, ms; also the age of a dead writer's file. */
const GRACE_MS = 10 * 60 * 1000

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
  await Promise.all([mkdir(data, { recursive: true, mode: 0o700 }), mkdir(scratch, { recursive: true, mode: 0o700 })])
  const catalogue = new WarehouseCatalogue(join(folder, 'catalogue.sqlite'))
  await sweep()

  /** Deletes files that nothing names any more. */
  async function sweep(): Promise<void> {
    const before = clock.now() - GRACE_MS
    const { kept } = catalogue.files(before)
    for (const name of await readdir(data)) {
      if (kept.has(name)) continue
      const path = join(data, name)
      const found = await stat(path).catch(() => null)
      if (found && found.mtimeMs < before) await rm(path, { force: true })
    }
  }

  return {
    async describe(): Promise<SystemDescription> {
      return { system: 'warehouse', engine: 'DuckDB over Parquet versions (stand-in for Snowflake)', state: 'up', capabilities: { swap: 'atomic', previousVersions: 2, cancel: 'query' } }
    },

    open: () => openWarehouseSession({ data, scratch, catalogue, clock, memoryLimitMb }),

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
      for (const { table, version, sha256 } of staged) {
        const found = catalogue.version(table, version)
        if (!found) throw new TableVersionMissing(table, version)
        const digest = await digestFile(join(data, found.file)).catch(() => ({ sha256: 'missing' }))
        if (digest.sha256 !== sha256 || found.sha256 !== sha256) throw new StagedDataChanged(table, version, sha256, digest.sha256)
      }
      const published = catalogue.publish(staged, fence, clock.now()).map(shown)
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
