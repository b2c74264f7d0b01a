import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { S3Client } from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** How to reach a bucket. Stays inside the connector: never logged, never part of an error. */
export interface S3Connection {
  /** Of an S3-compatible server; absent: AWS itself. */
  readonly endpoint?: string
  readonly region: string
  readonly bucket: string
  /** Everything of this environment lies below it; '' or ends in '/'. */
  readonly prefix?: string
  /** Asked before each signature, so that a rotated key counts at once. */
  readonly credentials: () => Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }>
  /** PEM of an issuer that the system doesn't know. */
  readonly ca?: string
  /** Server-side encryption to ask for; what the server really did is read back. */
  readonly encryption?: 'AES256' | 'aws:kms'
}

export interface S3Timeouts {
  /** Until the connection stands, ms. */
  readonly connectMs: number
  /** Without a byte, ms. */
  readonly idleMs: number
}

export const S3_TIMEOUTS: S3Timeouts = { connectMs: 5_000, idleMs: 30_000 }

/** Connections kept open to one server. */
const SOCKETS = 32

/** Requests are retried here only where S3 makes them safe: ours are idempotent, a put by its own upload id (see s3-store.ts). */
export function openS3Client(connection: S3Connection, { connectMs, idleMs }: S3Timeouts = S3_TIMEOUTS): S3Client {
  // The handler's own agent drops large uploads over TLS with an issuer of one's own: it gets real agents.
  const agent = { keepAlive: true, maxSockets: SOCKETS, scheduling: 'lifo' as const }
  return new S3Client({
    endpoint: connection.endpoint,
    region: connection.region,
    forcePathStyle: connection.endpoint !== undefined,
    credentials: connection.credentials,
    maxAttempts: 3,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectMs,
      socketTimeout: idleMs,
      throwOnRequestTimeout: true,
      requestTimeout: idleMs,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent({ ...agent, ca: connection.ca }),
    }),
  })
}
