import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { openDirectoryStore } from '#core/connectors/embedded/directory-store.ts'
import { openParquetWarehouse } from '#core/connectors/embedded/parquet-warehouse.ts'
import { openSqliteDocuments } from '#core/connectors/embedded/sqlite-documents.ts'
import { notRun } from '#test/support/not-run.ts'
import { breaksOff } from './breaks-off.ts'
import { failsOnce } from './fails-once.ts'
import { flipsLastByte } from './flips-last-byte.ts'
import { bundled, spawnBundle, type Ended } from './kill-harness.ts'
import { listsOnce } from './lists-once.ts'

const root = mkdtempSync(join(tmpdir(), 'regie-stores-'))
let bundle = ''
beforeAll(async () => {
  bundle = await bundled(join(import.meta.dirname, 'stores.entry.ts'))
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
  rmSync(bundle, { recursive: true, force: true })
})

const storesIn = async (home: string) => ({
  objects: await openDirectoryStore({ folder: join(home, 'objects'), clock: systemClock }),
  warehouse: await openParquetWarehouse({ folder: join(home, 'warehouse'), scratch: join(home, 'scratch', 'test'), clock: systemClock, memoryLimitMb: 256 }),
  documents: await openSqliteDocuments({ file: join(home, 'documents.sqlite') }),
})
type Stores = Awaited<ReturnType<typeof storesIn>>

const newHome = (): string => mkdtempSync(join(root, 'home-'))
const said = ({ stdout }: Ended, word: string): string[][] => stdout.split('\n').filter((line) => line.startsWith(`${word} `)).map((line) => line.split(' ').slice(1))

/** The run whose tables are published, read from the rows themselves; fails when the two tables differ or one is half. */
async function publishedRun(warehouse: Stores['warehouse']): Promise<string | null> {
  const session = await warehouse.open()
  try {
    const tables = await session.rows<{ table_name: string }>('SELECT view_name AS table_name FROM duckdb_views() WHERE NOT internal ORDER BY 1')
    if (tables.length === 0) return null
    expect(tables.map((table) => table.table_name)).toEqual(['left', 'right'])
    const read = (table: string) => session.rows<{ run: string; rows: number; ids: number; last: number }>(`SELECT any_value(run) AS run, count(*) AS rows, count(DISTINCT id) AS ids, max(id) AS last FROM "${table}" GROUP BY run`)
    const [left, right] = [await read('left'), await read('right')]
    expect(left).toEqual(right)
    expect(left).toHaveLength(1)
    const { run, rows, ids, last } = left[0]!
    expect([rows, ids, last]).toEqual([2_000 + Number(run.split('-')[1]), rows, rows - 1])
    return run
  } finally {
    await session.close()
  }
}

/** Every promise that a dead process made is kept, and nothing that stands is half. */
async function expectKept({ objects, warehouse, documents }: Stores, ended: readonly Ended[]): Promise<void> {
  const versions = await objects.versions('some/key')
  for (const { key, versionId } of versions) await objects.verify(key, versionId)
  const hashes = new Map(versions.map(({ versionId, sha256 }) => [versionId, sha256]))
  for (const [versionId, sha256] of ended.flatMap((one) => said(one, 'put'))) expect(hashes.get(versionId!)).toBe(sha256)

  for (const { current } of await warehouse.tables()) expect(current).not.toBeNull()
  const run = await publishedRun(warehouse)
  const promised = ended.flatMap((one) => said(one, 'published')).map(([id]) => Number(id!.split('-')[1]))
  expect(Number(run?.split('-')[1] ?? 0)).toBeGreaterThanOrEqual(ended.length === 1 ? Math.max(0, ...promised) : 0)

  for (const [name, round] of ended.flatMap((one) => said(one, 'documents'))) {
    expect(await documents.count('c', { _id: `${name}-${round}-399` })).toBe(1)
    expect(await documents.count('c', { _id: `${name}-${round}-0` })).toBe(1)
  }
  expect((await documents.count('c')) % 400).toBe(0)
}

async function closed({ objects, warehouse, documents }: Stores): Promise<void> {
  await Promise.all([objects.close(), warehouse.close(), documents.close()])
}

describe('embedded stores whose process is killed while it writes', () => {
  it.each(Array.from({ length: 6 }, (_, trial) => trial))('keep what was answered for, and show nothing half (%i)', { timeout: 120_000 }, async (trial) => {
    const home = newHome()
    const deaths: Ended[] = []
    for (const life of [0, 1]) {
      const child = spawnBundle(bundle, home, { REGIE_NAME: `w${life}` })
      await once(child.process.stdout!, 'data')
      // places all over a round, which takes some hundred ms
      await pause(40 + trial * 37 + life * 160)
      child.process.kill('SIGKILL')
      const ended = await child.ended
      expect(ended.signal).toBe('SIGKILL')
      deaths.push(ended)
      const stores = await storesIn(home)
      await expectKept(stores, [ended])
      await closed(stores)
    }
    const stores = await storesIn(home)
    for (const [versionId] of deaths.flatMap((one) => said(one, 'put'))) await stores.objects.verify('some/key', versionId)
    await closed(stores)
  })
})

