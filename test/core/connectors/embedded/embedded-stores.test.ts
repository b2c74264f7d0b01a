import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync, appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { openDirectoryStore } from '#core/connectors/embedded/directory-store.ts'
import { openParquetWarehouse } from '#core/connectors/embedded/parquet-warehouse.ts'
import { openSqliteDocuments } from '#core/connectors/embedded/sqlite-documents.ts'
import { documentStoreContract } from '#test/contracts/document-store.ts'
import { objectStoreContract } from '#test/contracts/object-store.ts'
import { rowsOf, warehouseContract } from '#test/contracts/warehouse.ts'

const root = mkdtempSync(join(tmpdir(), 'regie-stores-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const folder = (): string => join(root, randomBytes(6).toString('hex'))
const warehouseIn = (path: string, clock = systemClock): ReturnType<typeof openParquetWarehouse> => openParquetWarehouse({ folder: path, scratch: join(path, 'scratch'), clock, memoryLimitMb: 512 })

objectStoreContract('folder', () => openDirectoryStore({ folder: folder(), clock: systemClock }))
documentStoreContract('SQLite', () => openSqliteDocuments({ file: join(folder(), 'documents.sqlite') }))
warehouseContract('Parquet versions', () => warehouseIn(folder()))

describe('folder as object store', () => {
  it('keeps versions in order when the clock goes backwards', async () => {
    let now = 2_000_000_000_000
    const store = await openDirectoryStore({ folder: folder(), clock: { now: () => now, monotonic: () => 0 } })
    const first = await store.put('k', Buffer.from('1'))
    now -= 3_600_000
    const second = await store.put('k', Buffer.from('2'))
    expect((await store.head('k')).versionId).toBe(second.versionId)
    expect((await store.versions('k')).at(-1)).toEqual(first)
  })

  it('says that an object is damaged', async () => {
    const store = await openDirectoryStore({ folder: folder(), clock: systemClock })
    const { versionId } = await store.put('k', Buffer.from('whole'))
    writeFileSync(await store.localPath('k', versionId), 'whol!')
    await expect(store.verify('k')).rejects.toMatchObject({ code: 'OBJECT_DAMAGED' })
    writeFileSync(await store.localPath('k', versionId), 'cut')
    await expect(store.get('k')).rejects.toMatchObject({ code: 'OBJECT_DAMAGED' })
  })

  it('shares a folder between two openers', async () => {
    const path = folder()
    const [one, two] = [await openDirectoryStore({ folder: path, clock: systemClock }), await openDirectoryStore({ folder: path, clock: systemClock })]
    await one.put('k', Buffer.from('1'))
    await two.put('k', Buffer.from('2'))
    expect(await one.versions('k')).toHaveLength(2)
  })
})

describe('Parquet versions as warehouse', () => {
  it('refuses to publish bytes that changed after the gates, and shows the version before', async () => {
    const path = folder()
    const warehouse = await warehouseIn(path)
    const session = await warehouse.open()
    await warehouse.publish([await session.stage('t', rowsOf(10), { runId: 'a' })], { runId: 'a', fence: 1 })
    const staged = await session.stage('t', rowsOf(20), { runId: 'b' })
    const file = join(path, 'data', readdirSync(join(path, 'data')).find((name) => name.startsWith('t-b-')) as string)
    chmodSync(file, 0o600)
    appendFileSync(file, 'x')
    await expect(warehouse.publish([staged], { runId: 'b', fence: 2 })).rejects.toMatchObject({ code: 'STAGED_DATA_CHANGED' })
    const fresh = await warehouse.open()
    expect(await fresh.rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 10 }])
  })

  it('is seen by a second opener at once, whole', async () => {
    const path = folder()
    const [one, two] = [await warehouseIn(path), await warehouseIn(path)]
    const session = await one.open()
    const versions = [await session.stage('a', rowsOf(3), { runId: 'r' }), await session.stage('b', rowsOf(4), { runId: 'r' })]
    await one.publish(versions, { runId: 'r', fence: 1 })
    expect((await two.tables()).map((table) => [table.name, table.current?.rows])).toEqual([['a', 3], ['b', 4]])
  })

  it('drops the third last version, and deletes its file only after a while', async () => {
    let now = systemClock.now()
    const path = folder()
    const warehouse = await warehouseIn(path, { now: () => now, monotonic: () => 0 })
    const session = await warehouse.open()
    for (const [fence, run] of ['a', 'b', 'c', 'd'].entries()) await warehouse.publish([await session.stage('t', rowsOf(fence + 1), { runId: run })], { runId: run, fence })
    expect((await warehouse.versions('t')).map((version) => version.version)).toEqual([4, 3, 2])
    expect(readdirSync(join(path, 'data'))).toHaveLength(4)
    now += 3_600_000
    await warehouse.publish([await session.stage('t', rowsOf(9), { runId: 'e' })], { runId: 'e', fence: 9 })
    expect(readdirSync(join(path, 'data'))).toHaveLength(4)
  })

  it('never takes a file from a session that reads it, however long ago it was dropped', async () => {
    let now = systemClock.now()
    const path = folder()
    const warehouse = await warehouseIn(path, { now: () => now, monotonic: () => 0 })
    const session = await warehouse.open()
    const [first] = await warehouse.publish([await session.stage('t', rowsOf(1), { runId: 'a' })], { runId: 'a', fence: 1 })
    const reader = await warehouse.open()
    const relation = await session.relation('t', first!.version)
    for (const run of ['b', 'c', 'd', 'e']) {
      now += 3_600_000
      await warehouse.publish([await session.stage('t', rowsOf(5), { runId: run })], { runId: run, fence: 2 })
    }
    expect(readdirSync(join(path, 'data')).filter((name) => name.startsWith('t-a-'))).toEqual([])
    expect(await reader.rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 1 }])
    expect(await session.rows(`SELECT count(*) AS n FROM ${relation}`)).toEqual([{ n: 1 }])
    await Promise.all([reader.close(), session.close()])
    expect(readdirSync(join(path, 'readers'))).toEqual([])
  })

  it('refuses bytes that are written between their hash and the publish', async () => {
    const path = folder()
    const warehouse = await warehouseIn(path)
    const session = await warehouse.open()
    const staged = await session.stage('t', rowsOf(20), { runId: 'b' })
    const file = join(path, 'data', readdirSync(join(path, 'data'))[0] as string)
    const publishing = warehouse.publish([staged], { runId: 'b', fence: 1 })
    chmodSync(file, 0o600)
    await expect(publishing).rejects.toMatchObject({ code: 'STAGED_DATA_CHANGED' })
    expect(await warehouse.tables()).toEqual([])
  })

  it('drops what a run staged and never published after two weeks', async () => {
    let now = systemClock.now()
    const path = folder()
    const clock = { now: () => now, monotonic: () => 0 }
    const warehouse = await warehouseIn(path, clock)
    const session = await warehouse.open()
    const { version } = await session.stage('t', rowsOf(20), { runId: 'b' })
    await session.close()
    now += 13 * 86_400_000
    expect(await (await warehouseIn(path, clock)).version('t', version)).not.toBeNull()
    now += 2 * 86_400_000
    expect(await (await warehouseIn(path, clock)).version('t', version)).toBeNull()
    now += 3_600_000
    await warehouseIn(path, clock)
    expect(readdirSync(join(path, 'data'))).toEqual([])
  })

  it('lets a statement that waits be aborted without hitting the one that runs', async () => {
    const warehouse = await warehouseIn(folder())
    const session = await warehouse.open()
    const abort = new AbortController()
    const running = session.rows<{ n: number }>('SELECT count(*) AS n FROM range(30000) a, range(30000) b WHERE (a.range + b.range) % 7 = 0')
    const waiting = session.rows('SELECT 1', {}, abort.signal)
    abort.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
    expect((await running)[0]?.n).toBeGreaterThan(0)
  })

  it('quotes no row in an error', async () => {
    const session = await (await warehouseIn(folder())).open()
    const failure: unknown = await session.run("SELECT CAST(x AS INTEGER) FROM (VALUES ('SECRET it''s \"SECRET')) AS t (x)").catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'WAREHOUSE_QUERY_FAILED', what: expect.stringContaining('Conversion Error') })
    expect(String(failure) + String((failure as Error).cause)).not.toContain('SECRET')
  })

  it.each(['warehouse/catalogue.sqlite', 'documents.sqlite'])('says that %s is damaged', async (name) => {
    const path = folder()
    mkdirSync(join(path, 'warehouse'), { recursive: true })
    writeFileSync(join(path, name), randomBytes(20_000))
    const open = name.startsWith('warehouse') ? warehouseIn(join(path, 'warehouse')) : openSqliteDocuments({ file: join(path, name) })
    await expect(open).rejects.toMatchObject({ code: 'STORAGE_DAMAGED' })
  })
})
