import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { CreateBucketCommand, ListMultipartUploadsCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openS3Store } from '#core/connectors/s3/s3-store.ts'
import type { S3Connection, S3Timeouts } from '#core/connectors/s3/s3-client.ts'
import type { ObjectStore } from '#core/connectors/types.ts'
import { objectStoreContract } from '#test/contracts/object-store.ts'
import { startFaultProxy, type FaultProxy } from '#test/lab/fault-proxy.ts'
import { freePort, startMinio, type Minio } from '#test/lab/minio.ts'
import { labBinary } from '#test/lab/binaries.mjs'
import { notRun } from '#test/support/not-run.ts'

const missing = labBinary('minio') === null && notRun('the S3 connector against a real S3 server', 'MinIO is not compiled: node test/lab/binaries.mjs minio (needs Go)')
const QUICK: S3Timeouts = { connectMs: 1_000, idleMs: 1_500 }

describe.runIf(!missing)('the S3 object store, on a real MinIO', () => {
  let minio: Minio
  let admin: S3Client
  let proxy: FaultProxy
  let buckets = 0
  const folders: string[] = []

  beforeAll(async () => {
    minio = (await startMinio())!
    admin = new S3Client({ endpoint: minio.endpoint, region: 'eu-west-1', forcePathStyle: true, credentials: minio })
    proxy = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(minio.endpoint).port) })
  }, 90_000)
  afterAll(async () => {
    admin?.destroy()
    await proxy?.close()
    await minio?.stop()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  const bucket = async (versioned = true): Promise<string> => {
    const name = `regie-${++buckets}`
    await admin.send(new CreateBucketCommand({ Bucket: name }))
    if (versioned) await admin.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }))
    return name
  }
  const scratch = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'regie-s3-'))
    folders.push(folder)
    return folder
  }
  const open = (connection: Partial<S3Connection> & { bucket: string }, folder = scratch(), timeouts?: S3Timeouts): ObjectStore =>
    openS3Store({
      connection: { endpoint: minio.endpoint, region: 'eu-west-1', credentials: async () => ({ accessKeyId: minio.accessKeyId, secretAccessKey: minio.secretAccessKey }), ...connection },
      server: 'test',
      scratch: folder,
      timeouts,
    })
  const through = (name: string, timeouts = QUICK): ObjectStore => open({ bucket: name, endpoint: `http://127.0.0.1:${proxy.port}` }, scratch(), timeouts)

  objectStoreContract('MinIO', async () => open({ bucket: await bucket() }), { pathLike: true })
  objectStoreContract('MinIO, below a prefix', async () => open({ bucket: await bucket(), prefix: 'environments/reviews/' }), { pathLike: true })

  it('stores a large body in parts, whole, and gives it back by path', async () => {
    const folder = scratch()
    const store = open({ bucket: await bucket() }, folder)
    const chunk = randomBytes(1 << 20)
    const put = await store.put('big', Readable.from(Array.from({ length: 40 }, () => chunk)))
    expect(put.bytes).toBe(40 << 20)
    const path = await store.localPath('big', put.versionId)
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(put.sha256)
    expect(readdirSync(join(folder, 'spool'))).toEqual([])
    await store.close()
    expect(existsSync(path)).toBe(false)
  })

  it('leaves no version and no unfinished upload behind when a large put is aborted', async () => {
    const name = await bucket()
    const store = open({ bucket: name })
    const abort = new AbortController()
    const body = Buffer.alloc(64 << 20, 1)
    setTimeout(() => abort.abort(), 120)
    await expect(store.put('big', body, { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await store.versions('big')).toEqual([])
    expect((await admin.send(new ListMultipartUploadsCommand({ Bucket: name }))).Uploads ?? []).toEqual([])
    await store.close()
  })

  it('lists more versions than a page holds, each once', async () => {
    const name = await bucket()
    const store = open({ bucket: name })
    for (let round = 0; round < 11; round++)
      await Promise.all(Array.from({ length: 100 }, (_, i) => admin.send(new PutObjectCommand({ Bucket: name, Key: 'k', Body: `${round}-${i}` }))))
    const versions = await store.versions('k')
    expect(versions).toHaveLength(1100)
    expect(new Set(versions.map((one) => one.versionId)).size).toBe(1100)
    expect(versions[0]).toMatchObject({ sha256: '', metadata: {} })
    await store.close()
  })

  it('asks for encryption and reads back that it happened', async () => {
    const store = open({ bucket: await bucket(), encryption: 'AES256' })
    await store.put('k', Buffer.from('x'))
    expect((await buffer(await store.get('k'))).toString()).toBe('x')
    await store.close()
  })

  it('refuses to write where nothing keeps versions, and says so in its description', async () => {
    const store = open({ bucket: await bucket(false) })
    await expect(store.put('k', Buffer.from('x'))).rejects.toMatchObject({ code: 'BUCKET_NOT_VERSIONED' })
    expect(await store.describe()).toMatchObject({ state: 'up', capabilities: { versions: false } })
    await store.close()
  })

  it('says which of its systems fails, and never a key', async () => {
    const name = await bucket()
    const wrong = open({ bucket: name, credentials: async () => ({ accessKeyId: minio.accessKeyId, secretAccessKey: 'PLANTED-wrong-secret' }) })
    const failure = await wrong.put('k', Buffer.from('x')).catch((thrown: unknown) => thrown as Error & { cause?: unknown })
    expect(failure).toMatchObject({ code: 'STORE_CREDENTIALS_REFUSED' })
    expect(JSON.stringify(failure) + String((failure as Error).stack) + String((failure as { cause?: unknown }).cause)).not.toMatch(/PLANTED|testkey|Signature=/)
    await expect(open({ bucket: 'nowhere' }).put('k', Buffer.from('x'))).rejects.toMatchObject({ code: 'BUCKET_MISSING' })
    const dead = open({ bucket: name, endpoint: `http://127.0.0.1:${await freePort()}` }, scratch(), QUICK)
    await expect(dead.head('k')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE', retry: 'later' })
    expect(await dead.describe()).toMatchObject({ state: 'down', note: expect.stringContaining('ECONNREFUSED') })
  })

  it('never gives half an object as a whole one: cut, silent and changed on the way', { timeout: 60_000 }, async () => {
    const name = await bucket()
    const direct = open({ bucket: name })
    const put = await direct.put('k', randomBytes(3 << 20))
    proxy.set({ kind: 'none' })
    const store = through(name)
    await store.head('k')
    proxy.set({ kind: 'cut', afterBytes: 1 << 20 })
    await expect(store.get('k', put.versionId).then((stream) => buffer(stream))).rejects.toMatchObject({ code: 'OBJECT_CUT', retry: 'safe' })
    proxy.set({ kind: 'silent' })
    const started = performance.now()
    await expect(through(name).head('k')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
    expect(performance.now() - started).toBeLessThan(30_000)
    proxy.set({ kind: 'corrupt', afterBytes: 1 << 20 })
    await expect(through(name).localPath('k', put.versionId)).rejects.toMatchObject({ code: 'OBJECT_DAMAGED' })
    proxy.set({ kind: 'none' })
    expect(readFileSync(await through(name).localPath('k', put.versionId))).toHaveLength(3 << 20)
    await direct.close()
  })
})