describe('embedded stores that two processes write to', () => {
  it('never show a reader half a publish, and keep what both answered for', { timeout: 240_000 }, async () => {
    const home = newHome()
    const children = ['a', 'b'].map((name) => spawnBundle(bundle, home, { REGIE_NAME: name, REGIE_ROUNDS: '8' }, 200_000))
    const all = Promise.all(children.map((child) => child.ended))
    const stores = await storesIn(home)
    const seen = new Set<string | null>()
    const over = new AbortController()
    void all.then(() => over.abort())
    while (!over.signal.aborted) seen.add(await publishedRun(stores.warehouse))
    const ended = await all
    for (const one of ended) expect([one.code, one.stderr]).toEqual([0, ''])
    expect(seen.size).toBeGreaterThan(2)
    await expectKept(stores, ended)
    expect(await stores.objects.versions('some/key')).toHaveLength(16)
    expect(await stores.documents.count('c')).toBe(2 * 8 * 400)
    await closed(stores)
  })
})

/** A file system of 12 MB, or why there is none. */
function smallDisk(): { readonly path: string; remove(): void } | string {
  const path = join(root, 'small')
  mkdirSync(path, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', path], { stdio: 'pipe' })
    return { path, remove: () => void execFileSync('umount', ['-l', path]) }
  } catch {
    return 'a small file system can only be mounted by root'
  }
}

describe('embedded stores on a full disk', () => {
  it('say so, keep what stood, and go on once there is space', { timeout: 120_000 }, async () => {
    const disk = smallDisk()
    if (typeof disk === 'string') {
      notRun('embedded stores on a full disk', disk)
      return
    }
    try {
      const stores = await storesIn(disk.path)
      const { objects, warehouse, documents } = stores
      const session = await warehouse.open()
      await objects.put('k', Buffer.from('before'))
      await warehouse.publish([await session.stage('t', 'SELECT 1 AS x', { runId: 'a' })], { runId: 'a', fence: 1 })
      await documents.upsert('c', [{ _id: 'before' }])
      const ballast = await objects.put('ballast', Buffer.alloc(5_000_000))

      await expect(objects.put('k', Buffer.alloc(20_000_000))).rejects.toMatchObject({ code: 'STORAGE_FULL', retry: 'later' })
      await expect(session.stage('t', 'SELECT sha256(range::VARCHAR) || md5(range::VARCHAR) AS x FROM range(400000)', { runId: 'b' })).rejects.toMatchObject({ code: 'STORAGE_FULL' })
      const big = (async function* () {
        for (let n = 0; n < 200; n += 1) yield Array.from({ length: 100 }, (_, k) => ({ _id: `${n}-${k}`, text: 'x'.repeat(2_000) }))
      })()
      await expect(documents.upsert('c', big)).rejects.toMatchObject({ code: 'STORAGE_FULL' })

      expect((await buffer(await objects.get('k'))).toString()).toBe('before')
      expect(await objects.versions('k')).toHaveLength(1)
      expect(await session.rows('SELECT x FROM ' + (await session.relation('t', 1)))).toEqual([{ x: 1 }])
      expect(await documents.count('c', { _id: 'before' })).toBe(1)
      expect(((await documents.count('c')) - 1) % 100).toBe(0)

      rmSync(await objects.localPath('ballast', ballast.versionId))
      await objects.put('k', Buffer.from('after'))
      await warehouse.publish([await session.stage('t', 'SELECT 2 AS x', { runId: 'c' })], { runId: 'c', fence: 1 })
      await documents.upsert('c', [{ _id: 'after' }])
      await session.close()
      const fresh = await warehouse.open()
      expect(await fresh.rows('SELECT x FROM t')).toEqual([{ x: 2 }])
      await fresh.close()
      await closed(stores)
    } finally {
      disk.remove()
    }
  })
})

describe('object stores with a vice', () => {
  const open = () => openDirectoryStore({ folder: newHome(), clock: systemClock })
  const read = async (body: Promise<NodeJS.ReadableStream>): Promise<string> => (await buffer((await body) as never)).toString()

  it('are what their names say', async () => {
    const store = await open()
    const { versionId } = await store.put('k', Buffer.from('abc'))
    const moody = failsOnce(store, 'get', new Error('gone for a moment'), { after: 1 })
    expect(await read(moody.get('k'))).toBe('abc')
    await expect(moody.get('k')).rejects.toThrow('gone for a moment')
    expect(await read(moody.get('k'))).toBe('abc')
    expect(await read(flipsLastByte(store).get('k'))).toBe('abb')
    await expect(read(breaksOff(store, 2).get('k', versionId))).rejects.toThrow('ECONNRESET')
    expect(await read(breaksOff(store, 3).get('k'))).toBe('abc')
    const forgetful = listsOnce(store)
    const keys = async (): Promise<string[]> => {
      const found: string[] = []
      for await (const { key } of forgetful.list('')) found.push(key)
      return found
    }
    expect([await keys(), await keys()]).toEqual([['k'], []])
  })
})
