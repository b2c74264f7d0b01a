import { RegieError, isCancellation, type Failure } from '#core/base/errors.ts'
import { randomBytes } from 'node:crypto'

/** What a script sees. 0 done, 1 failed, 2 usage, 3 refused by a guard, 4 a gate stopped it, 130 cancelled. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, stopped: 4, cancelled: 130 } as const
export type ExitName = keyof typeof EXIT

interface Door {
  readonly exit: Exclude<ExitName, 'done'>
  /** As HTTP would say it; the wire carries it as the answer's status. */
  readonly status: number
}

const failed = { exit: 'failed', status: 500 } as const
const usage = { exit: 'usage', status: 400 } as const
const unknown = { exit: 'usage', status: 404 } as const
const refused = { exit: 'refused', status: 409 } as const
const down = { exit: 'failed', status: 503 } as const

/**
 * Every failure that may cross a door, by code. A failure whose code is not here is a fault of ours: it
 * crosses as INTERNAL, without its text. A test reads every room's errors.ts and holds it against this.
 */
export const FAILURES = {
  INTERNAL: failed,
  CANCELLED: { exit: 'cancelled', status: 499 },
  INVALID_INPUT: usage,
  USAGE: usage,
  CONFIRMATION_NEEDED: refused,
  CONNECTION_LOST: down,
  WIRE_VIOLATION: usage,
  TABLE_UNKNOWN: unknown,
  VIEW_UNKNOWN: unknown,
  COLUMN_NOT_DECLARED: usage,
  ROW_MISSING: unknown,
  FILE_KIND_UNKNOWN: usage,
  FILE_EXISTS: refused,
  FILE_UNWRITABLE: failed,
  NO_SANDBOX: unknown,
  PLAN_OF_OTHER: refused,
  NOTHING_TO_UNDO: refused,

  SCHEDULE_INVALID: usage,
  SCHEDULE_UNKNOWN: unknown,
  SCHEDULE_DECLARED: refused,
  SCHEDULE_STILL_RUNNING: refused,
  SCHEDULE_MISSED: refused,

  PLAN_UNKNOWN: unknown,
  PLAN_STALE: refused,
  GUARD_REFUSED: refused,
  OPERATION_UNKNOWN: unknown,
  INPUT_INVALID: usage,
  STEPS_DIFFER: failed,
  RUN_UNKNOWN: unknown,
  STEP_UNKNOWN: unknown,
  OUTPUT_MISSING: failed,
  LOCK_HELD: refused,
  FENCED_OUT: failed,
  POSTCONDITION_FAILED: failed,
  EFFECT_UNKNOWN: failed,
  GATE_STOPPED: { exit: 'stopped', status: 409 },
  RUN_NOT_RESUMABLE: refused,
  RUN_OVER: refused,
  STALE_COMMAND: refused,
  DIED_TOO_OFTEN: failed,
  ENGINE_CLOSED: down,

  PORT_TAKEN: failed,
  CORE_DID_NOT_START: failed,

  STORE_BUSY: down,
  STORE_FULL: failed,
  STORE_CORRUPT: failed,
  STORE_UNRECOVERABLE: failed,
  STORE_NEWER: failed,
  STORE_ORPHANS: failed,
  STORE_FOREIGN: failed,
  STORE_MIGRATION_FAILED: failed,
  STORE_UNAVAILABLE: failed,

  SECRET_UNKNOWN: unknown,
  SECRET_REFUSED: usage,
  SECRET_DAMAGED: failed,
  VAULT_KEY_WRONG: refused,
  VAULT_KEY_MISSING: refused,
  VAULT_LOCKED: refused,
  LAST_VAULT_KEY: refused,
  KEY_FILE_UNUSABLE: failed,
  RECOVERY_CODE_INVALID: usage,

  SECRET_UNUSABLE: failed,
  NOT_ELEVATED: refused,
  ELEVATION_REFUSED: refused,
  SETTINGS_READABLE: refused,
  SETTINGS_INVALID: usage,
  ENVIRONMENT_EXISTS: refused,
  ENVIRONMENTS_SHARE: refused,
  SOURCE_LOAD_REFUSED: refused,
  MONGODB_UNREACHABLE: down,
  MONGODB_CERTIFICATE_REFUSED: failed,
  MONGODB_REFUSED: failed,
  MONGODB_DENIED: failed,
  MONGODB_READ_ONLY: down,
  MONGODB_FAILED: failed,
  STORE_UNREACHABLE: down,
  STORE_CERTIFICATE_REFUSED: failed,
  STORE_CREDENTIALS_REFUSED: failed,
  STORE_DENIED: failed,
  STORE_THROTTLED: down,
  STORE_FAILED: failed,
  BUCKET_MISSING: failed,
  BUCKET_NOT_VERSIONED: failed,
  OBJECT_CUT: failed,
  OBJECT_NOT_AS_SENT: failed,

  YAML_INVALID: usage,
  SCHEMA_INVALID: failed,
  WORKSPACE_NOT_FOUND: unknown,
  WORKSPACE_EXISTS: refused,
  ENVIRONMENT_NOT_FOUND: unknown,
  BLUEPRINT_FILE_NOT_FOUND: failed,
  SANDBOX_ROWS_DIFFER: failed,
  PSEUDONYM_KEY_UNUSABLE: failed,

  AUDIT_BODY_REFUSED: failed,
  AUDIT_ENTRY_MISSING: unknown,
  AUDIT_DAMAGED: failed,
  TREE_SIZE_UNKNOWN: unknown,
  LOG_EMPTY: refused,
  SIGNING_KEY_UNUSABLE: failed,
  ANCHOR_UNREADABLE: usage,
  NOTHING_TO_ARCHIVE: refused,
  ANCHOR_PLACE_UNAVAILABLE: refused,

  GENERATOR_INVALID: usage,

  MODEL_BROKEN: failed,
  SCORER_CRASHED: failed,
  SCORER_CLOSED: down,

  OBJECT_NOT_FOUND: failed,
  STORAGE_FULL: failed,
  STORAGE_BUSY: down,
  STORAGE_DAMAGED: failed,
  OBJECT_DAMAGED: failed,
  STAGED_DATA_CHANGED: failed,
  PUBLISH_FENCED: failed,
  TABLE_VERSION_MISSING: failed,
  WAREHOUSE_QUERY_FAILED: failed,
  SOURCE_FILE_MISSING: unknown,
  SOURCE_FILE_UNREADABLE: failed,
  FOLDER_NOT_FOUND: unknown,
  FOLDER_UNMAPPED: usage,
  FOLDER_UNSUPPORTED: usage,

  DATA_UNKNOWN: unknown,
  COLUMN_UNKNOWN: usage,
  COLUMN_PERSONAL: refused,
  FILTER_INVALID: usage,
  DATA_NOT_READABLE: usage,
  DATA_TIMEOUT: down,

  SCORE_FILE_MISSING: unknown,
  SCORE_FILE_UNKNOWN: usage,
  SCORE_FILE_EMPTY: usage,
  SCORE_FILE_TOO_WIDE: usage,
  SCORE_FILE_BROKEN: usage,
  SCORE_COLUMN_MISSING: usage,
  SCORE_OUTPUT_EXISTS: refused,
  SCORE_FILE_CHANGED: refused,
  SCORES_MISPLACED: failed,
  UPLOAD_BROKEN: refused,

  PIPELINE_UNKNOWN: unknown,
  NOTHING_TO_PREVIEW: unknown,
  DASHBOARD_UNKNOWN: unknown,
  PIPELINE_INVALID: usage,
  RULE_INVALID: usage,
  RULE_UNKNOWN: unknown,
  SOURCE_TABLE_MISSING: failed,
  SOURCE_COLUMN_MISSING: failed,
  SOURCE_ROW_BROKEN: failed,
  RAW_FILE_REFUSED: failed,
  RAW_OBJECT_CHANGED: failed,
  SQL_FAILED: failed,
  SYSTEM_DOWN: down,
  VERSION_NOT_KEPT: unknown,
  WINDOW_UNSUPPORTED: refused,
  WINDOW_EMPTY: refused,
  WINDOW_WITHOUT_BASE: refused,
  WINDOW_MISMATCH: refused,

  POSTGRES_UNREACHABLE: down,
  POSTGRES_REFUSED: failed,
  POSTGRES_COLUMN_MISSING: failed,
  POSTGRES_TABLE_MISSING: failed,
  POSTGRES_DENIED: failed,
  POSTGRES_INVALID_TEXT: failed,
  POSTGRES_QUERY_FAILED: failed,
  EMBEDDED_POSTGRES_UNAVAILABLE: down,
  EMBEDDED_POSTGRES_FAILED: failed,
  FOLDER_IN_USE: refused,
} as const satisfies Record<string, Door>

