import type Database from 'better-sqlite3'
import { RegieError } from '#core/base/errors.ts'
import { StoreBusy, StoreFull, StoreMigrationFailed, StoreNewer, storeFailure } from './errors.ts'

/** One step of the schema. Never edited once released: a later one changes what it made. */
export interface Migration {
  /** Counts up from 1 without a gap, over all rooms. */
  readonly version: number
  /** The room, or what changes: "audit", "operations", "operations: run parents". */
  readonly name: string
  /** Runs in one transaction. Must hold no BEGIN, COMMIT or PRAGMA of its own. */
  readonly sql: string
}

/** "RGIE": what `file` and SQLite's own tools show for our databases. */
export const APPLICATION_ID = 0x52474945

export const versionOf = (db: Database.Database): number => db.pragma('user_version', { simple: true }) as number

/**
 * Brings the database to the last version of the list, one transaction per migration.
 * @param backup called before each migration of a database that holds something; returns the backup's path
 * @throws StoreNewer, StoreMigrationFailed, StoreBusy, StoreFull
 */
export function migrate(
  db: Database.Database,
  migrations: readonly Migration[],
  backup: (version: number) => string,
): void {
  migrations.forEach(({ version }, index) => {
    if (version !== index + 1) throw new Error(`migration ${index + 1} is numbered ${version}`)
  })
  const known = migrations.length
  if (versionOf(db) > known) throw new StoreNewer(db.name, versionOf(db), known)

  const isNew = versionOf(db) === 0
  for (const migration of migrations) {
    const before = versionOf(db)
    if (before >= migration.version) continue
    const kept = isNew ? null : backup(before)
    // Tables are rebuilt with references to them standing; foreign_key_check below answers for it.
    db.pragma('foreign_keys = OFF')
    try {
      db.transaction(() => apply(db, migration)).immediate()
    } catch (thrown) {
      const failure = storeFailure(thrown, db.name)
      if (failure instanceof StoreBusy || failure instanceof StoreFull || failure instanceof StoreNewer) throw failure
      throw new StoreMigrationFailed(db.name, migration.version, migration.name, kept, failure)
    } finally {
      db.pragma('foreign_keys = ON')
    }
  }
}

function apply(db: Database.Database, migration: Migration): void {
  // Read again under the write lock: a second process may have migrated meanwhile.
  if (versionOf(db) >= migration.version) return
  db.exec(migration.sql)
  const orphans = db.pragma('foreign_key_check') as readonly unknown[]
  if (orphans.length > 0) {
    throw new RegieError({ code: 'STORE_ORPHANS', what: `the migration leaves ${orphans.length} rows that point at nothing` })
  }
  db.pragma(`application_id = ${APPLICATION_ID}`)
  db.pragma(`user_version = ${migration.version}`)
}
