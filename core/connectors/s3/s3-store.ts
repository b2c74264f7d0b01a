import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { iso } from '#core/base/clock.ts'
import { Cancelled, isCancellation, toFailure } from '#core/base/errors.ts'
import { ObjectDamaged, ObjectNotFound } from '#core/connectors/errors.ts'
import type { ObjectStore, ObjectVersion, SystemDescription } from '#core/connectors/types.ts'
import { BucketNotVersioned, ObjectCut, ObjectNotAsSent, storeError } from './errors.ts'
import { putInParts } from './multipart.ts'
import { openS3Client, type S3Connection, type S3Timeouts } from './s3-client.ts'

export interface S3StoreOptions {
  readonly connection: S3Connection
  /** Name of the environment's store, for messages. */
  readonly server: string
  /** Folder for spooled bodies and local copies; emptied when the store closes. */
  readonly scratch: string
  readonly timeouts?: S3Timeouts
}

/** Larger bodies go in parts. */
const ONE_PUT = 16 << 20
/** Heads asked at once while listing. */
const HEADS = 16

/* Own metadata: S3 lower-cases names and wants ASCII values. */
const SHA256 = 'regie-sha256'
const FACTS = 'regie-facts'
/** Tells whose version it is when an answer was lost. */
const UPLOAD = 'regie-upload'

/**
 * An S3 bucket with versioning on. Bodies are spooled, so that their SHA-256 goes with them as metadata and a retry can
 * start over; after each put the version is read back: length, hash and the encryption asked for.
 * Objects that others put have no known SHA-256: it is the empty string.
 */
