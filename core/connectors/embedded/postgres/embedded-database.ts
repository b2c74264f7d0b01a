import type { Clock } from '#core/base/clock.ts'
import { RegieError } from '#core/base/errors.ts'
import type { SourceDatabase } from '#core/connectors/types.ts'
import { openPostgres } from '#core/connectors/postgres/postgres-source.ts'
import { openTableLoader, type TableLoader } from '#core/connectors/postgres/table-loader.ts'
import { openPglite } from './pglite-database.ts'
import { openEmbeddedServer, type EmbeddedServerOptions } from './server.ts'

export interface EmbeddedDatabaseOptions extends Omit<EmbeddedServerOptions, 'folder' | 'home' | 'clock'> {
  /** Everything of this database lives here. */
  readonly folder: string
  /** REGIE_HOME */
  readonly home: string
  readonly clock: Clock
  /** Name in errors and descriptions. */
  readonly server: string
  /** Told once, in one sentence, when the fallback is used. */
  readonly log?: (message: string) => void
  /** For tests: 'pglite' skips the real server, 'server' refuses the fallback. */
  readonly engine?: 'auto' | 'server' | 'pglite'
}

/** A PostgreSQL that belongs to one environment: its source port, and a way to fill it. */
export interface EmbeddedDatabase {
  readonly source: SourceDatabase
  /** "embedded PostgreSQL 17.10" or "PGlite …". */
  readonly engine: string
  /** Why the real server isn't used; null when it is. */
  readonly fallback: string | null
  /** Loaders that may work side by side. */
  readonly loaders: number
  openLoader(): Promise<TableLoader>
  close(): Promise<void>
}

/** The real server, or PGlite where that one can't run at all; any other failure of the real one is thrown. */
export async function openEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const { engine = 'auto' } = options
  if (engine === 'pglite') return fallback(options, 'It was chosen')
  try {
    return await realServer(options)
  } catch (error) {
    const unavailable = error instanceof RegieError && error.code === 'EMBEDDED_POSTGRES_UNAVAILABLE'
    if (!unavailable || engine === 'server') throw error
    return fallback(options, error.what.replace(/\.$/, ''))
  }
}

async function realServer(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const server = await openEmbeddedServer(options)
  const source = openPostgres({
    connection: server.connection,
    server: options.server,
    engine: (version) => `embedded PostgreSQL ${version}`,
  })
  return {
    source,
    engine: `embedded PostgreSQL ${server.packageVersion.replace(/\.0-.*$/, '')}`,
    fallback: null,
    loaders: 2,
    openLoader: () => openTableLoader(server.connection, options.server),
    async close() {
      await source.close()
      await server.close()
    },
  }
}

async function fallback(options: EmbeddedDatabaseOptions, reason: string): Promise<EmbeddedDatabase> {
  const database = await openPglite({ folder: options.folder, clock: options.clock, server: options.server, reason })
  options.log?.(`The sandbox uses PGlite instead of a PostgreSQL server: ${reason}.`)
  return { ...database, fallback: reason, loaders: 1 }
}
