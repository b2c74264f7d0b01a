import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { StoreCorrupt } from './errors.ts'
import { syncFile, syncFolder } from '#core/base/fsync.ts'
import { APPLICATION_ID, versionOf } from './migration.ts'

/** A backup by its file name: `<stem>-v<version>-<time>.sqlite`, time as 20261121T105814123Z. */
export interface Backup {
  readonly path: string
  readonly version: number
  /** ms since the epoch */
  readonly takenAt: number
}

const KEPT = 5
const NAME = /^(.+)-v(\d+)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.sqlite$/

export const backupFolder = (file: string): string => join(dirname(file), 'backups')
const stemOf = (file: string): string => basename(file, '.sqlite')
const stamp = (ms: number): string => new Date(ms).toISOString().replace(/[-:.]/g, '')

/** Backups of a store, newest first. Their content is not looked at: see `checkBackup`. */
export function listBackups(file: string): Backup[] {
  const folder = backupFolder(file)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap((name) => {
      const match = NAME.exec(name)
      if (!match || match[1] !== stemOf(file)) return []
      const [, , version, y, mo, d, h, mi, s, ms] = match
      const takenAt = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}.${ms}Z`)
      return [{ path: join(folder, name), version: Number(version), takenAt }]
    })
    .toSorted((a, b) => b.takenAt - a.takenAt)
}

/**
 * A whole, checked and fsynced copy of the database as the last commit left it, in `backups/` beside it.
 * Its time is later than that of every backup before, even when the clock went back: newest stays newest.
 * @throws StoreCorrupt when the copy does not pass its check, or what SQLite throws (map with storeFailure)
 */
export function takeBackup(db: Database.Database, now: number): Backup {
  const folder = backupFolder(db.name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const newest = listBackups(db.name)[0]
  const takenAt = Math.max(now, newest ? newest.takenAt + 1 : 0)
  const version = versionOf(db)
  const path = join(folder, `${stemOf(db.name)}-v${version}-${stamp(takenAt)}.sqlite`)
  const partial = `${path}.partial`
  try {
    rmSync(partial, { force: true })
    db.prepare('VACUUM INTO ?').run(partial)
    syncFile(partial)
    checkBackup(partial, version)
    renameSync(partial, path)
    syncFolder(folder)
  } finally {
    rmSync(partial, { force: true })
  }
  prune(db.name)
  return { path, version, takenAt }
}

/**
 * Reads the whole backup.
 * @returns its store version
 * @throws StoreCorrupt when it is damaged, not ours, or newer than `known`
 */
export function checkBackup(path: string, known: number): number {
  let db: Database.Database | undefined
  try {
    db = new Database(path, { readonly: true, fileMustExist: true })
    const verdict = db.pragma('quick_check(1)', { simple: true })
    if (verdict !== 'ok') throw new StoreCorrupt(path, String(verdict))
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw new StoreCorrupt(path, 'not a store')
    const version = versionOf(db)
    if (version > known) throw new StoreCorrupt(path, `version ${version} is newer than this program`)
    return version
  } catch (thrown) {
    if (thrown instanceof StoreCorrupt) throw thrown
    throw new StoreCorrupt(path, thrown instanceof Error ? thrown.message : String(thrown), thrown)
  } finally {
    db?.close()
  }
}

/** Keeps the newest five and the newest of every version: the way back from each migration stays. */
function prune(file: string): void {
  const seen = new Set<number>()
  listBackups(file).forEach((backup, index) => {
    const newestOfVersion = !seen.has(backup.version)
    seen.add(backup.version)
    if (index >= KEPT && !newestOfVersion) rmSync(backup.path, { force: true })
  })
}
