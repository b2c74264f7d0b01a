import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api'
import { Cancelled } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import { storageError, StorageFull, WarehouseQueryFailed } from '#core/connectors/errors.ts'
import { plainRows } from './duckdb-values.ts'

export interface DuckDbOptions {
  /** Spills beyond the memory limit go here. */
  readonly scratch: string
  readonly memoryLimitMb: number
  /** Rows keep the order of what they are read from; slower. */
  readonly keepOrder?: boolean
}

type Rows = <T extends Record<string, Json>>(sql: string) => Promise<T[]>

/** A string literal of DuckDB's SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
/** An identifier of DuckDB's SQL. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * An in-memory DuckDB with a bounded memory and no network. Statements share one connection and take turns, so that
 * an abort never hits another's statement; streams have a connection each, so that a statement between two chunks
 * doesn't end them. Every failure is typed and quotes no row, every abort interrupts.
 */
export class DuckDbEngine {
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection
  #last: Promise<unknown> = Promise.resolve()

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance
    this.#connection = connection
  }

  static async open({ scratch, memoryLimitMb, keepOrder = false }: DuckDbOptions): Promise<DuckDbEngine> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memoryLimitMb}MB`,
      temp_directory: scratch,
      threads: String(Math.max(2, availableParallelism())),
      preserve_insertion_order: String(keepOrder),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    const connection = await instance.connect()
    await connection.run("SET TimeZone = 'UTC'")
    return new DuckDbEngine(instance, connection)
  }

  /** Throws Cancelled, StorageFull, WarehouseQueryFailed. */
  async run(sql: string, parameters?: Readonly<Record<string, Json>>, signal?: AbortSignal): Promise<void> {
    await this.#inTurn(signal, () => this.#connection.run(sql, bound(parameters)))
  }

  /** Throws Cancelled, StorageFull, WarehouseQueryFailed. */
  rows<T extends Record<string, Json>>(sql: string, parameters?: Readonly<Record<string, Json>>, signal?: AbortSignal): Promise<T[]> {
    return this.#inTurn(signal, () => rowsOn<T>(this.#connection, sql, parameters))
  }

  /**
   * Rows as they come, about two thousand at a time. `atEnd` runs after the last row on the same connection; the
   * stream ends only when it succeeds. Throws Cancelled, StorageFull, WarehouseQueryFailed.
   */
  async *chunks(sql: string, signal?: AbortSignal, { parameters, atEnd }: { parameters?: Readonly<Record<string, Json>>; atEnd?: (rows: Rows) => Promise<void> } = {}): AsyncGenerator<Record<string, Json>[]> {
    const connection = await this.#instance.connect()
    try {
      const result = await guarded(connection, signal, () => connection.stream(sql, bound(parameters)))
      const names = result.deduplicatedColumnNames()
      for (;;) {
        const chunk = await guarded(connection, signal, () => result.fetchChunk())
        if (!chunk || chunk.rowCount === 0) break
        yield plainRows(chunk, names)
      }
      await atEnd?.((ended) => guarded(connection, signal, () => rowsOn(connection, ended)))
    } finally {
      connection.closeSync()
    }
  }

  close(): void {
    this.#connection.closeSync()
    this.#instance.closeSync()
  }

  #inTurn<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => guarded(this.#connection, signal, work))
    this.#last = turn.catch(() => {})
    return turn
  }
}

const bound = (parameters?: Readonly<Record<string, Json>>): Record<string, DuckDBValue> | undefined => parameters as Record<string, DuckDBValue> | undefined

async function rowsOn<T extends Record<string, Json>>(connection: DuckDBConnection, sql: string, parameters?: Readonly<Record<string, Json>>): Promise<T[]> {
  const result = await connection.run(sql, bound(parameters))
  const names = result.deduplicatedColumnNames()
  const chunks = await result.fetchAllChunks()
  return chunks.flatMap((chunk) => plainRows(chunk, names)) as T[]
}

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
    const message = error instanceof Error ? error.message : String(error)
    throw new WarehouseQueryFailed(withoutValues(message), aboutSql(message) ? error : undefined)
  } finally {
    signal?.removeEventListener('abort', interrupt)
  }
}

/** These name tables, columns and files; the others may quote what a row holds. */
const aboutSql = (message: string): boolean => /^(Binder|Catalog|Parser|Permission|Not implemented|Out of Memory|IO|INTERRUPT) Error/i.test(message)

/** DuckDB's message without anything that it quotes from a row. */
function withoutValues(message: string): string {
  const [first = ''] = message.split('\n')
  const file = /^ {2}file = (.+)$/m.exec(message)?.[1]
  if (file) return `a file is not as its reader was told (file = ${basename(file)})`
  return aboutSql(message) ? first : first.replaceAll(/(["'])(?:(?!\1).)*(?:\1|$)/g, '…')
}
