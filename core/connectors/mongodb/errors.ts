import { Cancelled, RegieError } from '#core/base/errors.ts'

/*
 * The driver's messages may hold hosts with credentials, statements and documents: texts are built here from its codes.
 */

/** No server of the list answers, or the connection broke. Causes: stopped, wrong host, network, no primary. */
export class MongoUnreachable extends RegieError {
  constructor(server: string, why: string) {
    super({ code: 'MONGODB_UNREACHABLE', what: `MongoDB (${server}) can't be reached: ${why}.`, untouched: 'What was being written does not count as stored; writing it again replaces it.', next: 'Check that the server runs, then resume.', retry: 'later', data: { server, why } })
  }
}

/** Its certificate is not trusted. */
export class MongoCertificateRefused extends RegieError {
  constructor(server: string, why: string) {
    super({ code: 'MONGODB_CERTIFICATE_REFUSED', what: `The certificate of MongoDB (${server}) was refused: ${why}.`, untouched: 'No secret was sent.', next: 'Name its issuer as TLS_CA_FILE of this environment, or renew the certificate.', data: { server, why } })
  }
}

/** The server refused the login. */
export class MongoRefused extends RegieError {
  constructor(server: string, code: number) {
    super({ code: 'MONGODB_REFUSED', what: `MongoDB (${server}) refused the login (code ${code}).`, untouched: 'Nothing was read or written.', next: 'Put the right connection string into the vault.', data: { server, code } })
  }
}

/** The login may not do this. */
export class MongoDenied extends RegieError {
  constructor(server: string, action: string) {
    super({ code: 'MONGODB_DENIED', what: `MongoDB (${server}) does not allow this login to ${action}.`, untouched: 'Nothing was changed.', next: 'Grant the role readWrite on the database to it.', data: { server, action } })
  }
}

/** A secondary, or a primary that stepped down. */
export class MongoReadOnly extends RegieError {
  constructor(server: string) {
    super({ code: 'MONGODB_READ_ONLY', what: `MongoDB (${server}) takes no writes now: it is no primary.`, untouched: 'Nothing was written.', next: 'Wait for the election, or name all members of the replica set.', retry: 'later', data: { server } })
  }
}

/** Any other refusal; `data.mongo` is the server's code. */
export class MongoFailed extends RegieError {
  constructor(server: string, action: string, code: number | string) {
    super({ code: 'MONGODB_FAILED', what: `MongoDB (${server}) failed to ${action} (code ${code}).`, untouched: 'What was being written does not count as stored.', data: { server, action, mongo: code } })
  }
}

interface DriverError {
  readonly name?: string
  readonly code?: number | string
  readonly cause?: unknown
  readonly reason?: { readonly servers?: ReadonlyMap<string, { readonly error?: unknown }> }
  readonly errorLabels?: readonly string[]
}

const READ_ONLY = new Set([10_107, 13_435, 13_436, 11_602, 189, 91])
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_SSL)/

/** What the driver threw as one of ours. With an aborted signal every failure is the cancellation. */
export function mongoError(thrown: unknown, server: string, action: string, signal?: AbortSignal): RegieError {
  if (signal?.aborted) return new Cancelled(`The request to MongoDB (${server}) was cancelled.`)
  if (thrown instanceof RegieError) return thrown
  const error = (thrown ?? {}) as DriverError
  const codes = systemCodes(error)
  const certificate = codes.find((code) => CERTIFICATE.test(code))
  if (certificate) return new MongoCertificateRefused(server, certificate)
  const code = typeof error.code === 'number' ? error.code : 0
  if (code === 18 || code === 8000) return new MongoRefused(server, code)
  if (code === 13) return new MongoDenied(server, action)
  if (READ_ONLY.has(code)) return new MongoReadOnly(server)
  if (/ServerSelection|Network|Timeout|TopologyClosed|PoolCleared|NotConnected/.test(error.name ?? '')) return new MongoUnreachable(server, codes[0] ?? (/Timeout/.test(error.name ?? '') ? 'no answer in time' : 'the connection broke'))
  return new MongoFailed(server, action, error.code ?? error.name ?? 'unknown')
}

/** Codes of Node below the driver's errors, the deepest last. */
function systemCodes(error: DriverError): string[] {
  const found: string[] = []
  const visit = (one: unknown, depth: number): void => {
    if (depth > 6 || typeof one !== 'object' || one === null) return
    const { code, cause, reason } = one as DriverError
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) found.push(code)
    visit(cause, depth + 1)
    for (const member of reason?.servers?.values() ?? []) visit(member.error, depth + 1)
  }
  visit(error, 0)
  return found
}