export function openS3Store({ connection, server, scratch, timeouts }: S3StoreOptions): ObjectStore {
  const client = openS3Client(connection, timeouts)
  const { bucket, prefix = '' } = connection
  const keyOf = (key: string): string => prefix + key
  let versioned: Promise<void> | null = null

  const send = async <T>(action: string, request: (client: S3Client) => Promise<T>, at: { key?: string; versionId?: string; signal?: AbortSignal } = {}): Promise<T> => {
    try {
      at.signal?.throwIfAborted()
      return await request(client)
    } catch (thrown) {
      throw storeError(thrown, { server, bucket, action, ...at })
    }
  }

  const mustBeVersioned = (): Promise<void> =>
    (versioned ??= send('GetBucketVersioning', (s3) => s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))).then(({ Status }) => {
      if (Status !== 'Enabled') throw new BucketNotVersioned(server, bucket)
    })).catch((thrown: unknown) => {
      versioned = null
      throw thrown
    })

  const headOf = async (key: string, versionId?: string, signal?: AbortSignal): Promise<HeadObjectCommandOutput> =>
    send('HeadObject', (s3) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(key), VersionId: versionId }), { abortSignal: signal }), { key, versionId, signal })

  const head = async (key: string, versionId?: string): Promise<ObjectVersion> => versionFrom(key, await headOf(key, versionId))

  /** Version ids of one key, newest first; some servers repeat an entry at a page's border. */
  const idsOf = async (key: string): Promise<string[]> => {
    const ids = new Set<string>()
    let marker: { KeyMarker?: string; VersionIdMarker?: string } = {}
    for (;;) {
      const page = await send('ListBucketVersions', (s3) => s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: keyOf(key), ...marker })))
      for (const one of page.Versions ?? []) if (one.Key === keyOf(key) && one.VersionId !== undefined) ids.add(one.VersionId)
      if (!page.IsTruncated || (page.Versions ?? []).some((one) => one.Key !== keyOf(key))) return [...ids]
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
  }

  /** After a lost answer or an abort: the version that this upload made all the same, if any, is taken away again. */
  const takeBack = async (key: string, upload: string): Promise<void> => {
    for (const versionId of (await idsOf(key)).slice(0, 4)) {
      const found = await headOf(key, versionId)
      if (found.Metadata?.[UPLOAD] === upload) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(key), VersionId: versionId }))
    }
  }

  const upload = async (key: string, file: string, bytes: number, metadata: Record<string, string>, signal?: AbortSignal): Promise<string | undefined> => {
    const request = { Bucket: bucket, Key: keyOf(key), Metadata: metadata, ServerSideEncryption: connection.encryption }
    if (bytes <= ONE_PUT) return (await client.send(new PutObjectCommand({ ...request, Body: await readFile(file) }), { abortSignal: signal })).VersionId
    return putInParts({ client, request, file, bytes, signal })
  }

  return {
    async describe(signal): Promise<SystemDescription> {
      const engine = `S3, bucket ${bucket} at ${connection.endpoint ? new URL(connection.endpoint).host : `AWS ${connection.region}`}`
      try {
        const { Status } = await send('GetBucketVersioning', (s3) => s3.send(new GetBucketVersioningCommand({ Bucket: bucket }), { abortSignal: signal }), { signal })
        // Not every server answers this; "none said" is not "none".
        const rule = await client.send(new GetBucketEncryptionCommand({ Bucket: bucket }), { abortSignal: signal }).catch(() => null)
        const encryption = rule?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? 'not stated'
        return { system: 'object-store', engine, state: 'up', capabilities: { versions: Status === 'Enabled', immutable: true, encryption } }
      } catch (thrown) {
        return { system: 'object-store', engine, state: 'down', note: toFailure(thrown).what, capabilities: {} }
      }
    },

    async put(key, body, options = {}) {
      const { signal } = options
      await mustBeVersioned()
      const file = join(scratch, 'spool', randomBytes(12).toString('hex'))
      try {
        const { sha256, bytes } = await spool(file, body, signal)
        const mine = randomBytes(9).toString('hex')
        const metadata = { [SHA256]: sha256, [FACTS]: encodeURIComponent(JSON.stringify(options.metadata ?? {})), [UPLOAD]: mine }
        let versionId: string | undefined
        try {
          versionId = await upload(key, file, bytes, metadata, signal)
          signal?.throwIfAborted()
        } catch (thrown) {
          await takeBack(key, mine).catch(() => {
            // Unreachable: the version, if there is one, is named by no manifest.
          })
          throw storeError(thrown, { server, bucket, action: 'PutObject', key, signal })
        }
        const found = await headOf(key, versionId, signal)
        const version = versionFrom(key, found)
        if (version.bytes !== bytes) throw new ObjectNotAsSent(key, 'length', bytes, version.bytes)
        if (version.sha256 !== sha256) throw new ObjectNotAsSent(key, 'SHA-256', sha256, version.sha256)
        if (connection.encryption && found.ServerSideEncryption !== connection.encryption) throw new ObjectNotAsSent(key, 'encryption', connection.encryption, found.ServerSideEncryption ?? 'none')
        return version
      } catch (thrown) {
        if (signal?.aborted && isCancellation(thrown)) throw new Cancelled('Storing an object was cancelled.', `No version of ${key} was made.`)
        throw thrown
      } finally {
        await rm(file, { force: true })
      }
    },

    head,

    async get(key, versionId, signal) {
      const { Body, ContentLength } = await send('GetObject', (s3) => s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(key), VersionId: versionId }), { abortSignal: signal }), { key, versionId, signal })
      return whole(Body as Readable, ContentLength ?? 0, () => (signal?.aborted ? new Cancelled(`Reading ${key} was cancelled.`) : new ObjectCut(server, key)))
    },

    async *list(below) {
      let token: string | undefined
      do {
        const page = await send('ListBucket', (s3) => s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: keyOf(below), ContinuationToken: token })))
        const keys = (page.Contents ?? []).flatMap((one) => (one.Key === undefined ? [] : [one.Key.slice(prefix.length)]))
        for (let at = 0; at < keys.length; at += HEADS) yield* await Promise.all(keys.slice(at, at + HEADS).map((key) => head(key)))
        token = page.NextContinuationToken
      } while (token !== undefined)
    },

    async versions(key) {
      return Promise.all((await idsOf(key)).map((id) => head(key, id)))
    },

    async localPath(key, versionId) {
      const version = await head(key, versionId)
      const folder = join(scratch, 'objects')
      const target = join(folder, createHash('sha256').update(`${key}\0${versionId}`).digest('hex'))
      if ((await stat(target).catch(() => null))?.size === version.bytes) return target
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const draft = `${target}.${randomBytes(6).toString('hex')}`
      const { sha256 } = await spool(draft, await this.get(key, versionId))
      if (version.sha256 !== '' && sha256 !== version.sha256) {
        await rm(draft, { force: true })
        throw new ObjectDamaged(key, versionId, version.sha256, sha256)
      }
      await rename(draft, target)
      return target
    },

    async close() {
      client.destroy()
      await Promise.all(['spool', 'objects'].map((folder) => rm(join(scratch, folder), { recursive: true, force: true })))
    },
  }
}

function versionFrom(key: string, found: HeadObjectCommandOutput): ObjectVersion {
  if (found.VersionId === undefined) throw new ObjectNotFound(key)
  const facts = found.Metadata?.[FACTS]
  return {
    key,
    versionId: found.VersionId,
    bytes: found.ContentLength ?? 0,
    sha256: found.Metadata?.[SHA256] ?? '',
    at: iso(found.LastModified?.getTime() ?? 0),
    metadata: facts === undefined ? {} : (JSON.parse(decodeURIComponent(facts)) as Record<string, string>),
  }
}

/** Streams into a scratch file; the body's own failure comes through as it is. */
async function spool(path: string, body: Readable | Buffer, signal?: AbortSignal): Promise<{ sha256: string; bytes: number }> {
  signal?.throwIfAborted()
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  let bytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const input = Buffer.isBuffer(body) ? Readable.from([body], { objectMode: false }) : body
  await pipeline(input, count, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal })
  return { sha256: hash.digest('hex'), bytes }
}

/** A stream that ends only when all announced bytes came: a cut connection is a failure, never a short object. */
function whole(body: Readable, length: number, cut: () => Error): Readable {
  let seen = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      done(null, chunk)
    },
    flush(done) {
      done(seen === length ? null : cut())
    },
  })
  body.once('error', () => count.destroy(cut()))
  body.once('close', () => {
    if (!body.readableEnded) count.destroy(cut())
  })
  count.once('close', () => body.destroy())
  return body.pipe(count)
}
