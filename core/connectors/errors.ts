import { RegieError } from '#core/base/errors.ts'

/** No such object, or not that version of it. */
export class ObjectNotFound extends RegieError {
  constructor(key: string, versionId?: string) {
    super({ code: 'OBJECT_NOT_FOUND', what: `The object store has no ${versionId ? `version ${versionId} of ` : ''}${key}.`, next: 'List the versions of the key.', data: { key, versionId } })
  }
}

/** The disk below an embedded store is full or a quota ended. */
export class StorageFull extends RegieError {
  constructor(system: string, cause?: unknown) {
    super({ code: 'STORAGE_FULL', what: `The disk is full: the ${system} could not write.`, untouched: 'What was being written was discarded; all that stood before is unchanged.', next: 'Free space below REGIE_HOME, then resume the run.', retry: 'later' }, cause)
  }
}

/** Another process kept the database of an embedded store locked for longer than it is waited for. */
export class StorageBusy extends RegieError {
  constructor(system: string, cause?: unknown) {
    super({ code: 'STORAGE_BUSY', what: `Another process kept the ${system} locked for too long.`, untouched: 'Nothing was written.', next: 'Wait until it is done, or stop it, then resume the run.', retry: 'later' }, cause)
  }
}

/** The database of an embedded store is no database any more. Causes: a bad disk, a file cut short or replaced. */
export class StorageDamaged extends RegieError {
  constructor(system: string, cause?: unknown) {
    super({ code: 'STORAGE_DAMAGED', what: `The database of the ${system} is damaged.`, untouched: 'It was left as it is.', next: 'Put a copy of it from elsewhere in its place, or move it aside: the pipelines fill a new one.' }, cause)
  }
}

/** An object's bytes are not those its manifest names. */
export class ObjectDamaged extends RegieError {
  constructor(key: string, versionId: string, expected: string, found: string) {
    super({ code: 'OBJECT_DAMAGED', what: `Object ${key}, version ${versionId}, does not have the SHA-256 it was stored with.`, untouched: 'Nothing was read from it.', next: 'Run the step again that wrote it: a new version is made.', data: { key, versionId, expected, found } })
  }
}

/** What the gates passed is not what lies there now. */
export class StagedDataChanged extends RegieError {
  constructor(table: string, version: number, expected: string, found: string) {
    super({ code: 'STAGED_DATA_CHANGED', what: `Table ${table}, version ${version}, changed after its gates passed.`, untouched: 'Nothing was published; readers still see the version before.', next: 'Run again from the step that stages the table.', data: { table, version, expected, found } })
  }
}

/** A run that lost its lease tried to publish. */
export class PublishFenced extends RegieError {
  constructor(table: string, fence: number, seen: number) {
    super({ code: 'PUBLISH_FENCED', what: `A newer run holds table ${table}: this run's lease is over.`, untouched: 'Nothing was published by this run.', next: 'Look at the newer run.', data: { table, fence, seen } })
  }
}

/** No such version of a table, or its files are gone. */
export class TableVersionMissing extends RegieError {
  constructor(table: string, version: number) {
    super({ code: 'TABLE_VERSION_MISSING', what: `The warehouse has no version ${version} of table ${table}.`, next: 'List the versions of the table.', data: { table, version } })
  }
}

/** The warehouse's engine refused a statement. */
export class WarehouseQueryFailed extends RegieError {
  constructor(message: string, cause?: unknown) {
    super({ code: 'WAREHOUSE_QUERY_FAILED', what: `The warehouse refused a statement: ${message}`, untouched: 'Published tables are unchanged.' }, cause)
  }
}

/** A file that the folder source needs is not there. */
export class SourceFileMissing extends RegieError {
  constructor(table: string, pattern: string) {
    super({ code: 'SOURCE_FILE_MISSING', what: `Table ${table} needs ${pattern}, and the source folder has no such file.`, untouched: 'Nothing was read.', next: 'Check the folder, or mark the file as optional in the mapping.', data: { table, pattern } })
  }
}

/**
 * A file could not be read as the mapping says. Causes: a column is missing, the text is not in its encoding, rows are
 * broken (`data.rows` of them, the first at `data.first`), it is cut short, it changed while it was read.
 */
export class SourceFileUnreadable extends RegieError {
  constructor(table: string, file: string, problem: string, cause?: unknown, data: { readonly rows?: number; readonly first?: readonly number[] } = {}) {
    super({ code: 'SOURCE_FILE_UNREADABLE', what: `${file} can't be read as table ${table}: ${problem}.`, untouched: 'No part of it counts as read.', next: 'Mend the file, or its entry in the mapping.', data: { table, file, ...data } }, cause)
  }
}

/** Node's code of a failed system call. */
const systemCode = (error: unknown): string | undefined => (error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined)

/** Full disks, locks and damage of an embedded store as typed failures, everything else as it came. */
export function storageError(error: unknown, system: string): unknown {
  if (error instanceof RegieError) return error
  const code = systemCode(error) ?? ''
  const message = error instanceof Error ? error.message : ''
  if (['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL'].includes(code) || /No space left on device|disk is full|File too large/i.test(message)) return new StorageFull(system, error)
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new StorageBusy(system, error)
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return new StorageDamaged(system, error)
  return error
}
