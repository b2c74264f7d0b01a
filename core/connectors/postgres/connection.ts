import { connect } from 'node:net'
import type { ClientConfig, PoolClient } from 'pg'

/** How to reach a server. Stays inside the connector: never logged, never part of an error. */
export interface PostgresConnection {
  /** Host name, address, or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly password?: string
  readonly ssl?: boolean | { readonly ca?: string; readonly rejectUnauthorized?: boolean }
}

/** PostgreSQL's wire protocol: CancelRequest code 1234.5678. */
const CANCEL_CODE = 80877102

/** A client of the driver, with the two numbers that a cancel request needs. */
export type BackendClient = PoolClient & { readonly processID: number | null; readonly secretKey: number | null }

export function clientConfig(connection: PostgresConnection, extra: ClientConfig = {}): ClientConfig {
  return {
    host: connection.host,
    port: connection.port,
    user: connection.user,
    database: connection.database,
    password: connection.password ?? '',
    ssl: connection.ssl,
    application_name: 'regie',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    ...extra,
  }
}

/**
 * Asks the server to stop what this backend runs (a real cancel request on a connection of its own, as libpq
 * sends it). Resolves once the server has taken it and closed, or after 2 s; never throws: the caller then
 * destroys the connection anyway.
 */
export function cancelBackend(connection: PostgresConnection, client: BackendClient): Promise<void> {
  const { processID, secretKey } = client
  if (processID === null || secretKey === null) return Promise.resolve()
  const packet = Buffer.alloc(16)
  packet.writeInt32BE(16, 0)
  packet.writeInt32BE(CANCEL_CODE, 4)
  packet.writeInt32BE(processID, 8)
  packet.writeInt32BE(secretKey, 12)
  return new Promise((resolve) => {
    const socket = connection.host.startsWith('/')
      ? connect(`${connection.host}/.s.PGSQL.${connection.port}`)
      : connect(connection.port, connection.host)
    const done = (): void => {
      socket.destroy()
      resolve()
    }
    socket.setTimeout(2_000, done)
    socket.once('error', done)
    socket.once('close', done)
    socket.once('connect', () => socket.end(packet))
    socket.resume()
  })
}
