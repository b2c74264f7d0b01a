import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, rename, rm } from 'node:fs/promises'
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
  /** Where sessions keep names of their own for the files that they read. */
  readonly readers: string
  readonly catalogue: WarehouseCatalogue
  readonly clock: Clock
}

/** The process that writes a file of that name; null for a finished one. */
export const writerOf = (name: string): number | null => {
  const pid = /\.(\d+)\.writing$/.exec(name)?.[1]
  return pid === undefined ? null : Number(pid)
}

const parquet = (file: string): string => `read_parquet(${quoted(file)})`

/** An in-memory DuckDB with a view per published table, as of now: a later publish doesn't change what it reads. */
export async function openWarehouseSession(parts: SessionParts): Promise<WarehouseSession> {
  const { data, readers, catalogue, clock } = parts
  const held = join(readers, `${process.pid}-${randomBytes(6).toString('hex')}`)
  await mkdir(held, { recursive: true, mode: 0o700 })
  const { views, paths } = await holdCurrent(catalogue, data, held)
  const engine = await DuckDbEngine.open(parts)
  for (const [table, path] of paths) await engine.run(`CREATE VIEW ${named(table)} AS FROM ${parquet(path)}`)
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
      const temporary = `${path}.${process.pid}.writing`
      try {
        await engine.run(`COPY (${select}) TO ${quoted(temporary)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${ROW_GROUP})`, undefined, signal)
        await syncFile(temporary)
        await chmod(temporary, 0o400)
        const [measured, digest] = await Promise.all([measure(temporary, hashExcludes, signal), digestFile(temporary)])
        await rename(temporary, path)
        await syncFolder(data)
        const { file: _, ...version } = catalogue.stage({ table, ...measured, ...digest, runId, at: iso(clock.now()), file }, clock.now())
        return version
      } catch (error) {
        await Promise.all([rm(temporary, { force: true }), rm(path, { force: true })])
        throw storageError(error, 'warehouse')
      }
    },

    async relation(table, version) {
      const found = catalogue.version(table, version)
      const path = found && (await hold(data, held, found.file))
      if (!path) throw new TableVersionMissing(table, version)
      return parquet(path)
    },

    async exportTo(select, file, signal) {
      const temporary = `${file}.${randomBytes(4).toString('hex')}.writing`
      const format = file.endsWith('.parquet') ? 'FORMAT parquet, COMPRESSION zstd' : 'FORMAT csv, HEADER'
      try {
        const [copied] = await engine.rows<{ Count: number }>(`COPY (${select}) TO ${quoted(temporary)} (${format})`, undefined, signal)
        await syncFile(temporary)
        await rename(temporary, file)
        await syncFolder(dirname(file))
        return copied?.Count ?? 0
      } catch (error) {
        await rm(temporary, { force: true })
        throw storageError(error, 'warehouse')
      }
    },

    async close() {
      engine.close()
      await rm(held, { recursive: true, force: true })
    },
  }
}

/**
 * A name of the session's own for a file (a hard link), so that nobody can delete it while it is read. Where the file
 * system has no such links, the file's own name. null: it is gone.
 */
async function hold(data: string, held: string, file: string): Promise<string | null> {
  const own = join(held, file)
  try {
    await link(join(data, file), own)
    return own
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return own
    return code === 'ENOENT' ? null : join(data, file)
  }
}

/** The current versions, as of one instant, each held; again when one was dropped in between. */
async function holdCurrent(catalogue: WarehouseCatalogue, data: string, held: string): Promise<{ views: readonly { name: string; sql: string }[]; paths: ReadonlyMap<string, string> }> {
  for (let attempt = 1; ; attempt += 1) {
    const { tables, views } = catalogue.snapshot()
    const paths = new Map<string, string>()
    for (const { table, version, file } of tables) {
      const path = await hold(data, held, file)
      if (path) paths.set(table, path)
      else if (attempt === 5) throw new TableVersionMissing(table, version)
    }
    if (paths.size === tables.length) return { views, paths }
  }
}
