import { RegieError } from '#core/base/errors.ts'

/** The real server can't be used here; `reason` is one clear sentence. The caller falls back to PGlite and says so. */
export class EmbeddedServerUnavailable extends RegieError {
  constructor(reason: string, cause?: unknown) {
    super({ code: 'EMBEDDED_POSTGRES_UNAVAILABLE', what: `The embedded PostgreSQL server can't run here: ${reason}.`, data: { reason } }, cause)
  }
}

/** Its own program failed: initdb or postgres ended with an error. `log` is the end of what it printed. */
export class EmbeddedServerFailed extends RegieError {
  constructor(what: string, log: string, cause?: unknown) {
    super({ code: 'EMBEDDED_POSTGRES_FAILED', what: `${what}.`, untouched: 'Other systems of this environment are untouched.', next: 'Read the log below; `regie doctor` checks the usual causes.', data: { log: log.slice(-2000) } }, cause)
  }
}

/** Another process holds this folder and did not let go in time. */
export class FolderInUse extends RegieError {
  constructor(folder: string, why: string) {
    super({ code: 'FOLDER_IN_USE', what: `${folder} is in use by another process: ${why}.`, untouched: 'Nothing was changed.', next: 'Close the other process, then try again.', retry: 'later', data: { folder } })
  }
}
