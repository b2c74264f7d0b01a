import { randomBytes } from 'node:crypto'
import { chmod, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { iso, type Clock } from '#core/base/clock.ts'
import type { Json } from '#core/base/json.ts'
import { TableVersionMissing, storageError } from '#core/connectors/errors.ts'
import type { TableVersion, WarehouseSession } from '#core/connectors/types.ts'
import { contentHashSql } from './content-hash.ts'
import { DuckDbEngine, named, quoted, type DuckDbOptions } from './duckdb-engine.ts'
import { digestFile, syncFile, syncFolder } from './durable-files.ts'
import type { WarehouseCatalogue } from './warehouse-catalogue.ts'

/** Small groups, so that several threads write and later read one file. */
const ROW_GROUP = 20_480

export interface SessionParts extends DuckDbOptions {
  readonly data: string
  readonly catalogue: WarehouseCatalogue
  readonly clock: Clock
}

const parquet = (file: string): string => `read_parquet(${quoted(file)})`

/** An in-memory DuckDB with a view per published table, as of now: a later publish doesn't change what it reads. */
export async function openWarehouseSession(parts: SessionParts): Promise<WarehouseSession> {
  const { data, catalogue, clock } = parts
  const engine = await DuckDbEngine.open(parts)
  const { tables, views } = catalogue.snapshot()
  for (const { table, file } of tables) await engine.run(`CREATE VIEW ${named(table)} AS FROM ${parquet(join(data, file))}`)
  // A view over a table that was never published can't be made yet; who asks for it is told that it isn't there.
  for (const { name, sql } of views) await engine.run(`CREATE VIEW ${named(name)} AS ${sql}`).catch(() => {})

  /** Rows and content of a file, read back from its bytes. */
  async function measure(file: string, excluded: readonly string[], signal?: AbortSignal): Promise<{ rows: number; contentHash: string }> {
    const columns = await engine.rows<{ column_name: string }>(`DESCRIBE FROM ${parquet(file)}`, undefined, signal)
    const hashed = columns.map((column) => column.column_name).filter((name) => !excluded.includes(name))
    const [found] = await engine.rows<{ rows: number; content: string }>(contentHashSql(parquet(file), hashed), undefined, signal)
    return { rows: found?.rows ?? 0, contentHash: found?.content ?? '' }
  }

  return {
    run: (sql, parameters, signal) => engine.run(sql, parameters, signal),
    rows: <T extends Record<string, Json>>(sql: string, parameters?: Readonly<Record<string, Json>>, signal?: AbortSignal) => engine.rows<T>(sql, parameters, signal),
    chunks: (sql, signal) => engine.chunks(sql, signal),

    async stage(table, select, { runId, hashExcludes = [], signal }): Promise<TableVersion> {
      const file = `${encodeURIComponent(table)}-${runId}-${randomBytes(4).toString('hex')}.parquet`
      const path = join(data, file)
      const temporary = `${path}.writing`
      try {
        await engine.run(`COPY (${select}) TO ${quoted(temporary)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${ROW_GROUP})`, undefined, signal)
        await syncFile(temporary)
        await chmod(temporary, 0o400)
        await rename(temporary, path)
        await syncFolder(data)
        const [measured, digest] = await Promise.all([measure(path, hashExcludes, signal), digestFile(path)])
        const { file: _, ...version } = catalogue.stage({ table, ...measured, ...digest, runId, at: iso(clock.now()), file }, clock.now())
        return version
      } catch (error) {
        await Promise.all([rm(temporary, { force: true }), rm(path, { force: true })])
        throw storageError(error, 'warehouse')
      }
    },

    relation(table, version) {
      const found = catalogue.version(table, version)
      return found ? Promise.resolve(parquet(join(data, found.file))) : Promise.reject(new TableVersionMissing(table, version))
    },

    async exportTo(select, file, signal) {
      const temporary = `${file}.${randomBytes(4).toString('hex')}.writing`
      const format = file.endsWith('.parquet') ? 'FORMAT parquet, COMPRESSION zstd' : 'FORMAT csv, HEADER'
      try {
        await engine.run(`COPY (${select}) TO ${quoted(temporary)} (${format})`, undefined, signal)
        await syncFile(temporary)
        await rename(temporary, file)
        await syncFolder(dirname(file))
      } catch (error) {
        await rm(temporary, { force: true })
        throw storageError(error, 'warehouse')
      }
      const reader = file.endsWith('.parquet') ? parquet(file) : `read_csv(${quoted(file)}, header = true, all_varchar = true)`
      const [found] = await engine.rows<{ n: number }>(`SELECT count(*) AS n FROM ${reader}`, undefined, signal)
      return found?.n ?? 0
    },

    close: () => Promise.resolve(engine.close()),
  }
}
