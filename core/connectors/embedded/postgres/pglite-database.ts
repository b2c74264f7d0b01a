import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Clock } from '#core/base/clock.ts'
import { Cancelled } from '#core/base/errors.ts'
import { TABLES_SQL, tablesFrom, type TableRow } from '#core/connectors/postgres/catalogue.ts'
import type { TableLoader } from '#core/connectors/postgres/table-loader.ts'
import type { SourceDatabase } from '#core/connectors/types.ts'
import { lockFile } from './folder-lock.ts'
import { PgliteBackend } from './pglite-backend.ts'

export interface PgliteOptions {
  readonly folder: string
  readonly clock: Clock
  readonly server: string
  /** Why the real server isn't used. */
  readonly reason: string
  readonly waitMs?: number
}

export interface PgliteDatabase {
  readonly source: SourceDatabase
  readonly engine: string
  openLoader(): Promise<TableLoader>
  close(): Promise<void>
}

/** Size of the pieces in which a result crosses from the worker. */
const PIECE = 1 << 20
/** COPY input is handed over in batches of about this size: flat memory, few statements. */
const BATCH = 8 << 20

const LIMITS = 'an abort ends its thread and it opens again; one statement at a time; a table is held in memory while it is copied'

/**
 * PGlite behind the same ports as the real server: the fallback where that one can't run. Two processes on one
 * folder would lose rows without an error, so a lock of our own is held for as long as it is open.
 */
export async function openPglite(options: PgliteOptions): Promise<PgliteDatabase> {
  const { folder, clock, server } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unlock = await lockFile(join(folder, 'pglite.lock'), { clock, waitMs: options.waitMs ?? 2_000, why: 'PGlite serves one process at a time' })
  const backend = new PgliteBackend(join(folder, 'pglite'), server)
  let version: string
  try {
    version = await backend.version()
  } catch (error) {
    unlock()
    throw error
  }
  const engine = `PGlite 0.5 (PostgreSQL ${version})`
  return {
    engine,
    source: pgliteSource(backend, engine, options),
    openLoader: async () => pgliteLoader(backend),
    async close() {
      await backend.close()
      unlock()
    },
  }
}

type Reader = Pick<SourceDatabase, 'query' | 'copyOut'>

function pgliteSource(backend: PgliteBackend, engine: string, { reason }: PgliteOptions): SourceDatabase {
  const query = async <T extends Record<string, unknown>>(sql: string, parameters: readonly unknown[], signal?: AbortSignal): Promise<T[]> =>
    (await backend.ask<T[]>({ do: 'query', sql, parameters }, signal)).value

  const copyOut = async (sql: string, signal?: AbortSignal): Promise<Readable> => {
    const { id, value: size } = await backend.ask<number>({ do: 'copy-out', sql: `COPY (${sql}) TO '/dev/blob' WITH (FORMAT csv, HEADER false, NULL '')` }, signal)
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        for (let from = 0; from < size; from += PIECE) yield (await backend.ask<Uint8Array>({ do: 'piece', of: id, from, size: PIECE }, signal)).value
        if (signal?.aborted) throw new Cancelled()
      } finally {
        signal?.removeEventListener('abort', abort)
        await backend.ask({ do: 'drop', of: id }).catch(() => {})
      }
    }
    const stream = Readable.from(pieces(), { objectMode: false })
    const abort = (): void => void stream.destroy(new Cancelled())
    signal?.addEventListener('abort', abort, { once: true })
    return stream
  }

  /** Own read-only transaction around each call; the rollback of a failed one is the backend's. */
  async function transaction<T>(begin: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return backend.alone(async () => {
      await backend.ask({ do: 'exec', sql: begin }, signal)
      try {
        const result = await work()
        await backend.ask({ do: 'exec', sql: 'COMMIT' })
        return result
      } catch (error) {
        await backend.ask({ do: 'exec', sql: 'ROLLBACK' }).catch(() => {})
        throw error
      }
    })
  }

  const direct: Reader = {
    query: (sql, parameters, signal) => transaction('BEGIN READ ONLY', () => query(sql, parameters, signal), signal),
    copyOut: (sql, signal) => transaction('BEGIN READ ONLY', () => copyOut(sql, signal), signal),
  }
  return {
    ...direct,
    describe: async () => ({
      system: 'postgresql',
      engine: `${engine} (fallback: no cancel)`,
      state: 'up',
      note: `${reason}. With PGlite ${LIMITS}.`,
      capabilities: { cancel: 'ends the thread', snapshot: 'single backend', copy: 'buffered', connections: 1 },
    }),
    tables: async (signal) => tablesFrom(await direct.query<TableRow>(TABLES_SQL, [], signal)),
    /** The callback must use its reader only: the backend is busy with this snapshot. */
    snapshot: <T>(work: (reader: Reader) => Promise<T>, signal?: AbortSignal) =>
      transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', () => work({ query, copyOut }), signal),
    close: async () => {},
  }
}

function pgliteLoader(backend: PgliteBackend): TableLoader {
  return {
    load: ({ before, into, chunks, after }, { signal, onBytes } = {}) =>
      backend.alone(async () => {
        try {
          await backend.ask({ do: 'exec', sql: ['BEGIN', ...before].join(';\n') }, signal)
          let rows = 0
          let bytes = 0
          for (const batch of batches(chunks)) {
            const { buffer } = batch
            rows += (await backend.ask<number>({ do: 'copy-in', sql: `COPY ${into} FROM '/dev/blob' WITH (FREEZE)`, bytes: batch }, signal, [buffer as ArrayBuffer])).value
            onBytes?.((bytes += batch.length))
          }
          await backend.ask({ do: 'exec', sql: [...after, 'COMMIT'].join(';\n') }, signal)
          return rows
        } catch (error) {
          await backend.ask({ do: 'exec', sql: 'ROLLBACK' }).catch(() => {})
          throw error
        }
      }),
    run: (sql, signal) => backend.alone(async () => void (await backend.ask({ do: 'exec', sql }, signal))),
    rows: <T extends Record<string, unknown>>(sql: string, parameters: readonly unknown[] = [], signal?: AbortSignal) =>
      backend.alone(async () => (await backend.ask<T[]>({ do: 'query', sql, parameters }, signal)).value),
    close: async () => {},
  }
}

/** Chunks end at rows, so do the batches; each is a buffer of its own that may be moved to another thread. */
function* batches(chunks: Iterable<Buffer>): Generator<Uint8Array> {
  let parts: Buffer[] = []
  let size = 0
  const joined = (): Uint8Array => {
    const batch = new Uint8Array(size)
    let at = 0
    for (const part of parts) {
      batch.set(part, at)
      at += part.length
    }
    return batch
  }
  for (const chunk of chunks) {
    parts.push(chunk)
    size += chunk.length
    if (size < BATCH) continue
    yield joined()
    parts = []
    size = 0
  }
  if (size > 0) yield joined()
}
