import type { Clock } from '#core/base/clock.ts'
import type { SourceDatabase } from '#core/connectors/types.ts'
import { openPostgres } from '#core/connectors/postgres/postgres-source.ts'
import { openTableLoader, type TableLoader } from '#core/connectors/postgres/table-loader.ts'
import { openEmbeddedServer } from './server.ts'

export interface EmbeddedDatabaseOptions {
  /** Everything of this database lives here. */
  readonly folder: string
  /** REGIE_HOME */
  readonly home: string
  readonly clock: Clock
  /** Name in errors and descriptions. */
  readonly server: string
  /** Told once, in one sentence, when the fallback is used. */
  readonly log?: (message: string) => void
  /** For tests: 'pglite' skips the real server. */
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

export async function openEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const server = await openEmbeddedServer(options)
  const engine = `embedded PostgreSQL ${server.packageVersion.replace(/\.0-.*$/, '')}`
  const source = openPostgres({
    connection: server.connection,
    server: options.server,
    engine: (version) => `embedded PostgreSQL ${version}`,
  })
  return {
    source,
    engine,
    fallback: null,
    loaders: 2,
    openLoader: () => openTableLoader(server.connection, options.server),
    async close() {
      await source.close()
      await server.close()
    },
  }
}
