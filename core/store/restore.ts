import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkBackup, listBackups, type Backup } from './backup.ts'
import { StoreBusy, StoreCorrupt, StoreUnrecoverable } from './errors.ts'
import { syncFile, syncFolder } from '#core/base/fsync.ts'
import { readMarks } from './open-marks.ts'

/** What a recovery did, for the operator and for the audit log. */
export interface Recovery {
  /** Why the store was not opened as it was. */
  readonly problem: string
  /** The backup that took its place. */
  readonly backup: Backup
  /** Where the damaged file is kept, with its -wal beside it; null when there was none. */
  readonly kept: string | null
  /** Backups that were tried before and found damaged, newest first. */
  readonly rejected: readonly string[]
}

/**
 * Puts a backup in the store's place. The file that stood there is kept as `<file>.damaged-<n>`.
 * A crash in the middle leaves either the old file or the restored one, never a mixture.
 * @throws StoreBusy when a living process has the store open; StoreCorrupt when the backup is damaged
 */
export function restoreStore(file: string, backup: string, known = Number.MAX_SAFE_INTEGER): string | null {
  if (readMarks(file).living.length > 0) {
    throw new StoreBusy(file, undefined, 'The store is open in a living process and can\'t be replaced.')
  }
  checkBackup(backup, known)
  const incoming = `${file}.restoring`
  copyFileSync(backup, incoming)
  syncFile(incoming)

  const kept = existsSync(file) ? freeName(`${file}.damaged`) : null
  if (kept) {
    for (const suffix of ['', '-wal', '-shm']) {
      if (!existsSync(file + suffix)) continue
      copyFileSync(file + suffix, kept + suffix)
      syncFile(kept + suffix)
    }
  }
  // SQLite would replay a left-over -wal into the restored file.
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
  renameSync(incoming, file)
  syncFolder(dirname(file))
  return kept
}

/**
 * Restores the newest backup that passes its check.
 * @throws StoreUnrecoverable when none does; StoreBusy when a living process has the store open
 */
export function restoreNewest(file: string, problem: string, known: number): Recovery {
  const backups = listBackups(file)
  const rejected: string[] = []
  for (const backup of backups) {
    try {
      return { problem, backup, kept: restoreStore(file, backup.path, known), rejected }
    } catch (thrown) {
      if (!(thrown instanceof StoreCorrupt)) throw thrown
      rejected.push(backup.path)
    }
  }
  throw new StoreUnrecoverable(file, rejected)
}

function freeName(base: string): string {
  let n = 1
  while (existsSync(`${base}-${n}`)) n += 1
  return `${base}-${n}`
}
