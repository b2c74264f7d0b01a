import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import type { Clock } from '#core/base/clock.ts'
import { listBackups, takeBackup, type Backup } from './backup.ts'
import { StoreCorrupt, StoreForeign, StoreNewer, storeFailure } from './errors.ts'
import { APPLICATION_ID, migrate, versionOf, type Migration } from './migration.ts'
import { clearMarks, readMarks, setMark } from './open-marks.ts'
import { restoreNewest, type Recovery } from './restore.ts'

export interface StoreOptions {
  readonly clock: Clock
  /** The whole list, in order: core/regie-schema.ts composes it from the rooms. */
  readonly migrations?: readonly Migration[]
  /** Restore the newest good backup when the file is damaged, and say so in `recovered`. Default: refuse. */
  readonly recover?: boolean
  /** How long a write waits for another connection's, ms. */
  readonly busyTimeoutMs?: number
  /** A clean close takes a backup when the newest is older than this, ms. Infinity: never. */
  readonly backupAfterMs?: number
  /** Told when the backup at close failed: the store itself is closed and whole. Default: close throws. */
  readonly onBackupFailure?: (failure: unknown) => void
}

/**
 * One SQLite database that survives: WAL, synchronous FULL (a commit that returned is on the disk),
 * foreign keys on. Several processes may open the same file; writers wait for each other.
 */
export interface Store {
  readonly file: string
  readonly db: Database.Database
  /** Set when open found the file damaged and restored a backup. */
  readonly recovered: Recovery | null
  /**
   * Runs `work` in one IMMEDIATE transaction (a savepoint inside another) and rolls back on any throw.
   * `work` must be synchronous.
   * @throws StoreBusy, StoreFull, StoreCorrupt, StoreUnavailable, or what `work` throws
   */
  transaction<T>(work: () => T): T
  /** Runs `work` with SQLite's errors mapped to this room's; no transaction. */
  guard<T>(work: () => T): T
  /** A checked, fsynced copy in `backups/`. Blocks for the length of the copy. */
  backup(): Backup
  /** Called before the database closes, in order: what is still waiting can be written. */
  beforeClose(work: () => void): void
  /** Idempotent. */
  close(): void
}

const BUSY_TIMEOUT_MS = 5_000
const BACKUP_AFTER_MS = 3_600_000

/**
 * Opens the store, creating or migrating it.
 * @throws StoreCorrupt (or, with `recover`, StoreUnrecoverable), StoreNewer, StoreForeign, StoreBusy,
 *   StoreFull, StoreUnavailable, StoreMigrationFailed
 */
export function openStore(file: string, options: StoreOptions): Store {
  const migrations = options.migrations ?? []
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    return open(file, options, migrations, null)
  } catch (thrown) {
    const failure = storeFailure(thrown, file)
    if (!(failure instanceof StoreCorrupt) || !options.recover) throw failure
    const recovered = restoreNewest(file, failure.data?.detail as string, migrations.length)
    return open(file, options, migrations, recovered)
  }
}

function open(file: string, options: StoreOptions, migrations: readonly Migration[], recovered: Recovery | null): Store {
  const { clock, busyTimeoutMs = BUSY_TIMEOUT_MS, backupAfterMs = BACKUP_AFTER_MS } = options
  const marks = readMarks(file)
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false })
  // A WAL nobody has open was left by a crash; so was a mark whose process is gone.
  const unclean = marks.dead.length > 0 || (marks.living.length === 0 && (wal?.size ?? 0) > 0)
  if (existsSync(file) && statSync(file).size === 0 && listBackups(file).length > 0) {
    throw new StoreCorrupt(file, 'it is empty, but there are backups of it')
  }

  const db = new Database(file)
  try {
    db.pragma(`busy_timeout = ${busyTimeoutMs}`)
    inspect(db, migrations.length, unclean || recovered !== null)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    // 16 MB of WAL before it is folded in: a checkpoint costs two more fsyncs.
    db.pragma('wal_autocheckpoint = 4000')
    db.pragma('foreign_keys = ON')
    migrate(db, migrations, () => takeBackup(db, clock.now()).path)
  } catch (thrown) {
    db.close()
    throw thrown
  }
  clearMarks(marks.dead)
  return storeOver(db, setMark(file), { ...options, backupAfterMs }, recovered)
}

/** Refuses what must not be touched, before anything is written. */
function inspect(db: Database.Database, known: number, thoroughly: boolean): void {
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number
  if (tables > 0 && db.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw new StoreForeign(db.name)
  if (versionOf(db) > known) throw new StoreNewer(db.name, versionOf(db), known)
  if (!thoroughly) return
  const verdict = db.pragma('quick_check(1)', { simple: true })
  if (verdict !== 'ok') throw new StoreCorrupt(db.name, String(verdict))
}

function storeOver(
  db: Database.Database,
  unmark: () => void,
  { clock, backupAfterMs, onBackupFailure }: StoreOptions & { backupAfterMs: number },
  recovered: Recovery | null,
): Store {
  const file = db.name
  const closing: (() => void)[] = []
  const inTransaction = db.transaction((work: () => unknown) => work())

  function guard<T>(work: () => T): T {
    try {
      return work()
    } catch (thrown) {
      throw storeFailure(thrown, file)
    }
  }

  function backupAtClose(): void {
    if (!Number.isFinite(backupAfterMs) || versionOf(db) === 0) return
    const newest = listBackups(file)[0]
    const age = newest ? clock.now() - newest.takenAt : Number.POSITIVE_INFINITY
    // A negative age means that the clock went back: nobody knows how old it is.
    if (age < 0 || age >= backupAfterMs) takeBackup(db, clock.now())
  }

  return {
    file,
    db,
    recovered,
    guard,
    transaction: <T>(work: () => T): T => guard(() => inTransaction.immediate(work) as T),
    backup: () => guard(() => takeBackup(db, clock.now())),
    beforeClose: (work) => void closing.push(work),
    close() {
      if (!db.open) return
      try {
        for (const work of closing) work()
        try {
          guard(backupAtClose)
        } catch (failure) {
          if (!onBackupFailure) throw failure
          onBackupFailure(failure)
        }
      } finally {
        db.close()
        unmark()
      }
    },
  }
}