export type FailureCode = keyof typeof FAILURES

const doorOf = (code: string): Door | undefined => (Object.hasOwn(FAILURES, code) ? FAILURES[code as FailureCode] : undefined)

export const statusOf = (code: string): number => doorOf(code)?.status ?? 500
/** The process's exit code for a failure; what is not in the table is a plain 1. */
export const exitOf = (code: string): number => EXIT[doorOf(code)?.exit ?? 'failed']

/** A short id under which an undeclared error stands in the log. */
export const incidentId = (): string => randomBytes(5).toString('hex')

/**
 * The failure that may be shown for a thrown value. What no room declared becomes INTERNAL without text;
 * `report` writes the error down and returns the id that the reader gets instead.
 */
export function presentable(thrown: unknown, report: (error: unknown) => string): Failure {
  if (isCancellation(thrown)) return { code: 'CANCELLED', what: 'The request was cancelled.', retry: 'safe' }
  if (thrown instanceof RegieError && doorOf(thrown.code)) {
    const { code, what, untouched, next, retry, data } = thrown
    return { code, what, untouched, next, retry, data }
  }
  const incident = report(thrown)
  return {
    code: 'INTERNAL',
    what: 'The core met an error that it did not expect.',
    next: `Look for ${incident} in the program's log, and run regie doctor.`,
    retry: 'never',
    data: { incident },
  }
}

