import { existsSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { BATCH, batchCheck } from '#core/audit/check-range.ts'
import { StoredTree } from '#core/audit/stored-tree.ts'
import { checkElsewhere, CHUNK } from '#core/audit/verify-part.ts'
import { workerFile } from '#core/base/package-root.ts'
import { draft, fill, openLog, withoutTriggers } from './support.ts'

const SIZE = 60_007

it('a long log is checked in two threads, and every kind of damage is named as in one', async () => {
  expect(existsSync(workerFile('audit-verify'))).toBe(true)
  const { log, store } = openLog()
  store.transaction(() => fill(log, SIZE))
  const { rootHash } = log.head()
  expect(await log.verify()).toEqual({ ok: true, entries: SIZE, rootHash })

  const db = withoutTriggers(store)
  const middle = 4 * CHUNK
  for (const seq of [0, 9_999, middle - 1, middle, middle + 1, 50_000, SIZE - 1]) {
    const before = db.prepare('SELECT canonical FROM audit_entries WHERE seq = ?').pluck().get(seq) as string
    const write = db.prepare('UPDATE audit_entries SET canonical = ? WHERE seq = ?')
    write.run(before.replace('finished', 'Finished'), seq)
    expect((await log.verify()).firstBad, `entry ${seq}`).toMatchObject({ seq })
    write.run(before, seq)
  }

  // An edge from which the other thread starts is stored with the last entry of the chunk before.
  const edge = db.prepare('SELECT nodes FROM audit_entries WHERE seq = ?').pluck().get(middle - 1) as Buffer
  const writeEdge = db.prepare('UPDATE audit_entries SET nodes = ? WHERE seq = ?')
  writeEdge.run(Buffer.alloc(edge.length), middle - 1)
  expect((await log.verify()).firstBad).toMatchObject({ seq: middle - 1 })
  writeEdge.run(edge, middle - 1)
  expect(await log.verify()).toEqual({ ok: true, entries: SIZE, rootHash })
})

it('the other thread arrives at the whole tree, and hands back what it can\'t confirm', async () => {
  const { log, store, file } = openLog()
  const size = 2 * CHUNK + 1_000
  store.transaction(() => fill(log, size))
  const helper = checkElsewhere(file, size)
  onTestFinished(() => helper?.stop())
  expect((await helper?.result(2))?.end.root().toString('hex')).toBe(log.head().rootHash)
  const first = await helper?.result(0)
  expect(first?.start.size).toBe(0)
  expect((await helper?.result(1))?.start.peaks).toEqual(first?.end.peaks)

  withoutTriggers(store).exec(`UPDATE audit_entries SET canonical = replace(canonical, 'finished', 'Finished') WHERE seq = ${size - 100}`)
  const doubting = checkElsewhere(file, size)
  expect(await doubting?.result(2)).toBeNull()
  expect(doubting?.claim(2)).toBe(true)
  const gone = checkElsewhere(`${file}.gone`, size)
  expect(await gone?.result(2)).toBeNull()
  expect(gone?.claim(2)).toBe(true)
  const last = new StoredTree(store.db).frontier(size - (size % BATCH))
  expect(batchCheck(store.db)(last, size)).toBeNull()
})

it('a chunk that somebody claimed is left to it', async () => {
  const { log, store, file } = openLog()
  store.transaction(() => fill(log, 2 * CHUNK))
  const helper = checkElsewhere(file, 2 * CHUNK)
  onTestFinished(() => helper?.stop())
  expect(helper?.claim(0)).toBe(true)
  expect(await helper?.result(1)).not.toBeNull()
  expect(await helper?.result(0)).toBeNull()
  expect(helper?.checked).toBe(1)
})

it('a long verification is cancelled in both threads', async () => {
  const { log, store } = openLog()
  store.transaction(() => fill(log, SIZE))
  const controller = new AbortController()
  const verdict = log.verify({ signal: controller.signal, onProgress: (done, total) => done > total / 4 && controller.abort() })
  await expect(verdict).rejects.toMatchObject({ code: 'CANCELLED' })
  log.append(draft())
  expect(log.head().entries).toBe(SIZE + 1)
})
