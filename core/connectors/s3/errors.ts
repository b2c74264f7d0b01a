import { Cancelled, RegieError } from '#core/base/errors.ts'
import { ObjectNotFound } from '#core/connectors/errors.ts'

/*
 * What an S3 server or the SDK says may hold key ids, signatures and presigned addresses: texts are built here from the
 * error's name and the status alone.
 */

/** No answer, or not in time. Causes: stopped, wrong address, network, name that doesn't resolve. */
export class StoreUnreachable extends RegieError {
  constructor(server: string, why: string) {
    super({ code: 'STORE_UNREACHABLE', what: `The object store ${server} can't be reached: ${why}.`, untouched: 'What was being written does not count as stored.', next: 'Check that it runs and that its address is right, then resume.', retry: 'later', data: { server, why } })
  }
}

/** Its certificate is not trusted: expired, unknown issuer, another name. */
export class StoreCertificateRefused extends RegieError {
  constructor(server: string, why: string) {
    super({ code: 'STORE_CERTIFICATE_REFUSED', what: `The certificate of object store ${server} was refused: ${why}.`, untouched: 'No secret was sent.', next: why === 'CERT_HAS_EXPIRED' ? 'Renew the certificate of the server.' : 'Name its issuer as TLS_CA_FILE of this environment, or correct the address.', data: { server, why } })
  }
}

/** Key id or secret are wrong, revoked or expired, or the clock is far off. */
export class StoreCredentialsRefused extends RegieError {
  constructor(server: string, why: string) {
    super({ code: 'STORE_CREDENTIALS_REFUSED', what: `The object store ${server} refused the credentials (${why}).`, untouched: 'Nothing was read or written.', next: why === 'RequestTimeTooSkewed' ? 'Set the clock of this machine.' : 'Put the right key into the vault: regie secret set.', data: { server, why } })
  }
}

/** The credentials are right and may not do this. */
export class StoreDenied extends RegieError {
  constructor(server: string, action: string, bucket: string) {
    super({ code: 'STORE_DENIED', what: `The object store ${server} does not allow ${action} on bucket ${bucket}.`, untouched: 'Nothing was changed.', next: `Grant s3:${action} on the bucket to this environment's credentials.`, data: { server, action, bucket } })
  }
}

/** No such bucket. */
export class BucketMissing extends RegieError {
  constructor(server: string, bucket: string) {
    super({ code: 'BUCKET_MISSING', what: `The object store ${server} has no bucket ${bucket}.`, untouched: 'Nothing was written.', next: 'Make the bucket with versioning on, or correct its name.', data: { server, bucket } })
  }
}

/** Without versions an overwritten object has no way back. */
export class BucketNotVersioned extends RegieError {
  constructor(server: string, bucket: string) {
    super({ code: 'BUCKET_NOT_VERSIONED', what: `Bucket ${bucket} of ${server} keeps no versions.`, untouched: 'Nothing was written.', next: `Turn versioning on: aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`, data: { server, bucket } })
  }
}

/** 503 SlowDown, 429: again later. */
export class StoreThrottled extends RegieError {
  constructor(server: string) {
    super({ code: 'STORE_THROTTLED', what: `The object store ${server} asks for fewer requests.`, untouched: 'What was being written does not count as stored.', next: 'Wait a little, then resume.', retry: 'later', data: { server } })
  }
}

/** The connection ended in the middle of an object. */
export class ObjectCut extends RegieError {
  constructor(server: string, key: string) {
    super({ code: 'OBJECT_CUT', what: `The connection to ${server} ended in the middle of ${key}.`, untouched: 'No part of it counts as read.', next: 'Resume when the network holds.', retry: 'safe', data: { server, key } })
  }
}

/** The server says done, and what it has is something else. */
export class ObjectNotAsSent extends RegieError {
  constructor(key: string, what: string, expected: string | number, found: string | number) {
    super({ code: 'OBJECT_NOT_AS_SENT', what: `The object store says that ${key} is stored, but its ${what} is another.`, untouched: 'The version is not used.', next: 'Look at the server; then run the step again.', retry: 'never', data: { key, what, expected, found } })
  }
}

/** Any other refusal. */
export class StoreFailed extends RegieError {
  constructor(server: string, action: string, name: string, status: number) {
    super({ code: 'STORE_FAILED', what: `The object store ${server} failed ${action} (${name}${status ? `, ${status}` : ''}).`, untouched: 'What was being written does not count as stored.', retry: status >= 500 ? 'later' : 'never', data: { server, action, name, status } })
  }
}

interface SdkError {
  readonly name?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly cause?: unknown
}

const CREDENTIALS = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'TokenRefreshRequired', 'RequestTimeTooSkewed', 'CredentialsProviderError', 'AuthorizationHeaderMalformed'])
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EPIPE', 'TimeoutError', 'NetworkingError', 'RequestTimeout', 'ERR_STREAM_PREMATURE_CLOSE'])
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_SSL)/
const ABSENT = new Set(['NoSuchKey', 'NotFound', 'NoSuchVersion', 'MethodNotAllowed'])

/** What the SDK threw as one of ours. With an aborted signal every failure is the cancellation. */
export function storeError(thrown: unknown, at: { readonly server: string; readonly bucket: string; readonly action: string; readonly key?: string; readonly versionId?: string; readonly signal?: AbortSignal }): RegieError {
  const { server, bucket, action, key, versionId, signal } = at
  if (signal?.aborted) return new Cancelled(`${action} on the object store was cancelled.`, action === 'PutObject' ? `No version of ${key} was made.` : undefined)
  if (thrown instanceof RegieError) return thrown
  const error = (thrown ?? {}) as SdkError
  const name = error.name ?? ''
  const code = error.code ?? (error.cause as SdkError | undefined)?.code ?? ''
  const status = error.$metadata?.httpStatusCode ?? 0
  if (CERTIFICATE.test(code)) return new StoreCertificateRefused(server, code)
  if (NETWORK.has(code) || NETWORK.has(name)) return new StoreUnreachable(server, NETWORK.has(code) ? code : 'no answer in time')
  if (CREDENTIALS.has(name)) return new StoreCredentialsRefused(server, name)
  if (name === 'NoSuchBucket') return new BucketMissing(server, bucket)
  if (key !== undefined && (ABSENT.has(name) || status === 404 || (versionId !== undefined && status === 400))) return new ObjectNotFound(key, versionId)
  if (status === 404) return new BucketMissing(server, bucket)
  if (name === 'SlowDown' || name === 'ServiceUnavailable' || name === 'ThrottlingException' || status === 429 || status === 503) return new StoreThrottled(server)
  if (name === 'AccessDenied' || status === 403) return new StoreDenied(server, action, bucket)
  if (status === 401) return new StoreCredentialsRefused(server, name)
  return new StoreFailed(server, action, name || 'error', status)
}
