import type { Readable } from 'node:stream'
import { Pool } from 'pg'
import { Cancelled } from '#core/base/errors.ts'
import type { ColumnDescription, SourceDatabase, SystemDescription } from '#core/connectors/types.ts'
import { cancelBackend, clientConfig, type BackendClient, type PostgresConnection } from './connection.ts'
import { copyOutOn } from './copy-out.ts'
import { postgresError } from './errors.ts'
import { readingSocket } from './socket.ts'
import { TABLES_SQL, tablesFrom, type TableRow } from './catalogue.ts'

export interface PostgresOptions {
  readonly connection: PostgresConnection
  /** What errors and descriptions call it, e.g. "sandbox". No secret. */
  readonly server: string
  /** Connections that work at once; 3 unless told. One more stands by to hold a snapshot. */
  readonly poolSize?: number
  /** Replaces the engine's name in `describe`, e.g. "embedded PostgreSQL 17.10". */
  readonly engine?: (version: string) => string
  readonly note?: string
}

type Reader = Pick<SourceDatabase, 'query' | 'copyOut'>

/** Any PostgreSQL ≥ 12 as a source: read-only sessions, real cancel, shared snapshots. Connects lazily. */
export function openPostgres(options: PostgresOptions): SourceDatabase {
  const { connection, server } = options
  const poolSize = options.poolSize ?? 3
  let closing: Promise<void> | null = null
  const pool = new Pool({
    ...clientConfig(connection),
    ...(connection.ssl ? {} : { stream: readingSocket }),
    max: poolSize + 1,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
  })
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {})

  async function connect(signal?: AbortSignal): Promise<BackendClient> {
    if (signal?.aborted) throw new Cancelled()
    try {
      const client = (await pool.connect()) as unknown as BackendClient
      client.on('error', ignore)
      return client
    } catch (error) {
      throw postgresError(error, server, signal)
    }
  }

  async function queryOn<T extends Record<string, unknown>>(client: BackendClient, sql: string, parameters: readonly unknown[], signal?: AbortSignal): Promise<T[]> {
    const abort = (): void => void cancelBackend(connection, client)
    if (signal?.aborted) throw new Cancelled()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return (await client.query<T>(sql, [...parameters])).rows
    } catch (error) {
      throw postgresError(error, server, signal)
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Ends the transaction and checks that it was whole: COMMIT of a failed one answers ROLLBACK. */
  async function commit(client: BackendClient): Promise<void> {
    const { command } = await client.query('COMMIT')
    if (command !== 'COMMIT') throw postgresError({ code: '25P02', message: 'the transaction had failed' }, server)
  }

  async function begin(signal?: AbortSignal, snapshot?: string): Promise<BackendClient> {
    const client = await connect(signal)
    try {
      await client.query(snapshot === undefined ? 'BEGIN READ ONLY' : `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '${snapshot}'`)
      return client
    } catch (error) {
      release(client, true)
      throw postgresError(error, server, signal)
    }
  }

  const reader = (snapshot?: string): Reader => ({
    async query<T extends Record<string, unknown>>(sql: string, parameters: readonly unknown[], signal?: AbortSignal): Promise<T[]> {
      const client = await begin(signal, snapshot)
      let whole = false
      try {
        const rows = await queryOn<T>(client, sql, parameters, signal)
        await commit(client)
        whole = true
        return rows
      } finally {
        release(client, !whole)
      }
    },
    async copyOut(sql: string, signal?: AbortSignal): Promise<Readable> {
      const client = await begin(signal, snapshot)
      return copyOutOn(client, sql, { connection, server, signal, finish: () => commit(client), release: (broken) => release(client, broken) })
    },
  })
  const direct = reader()

  return {
    ...direct,

    async describe(signal): Promise<SystemDescription> {
      const [row] = await direct.query<{ version: string }>("SELECT current_setting('server_version') AS version", [], signal)
      const version = row?.version ?? '?'
      return {
        system: 'postgresql',
        engine: options.engine?.(version) ?? `PostgreSQL ${version}`,
        state: 'up',
        note: options.note,
        capabilities: { cancel: 'statement', snapshot: 'several connections', copy: 'streamed', connections: poolSize },
      }
    },

    async tables(signal): Promise<readonly { name: string; columns: readonly ColumnDescription[]; rows: number }[]> {
      return tablesFrom(await direct.query<TableRow>(TABLES_SQL, [], signal))
    },

    async snapshot<T>(work: (reader: Reader) => Promise<T>, signal?: AbortSignal): Promise<T> {
      const holder = await connect(signal)
      let whole = false
      try {
        await queryOn(holder, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', [], signal)
        const [row] = await queryOn<{ id: string }>(holder, 'SELECT pg_export_snapshot() AS id', [], signal)
        const result = await work(reader(row!.id))
        await commit(holder)
        whole = true
        return result
      } catch (error) {
        throw postgresError(error, server, signal)
      } finally {
        release(holder, !whole)
      }
    },

    close: () => (closing ??= pool.end()),
  }
}

function release(client: BackendClient, broken: boolean): void {
  client.off('error', ignore)
  client.release(broken)
}

const ignore = (): void => {}