/** The caller's input isn't what the contract asks for. `problems` name members, never values. */
export class InvalidInput extends RegieError {
  constructor(problems: readonly string[]) {
    super({ code: 'INVALID_INPUT', what: `The request is not valid: ${problems.join('; ')}.`, untouched: 'Nothing was done.', data: { problems } })
  }
}

export class TableUnknown extends RegieError {
  constructor(table: string, known: readonly string[]) {
    super({
      code: 'TABLE_UNKNOWN',
      what: `No table or view ${table} is published here.`,
      next: known.length > 0 ? `Published: ${known.join(', ')}.` : 'Run a pipeline first: nothing was published yet.',
      data: { table, known },
    })
  }
}

/** Export writes .parquet or .csv. */
export class FileKindUnknown extends RegieError {
  constructor(file: string) {
    super({ code: 'FILE_KIND_UNKNOWN', what: `The end of ${file} names no kind of file that can be written.`, untouched: 'Nothing was written.', next: 'Use a name that ends in .parquet or .csv.' })
  }
}

export class FileExists extends RegieError {
  constructor(file: string) {
    super({ code: 'FILE_EXISTS', what: `${file} is there already.`, untouched: 'It was left as it is.', next: 'Choose another name, or allow it to be replaced.', data: { file } })
  }
}

/** The folder is absent, write-protected or full. */
export class FileUnwritable extends RegieError {
  constructor(file: string, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown'
    super({ code: 'FILE_UNWRITABLE', what: `${file} can't be written (${code}).`, untouched: 'No part of a file was left behind.', next: 'Check that the folder exists, is writable and has room.', data: { file, reason: code } }, cause)
  }
}

/** A piece of an uploaded file does not follow the one before. Causes: sent twice, a page that was left meanwhile. */
export class UploadBroken extends RegieError {
  constructor(offset: number, bytes: number) {
    super({ code: 'UPLOAD_BROKEN', what: `A piece of the file came at byte ${offset}, but ${bytes} are there.`, untouched: 'Nothing was scored.', next: 'Choose the file again.' })
  }
}

/** The plan's hash belongs to another operation or input than the one asked for: another capability. */
export class PlanOfOther extends RegieError {
  constructor(wanted: string, found: string) {
    super({ code: 'PLAN_OF_OTHER', what: `That plan is one of ${found}, not of ${wanted}.`, untouched: 'Nothing was started.', next: 'Plan what you want to run, then start that plan.' })
  }
}

/** The run published nothing that replaced something, or is no operation with a way back. */
export class NothingToUndo extends RegieError {
  constructor(runId: string) {
    super({ code: 'NOTHING_TO_UNDO', what: `Run ${runId} recorded no way back.`, untouched: 'Nothing was changed.', next: 'Its plan says why.', data: { runId } })
  }
}
