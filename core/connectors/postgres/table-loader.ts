import { Client } from 'pg'
import { Cancelled } from '#core/base/errors.ts'
import { cancelBackend, clientConfig, type BackendClient, type PostgresConnection } from './connection.ts'
import { CopyIn } from './copy-in.ts'
import { postgresError } from './errors.ts'

export interface TableLoad {
  /** Statements before the COPY in the same transaction; the table must be created here (COPY … FREEZE). */
  readonly before: readonly string[]
  /** e.g. `review (review_id, title)` */
  readonly into: string
  /** COPY text format. */
  readonly chunks: Iterable<Buffer>
  /** Statements after the COPY in the same transaction. */
  readonly after: readonly string[]
}

/**
 * Writes to a PostgreSQL that is ours (the sandbox). One loader = one connection; two of them work side by side.
 * Not part of the source port: sources are only ever read.
 */
export interface TableLoader {
  /** Creates and fills one table in one transaction: after a crash it is there whole or not at all. Returns rows copied. */
  load(load: TableLoad, options?: { signal?: AbortSignal; onBytes?: (bytes: number) => void }): Promise<number>
  /** One or several statements. */
  run(sql: string, signal?: AbortSignal): Promise<void>
  rows<T extends Record<string, unknown>>(sql: string, parameters?: readonly unknown[], signal?: AbortSignal): Promise<T[]>
  close(): Promise<void>
}

export async function openTableLoader(connection: PostgresConnection, server: string): Promise<TableLoader> {
  const client = new Client(clientConfig(connection)) as unknown as BackendClient & Client
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw postgresError(error, server)
  }

  async function guarded<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw new Cancelled()
    const abort = (): void => void cancelBackend(connection, client)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await work()
    } catch (error) {
      throw postgresError(error, server, signal)
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  async function copyIn(load: TableLoad, signal?: AbortSignal, onBytes?: (bytes: number) => void): Promise<number> {
    const copy = client.query(new CopyIn(`COPY ${load.into} FROM STDIN WITH (FREEZE)`))
    await copy.ready
    let bytes = 0
    try {
      for (const chunk of load.chunks) {
        if (copy.broken) break
        if (signal?.aborted) throw new Cancelled()
        await copy.write(chunk)
        bytes += chunk.length
        onBytes?.(bytes)
      }
      copy.end()
    } catch (error) {
      copy.fail('given up')
      await copy.finished.catch(() => {})
      throw error
    }
    return copy.finished
  }

  return {
    load: (load, options = {}) =>
      guarded(async () => {
        try {
          await client.query(['BEGIN', ...load.before].join(';\n'))
          const rows = await copyIn(load, options.signal, options.onBytes)
          await client.query([...load.after, 'COMMIT'].join(';\n'))
          return rows
        } catch (error) {
          await idle(client)
          await client.query('ROLLBACK').catch(() => {})
          throw error
        }
      }, options.signal),
    run: (sql, signal) => guarded(async () => void (await client.query(sql)), signal),
    rows: <T extends Record<string, unknown>>(sql: string, parameters: readonly unknown[] = [], signal?: AbortSignal) =>
      guarded(async () => (await client.query<T>(sql, [...parameters])).rows, signal),
    close: () => client.end(),
  }
}

/** After a failed statement: resolves when the server has said that it takes the next one, or has gone. */
function idle(client: Client): Promise<void> {
  const { readyForQuery, _ended: ended } = client as { readyForQuery?: boolean; _ended?: boolean }
  if (readyForQuery !== false || ended) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      client.off('drain', done)
      client.off('end', done)
      resolve()
    }
    client.once('drain', done)
    client.once('end', done)
  })
}
