import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMongoDocuments } from '#core/connectors/mongodb/mongo-documents.ts'
import type { DocumentStore } from '#core/connectors/types.ts'
import { documentStoreContract } from '#test/contracts/document-store.ts'
import { labBinary } from '#test/lab/binaries.mjs'
import { startFaultProxy, type FaultProxy } from '#test/lab/fault-proxy.ts'
import { startFerret, type Ferret } from '#test/lab/ferretdb.ts'
import { freePort } from '#test/lab/minio.ts'
import { notRun } from '#test/support/not-run.ts'

const missing = labBinary('ferretdb') === null && notRun("the MongoDB connector over MongoDB's wire protocol", 'FerretDB is not compiled: node test/lab/binaries.mjs ferretdb (needs Go)')
const QUICK = { selectMs: 1_500, idleMs: 1_500 }

describe.runIf(!missing)("the MongoDB document store, over MongoDB's wire protocol (FerretDB, not a mongod)", () => {
  let ferret: Ferret
  let proxy: FaultProxy
  let databases = 0

  beforeAll(async () => {
    ferret = (await startFerret())!
    proxy = await startFaultProxy({ host: '127.0.0.1', port: ferret.port })
  }, 60_000)
  afterAll(async () => {
    await proxy?.close()
    await ferret?.stop()
  })

  const open = (url = ferret.url, timeouts?: typeof QUICK, database = `regie_${++databases}`): DocumentStore => openMongoDocuments({ connection: { url, database }, server: 'test', timeouts })
  const throughProxy = (database: string): DocumentStore => open(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`, QUICK, database)

  documentStoreContract('FerretDB', async () => open(), { size: 181, timeout: 60_000 })

  it('says what it is, and when it is down', async () => {
    const store = open()
    expect(await store.describe()).toMatchObject({ state: 'up', engine: expect.stringMatching(/^MongoDB \d/) })
    await store.close()
    const dead = open(`mongodb://operator:PLANTED-pass@127.0.0.1:${await freePort()}/?directConnection=true`, QUICK)
    const down = await dead.describe()
    expect(down).toMatchObject({ state: 'down', note: expect.stringContaining('ECONNREFUSED') })
    const failure = await dead.count('c').catch((thrown: unknown) => thrown as Error)
    expect(failure).toMatchObject({ code: 'MONGODB_UNREACHABLE', retry: 'later' })
    expect(JSON.stringify(down) + JSON.stringify(failure) + String((failure as Error).stack)).not.toContain('PLANTED')
    await dead.close()
  })

  it('takes a value as a value, never as an operator', async () => {
    const store = open()
    await store.upsert('c', [{ _id: 'a', reason: 'x' }])
    expect(await store.count('c', { reason: { $ne: null } as unknown as string })).toBe(0)
    await store.close()
  })

  it('fails typed and in time when the connection is cut or silent, and goes on afterwards', { timeout: 60_000 }, async () => {
    const documents = Array.from({ length: 700 }, (_, n) => ({ _id: `d${n}`, text: 'x'.repeat(200) }))
    const store = throughProxy('regie_faults')
    proxy.set({ kind: 'none' })
    await store.upsert('c', documents)
    proxy.set({ kind: 'cut', afterBytes: 5_000 })
    const read = async (): Promise<number> => {
      let seen = 0
      for await (const document of store.stream('c', {})) seen += document._id.length > 0 ? 1 : 0
      return seen
    }
    await expect(read()).rejects.toMatchObject({ code: 'MONGODB_UNREACHABLE' })
    proxy.set({ kind: 'silent' })
    await expect(store.count('c')).rejects.toMatchObject({ code: 'MONGODB_UNREACHABLE' })
    proxy.set({ kind: 'none' })
    expect(await read()).toBe(700)
    await store.close()
  })
})
