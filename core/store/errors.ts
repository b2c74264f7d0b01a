import { basename } from 'node:path'
import { RegieError } from '#core/base/errors.ts'

const name = (file: string): string => basename(file)

/** Another connection held the write lock for longer than the store waits. Nothing was written. */
export class StoreBusy extends RegieError {
  constructor(file: string, cause?: unknown, what = `Another process kept ${name(file)} locked for too long.`) {
    super(
      {
        code: 'STORE_BUSY',
        what,
        untouched: 'Nothing was written.',
        next: 'Wait until it is done, or stop it, then try again.',
        retry: 'later',
        data: { file: name(file) },
      },
      cause,
    )
  }
}

/** The disk (or SQLite's page limit) is full. The transaction was rolled back whole. */
export class StoreFull extends RegieError {
  constructor(file: string, cause?: unknown) {
    super(
      {
        code: 'STORE_FULL',
        what: `The disk that holds ${name(file)} is full.`,
        untouched: 'The transaction was rolled back; what was written before it stands.',
        next: 'Free space on that disk, then resume.',
        retry: 'later',
        data: { file: name(file) },
      },
      cause,
    )
  }
}

/**
 * Causes: bytes changed on the disk, a file cut short, another file put in its place.
 * Raised at open, and by any statement that meets a damaged page.
 */
export class StoreCorrupt extends RegieError {
  constructor(file: string, detail: string, cause?: unknown) {
    super(
      {
        code: 'STORE_CORRUPT',
        what: `${name(file)} is damaged: ${detail}.`,
        untouched: 'The file was left as it is.',
        next: 'Stop every Régie process of this home and start with recovery: the newest good backup of the folder backups/ takes its place and the damaged file is kept beside it.',
        data: { file: name(file), detail },
      },
      cause,
    )
  }
}

/** Recovery was asked for, and no backup passed its check. */
export class StoreUnrecoverable extends RegieError {
  constructor(file: string, tried: readonly string[], cause?: unknown) {
    super(
      {
        code: 'STORE_UNRECOVERABLE',
        what: `${name(file)} is damaged and ${tried.length === 0 ? 'there is no backup of it' : `none of its ${tried.length} backups is whole`}.`,
        untouched: 'The file was left as it is.',
        next: 'Put a copy of it from elsewhere in its place, or move it aside to start anew.',
        data: { file: name(file), tried: tried.map(name) },
      },
      cause,
    )
  }
}

/** Written by a later release. Opening it could lose what this release does not know of. */
export class StoreNewer extends RegieError {
  constructor(file: string, found: number, known: number) {
    super({
      code: 'STORE_NEWER',
      what: `${name(file)} was written by a newer Régie (store version ${found}; this one knows ${known}).`,
      untouched: 'It was not opened for writing.',
      next: 'Install that release again, or restore a backup of version ' + known + '.',
      data: { file: name(file), found, known },
    })
  }
}

/** A SQLite database, but not one of ours: REGIE_HOME points at the wrong place. */
export class StoreForeign extends RegieError {
  constructor(file: string) {
    super({
      code: 'STORE_FOREIGN',
      what: `${name(file)} is a database of another program.`,
      untouched: 'It was not changed.',
      next: 'Point REGIE_HOME at an empty folder.',
      data: { file: name(file) },
    })
  }
}

/** A migration's SQL failed; its transaction was rolled back. */
export class StoreMigrationFailed extends RegieError {
  constructor(file: string, version: number, migration: string, backup: string | null, cause: unknown) {
    super(
      {
        code: 'STORE_MIGRATION_FAILED',
        what: `${name(file)} could not be brought to version ${version} (${migration}): ${cause instanceof Error ? cause.message : String(cause)}.`,
        untouched: `It stands at version ${version - 1}${backup ? `; a backup is in backups/${name(backup)}` : ''}.`,
        next: 'Keep using the release before this one and report this message.',
        data: { file: name(file), version, migration, backup: backup && name(backup) },
      },
      cause,
    )
  }
}

/** The operating system refused to read or write: permissions, a read-only disk, an I/O error. */
export class StoreUnavailable extends RegieError {
  constructor(file: string, detail: string, cause?: unknown) {
    super(
      {
        code: 'STORE_UNAVAILABLE',
        what: `${name(file)} can't be read or written: ${detail}.`,
        untouched: 'Nothing was written.',
        next: 'Check that the folder exists, belongs to this user and is on a healthy disk.',
        retry: 'later',
        data: { file: name(file) },
      },
      cause,
    )
  }
}

/** The typed failure of a thrown SQLite or file system error; anything else comes back as it is. */
export function storeFailure(thrown: unknown, file: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
  const message = thrown instanceof Error ? thrown.message : ''
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new StoreBusy(file, thrown)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return new StoreFull(file, thrown)
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return new StoreCorrupt(file, message, thrown)
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|PERM)|^(EACCES|EPERM|EROFS|EIO)$/.test(code)) {
    return new StoreUnavailable(file, message, thrown)
  }
  return thrown
}
