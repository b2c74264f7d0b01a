import { RegieError, Cancelled } from '#core/base/errors.ts'

/**
 * What PostgreSQL's own text may carry (values of a row, parts of a connection string) never reaches an
 * error of ours: texts are built here from the SQLSTATE and from identifiers alone.
 */
interface ServerError {
  readonly code?: string
  readonly message?: string
  readonly table?: string
  readonly column?: string
  readonly constraint?: string
}

/** No server answers, it is starting or stopping, or the connection broke. Causes: stopped, wrong host or port, network. */
export class PostgresUnreachable extends RegieError {
  constructor(server: string, why: string, cause?: unknown) {
    super({ code: 'POSTGRES_UNREACHABLE', what: `PostgreSQL (${server}) can't be reached: ${why}.`, untouched: 'Nothing was read to its end.', next: 'Check that the server runs, then try again.', retry: 'later', data: { server } }, cause)
  }
}

/** The server answered and refused the login (SQLSTATE class 28, 3D000). */
export class PostgresRefused extends RegieError {
  constructor(server: string, sqlState: string, cause?: unknown) {
    super({ code: 'POSTGRES_REFUSED', what: `PostgreSQL (${server}) refused the connection (SQLSTATE ${sqlState}).`, next: 'Check user, password and database of this environment.', data: { server, sqlState } }, cause)
  }
}

/** A column that the statement names is not there (42703). Causes: schema changed, wrong mapping. */
export class PostgresColumnMissing extends RegieError {
  constructor(server: string, column: string, cause?: unknown) {
    super({ code: 'POSTGRES_COLUMN_MISSING', what: `PostgreSQL (${server}) has no column ${column}.`, untouched: 'Nothing was read.', next: 'Compare the schema with the mapping of this environment.', data: { server, column, sqlState: '42703' } }, cause)
  }
}

/** A table or view that the statement names is not there (42P01). */
export class PostgresTableMissing extends RegieError {
  constructor(server: string, table: string, cause?: unknown) {
    super({ code: 'POSTGRES_TABLE_MISSING', what: `PostgreSQL (${server}) has no table ${table}.`, untouched: 'Nothing was read.', next: 'Load the table, or correct its name in the mapping.', data: { server, table, sqlState: '42P01' } }, cause)
  }
}

/** The login may not read or write this (42501), or the session is read-only (25006). */
export class PostgresDenied extends RegieError {
  constructor(server: string, sqlState: string, cause?: unknown) {
    super({ code: 'POSTGRES_DENIED', what: `PostgreSQL (${server}) denies this statement (SQLSTATE ${sqlState}).`, untouched: 'Nothing was changed.', next: 'Grant what is missing, or use another login.', data: { server, sqlState } }, cause)
  }
}

/** Bytes that are no text in the encoding of the session (22021, 22P05, or found by us in a COPY stream). */
export class PostgresInvalidText extends RegieError {
  constructor(server: string, detail: string, cause?: unknown) {
    super({ code: 'POSTGRES_INVALID_TEXT', what: `PostgreSQL (${server}) holds text that is no valid UTF-8: ${detail}.`, untouched: 'The stream was broken off; no part of it counts as read.', next: 'Correct the row at the source (see its byte position), then run again.', data: { server } }, cause)
  }
}

/** Any other refusal of a statement; `sqlState` says which. 40001, 40P01, 53xxx and 55P03 may be tried again later. */
export class PostgresQueryFailed extends RegieError {
  readonly sqlState: string
  constructor(server: string, sqlState: string, text: string, cause?: unknown) {
    const later = /^(40001|40P01|53...|55P03|57014)$/.test(sqlState)
    super({ code: 'POSTGRES_QUERY_FAILED', what: `PostgreSQL (${server}) failed a statement (SQLSTATE ${sqlState}${text ? `: ${text}` : ''}).`, retry: later ? 'later' : 'never', data: { server, sqlState } }, cause)
    this.sqlState = sqlState
  }
}

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'EACCES'])
const quoted = (text: string): string => /"([^"]+)"/.exec(text)?.[1] ?? /column (\S+)/.exec(text)?.[1] ?? 'of that name'

/**
 * A driver's error as one of ours. With an aborted signal every failure is the cancellation.
 * SQLSTATE classes 22 and 23 keep no server text: it may quote a row.
 */
export function postgresError(thrown: unknown, server: string, signal?: AbortSignal): RegieError {
  if (signal?.aborted) return new Cancelled(`Reading from PostgreSQL (${server}) was cancelled.`)
  if (thrown instanceof RegieError) return thrown
  const error = (thrown ?? {}) as ServerError
  const code = typeof error.code === 'string' ? error.code : ''
  const text = typeof error.message === 'string' ? error.message : ''
  if (NETWORK.has(code)) return new PostgresUnreachable(server, code, bare(code))
  if (!/^[0-9A-Z]{5}$/.test(code)) return new PostgresUnreachable(server, /timeout/i.test(text) ? 'no answer in time' : 'the connection broke', bare(text.startsWith('Connection') ? text : thrown instanceof Error ? thrown.name : typeof thrown))
  if (/^08|^57P/.test(code)) return new PostgresUnreachable(server, `SQLSTATE ${code}`, bare(code))
  if (code.startsWith('28') || code === '3D000') return new PostgresRefused(server, code, bare(code))
  if (code === '42703') return new PostgresColumnMissing(server, quoted(text), bare(code))
  if (code === '42P01') return new PostgresTableMissing(server, quoted(text), bare(code))
  if (code === '42501' || code === '25006') return new PostgresDenied(server, code, bare(code))
  if (code === '22021' || code === '22P05') return new PostgresInvalidText(server, `SQLSTATE ${code}`, bare(code))
  const where = [error.table && `table ${error.table}`, error.column && `column ${error.column}`, error.constraint && `constraint ${error.constraint}`].filter(Boolean).join(', ')
  return new PostgresQueryFailed(server, code, /^2[23]/.test(code) ? where : text, bare(code))
}

/** The cause keeps the code only: a driver's error object may hold the statement, its values and the password. */
const bare = (code: string): Error => new Error(code || 'driver error')
