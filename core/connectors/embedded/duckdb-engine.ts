import { availableParallelism } from 'node:os'
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api'
import { Cancelled } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import { storageError, StorageFull, WarehouseQueryFailed } from '#core/connectors/errors.ts'
import { plainRows } from './duckdb-values.ts'

export interface DuckDbOptions {
  /** Spills beyond the memory limit go here. */
  readonly scratch: string
  readonly memoryLimitMb: number
}

/** A string literal of DuckDB's SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
/** An identifier of DuckDB's SQL. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * An in-memory DuckDB with a bounded memory and no network. Statements share one connection; streams have their
 * own, so that a statement between two chunks doesn't end them. Every failure is typed, every abort interrupts.
 */
export class DuckDbEngine {
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance
    this.#connection = connection
  }

  static async open({ scratch, memoryLimitMb }: DuckDbOptions): Promise<DuckDbEngine> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memoryLimitMb}MB`,
      temp_directory: scratch,
      threads: String(Math.max(2, availableParallelism())),
      preserve_insertion_order: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    const connection = await instance.connect()
    await connection.run("SET TimeZone = 'UTC'")
    return new DuckDbEngine(instance, connection)
  }

  /** Throws Cancelled, StorageFull, WarehouseQueryFailed. */
  async run(sql: string, parameters?: Readonly<Record<string, Json>>, signal?: AbortSignal): Promise<void> {
    await guarded(this.#connection, signal, () => this.#connection.run(sql, bound(parameters)))
  }

  /** Throws Cancelled, StorageFull, WarehouseQueryFailed. */
  async rows<T extends Record<string, Json>>(sql: string, parameters?: Readonly<Record<string, Json>>, signal?: AbortSignal): Promise<T[]> {
    return guarded(this.#connection, signal, async () => {
      const result = await this.#connection.run(sql, bound(parameters))
      const names = result.deduplicatedColumnNames()
      const chunks = await result.fetchAllChunks()
      return chunks.flatMap((chunk) => plainRows(chunk, names)) as T[]
    })
  }

  /** Rows as they come, about two thousand at a time. Throws Cancelled, WarehouseQueryFailed. */
  async *chunks(sql: string, signal?: AbortSignal): AsyncGenerator<Record<string, Json>[]> {
    const connection = await this.#instance.connect()
    try {
      const result = await guarded(connection, signal, () => connection.stream(sql))
      const names = result.deduplicatedColumnNames()
      for (;;) {
        const chunk = await guarded(connection, signal, () => result.fetchChunk())
        if (!chunk || chunk.rowCount === 0) return
        yield plainRows(chunk, names)
      }
    } finally {
      connection.closeSync()
    }
  }

  close(): void {
    this.#connection.closeSync()
    this.#instance.closeSync()
  }
}

const bound = (parameters?: Readonly<Record<string, Json>>): Record<string, DuckDBValue> | undefined => parameters as Record<string, DuckDBValue> | undefined

async function guarded<T>(connection: DuckDBConnection, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal?.aborted) throw new Cancelled('A warehouse statement was cancelled.')
  const interrupt = (): void => connection.interrupt()
  signal?.addEventListener('abort', interrupt, { once: true })
  try {
    return await work()
  } catch (error) {
    if (signal?.aborted) throw new Cancelled('A warehouse statement was cancelled.')
    const known = storageError(error, 'warehouse')
    if (known instanceof StorageFull) throw known
    throw new WarehouseQueryFailed(error instanceof Error ? error.message : String(error), error)
  } finally {
    signal?.removeEventListener('abort', interrupt)
  }
}
