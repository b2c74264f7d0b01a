import { existsSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { batchCheck } from '#core/audit/check-range.ts'
import { StoredTree } from '#core/audit/stored-tree.ts'
import { checkElsewhere } from '#core/audit/verify-part.ts'
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
  const middle = Math.ceil((SIZE * 0.53) / 128) * 128
  for (const seq of [0, 9_999, middle - 1, middle, middle + 1, 50_000, SIZE - 1]) {
    const before = db.prepare('SELECT canonical FROM audit_entries WHERE seq = ?').pluck().get(seq) as string
    const write = db.prepare('UPDATE audit_entries SET canonical = ? WHERE seq = ?')
    write.run(before.replace('finished', 'Finished'), seq)
    expect((await log.verify()).firstBad, `entry ${seq}`).toMatchObject({ seq })
    write.run(before, seq)
  }

  // The edge from which the other thread starts is stored with the last entry of the first half.
  const edge = db.prepare('SELECT nodes FROM audit_entries WHERE seq = ?').pluck().get(middle - 1) as Buffer
  const writeEdge = db.prepare('UPDATE audit_entries SET nodes = ? WHERE seq = ?')
  writeEdge.run(Buffer.alloc(edge.length), middle - 1)
  expect((await log.verify()).firstBad).toMatchObject({ seq: middle - 1 })
  writeEdge.run(edge, middle - 1)
  expect(await log.verify()).toEqual({ ok: true, entries: SIZE, rootHash })
})

it('the other thread arrives at the whole tree, and says null when it can\'t', async () => {
  const { log, store, file } = openLog()
  store.transaction(() => fill(log, 1_000))
  const stored = new StoredTree(store.db)
  const start = stored.frontier(512)
  const part = checkElsewhere(file, start, 1_000)
  onTestFinished(() => part?.stop())
  const whole = await part?.end
  expect(whole?.root().toString('hex')).toBe(log.head().rootHash)

  withoutTriggers(store).exec("UPDATE audit_entries SET canonical = replace(canonical, 'finished', 'Finished') WHERE seq = 900")
  expect(await checkElsewhere(file, start, 1_000)?.end).toBeNull()
  expect(await checkElsewhere(`${file}.gone`, start, 1_000)?.end).toBeNull()
  expect(batchCheck(store.db)(stored.frontier(896), 1_000)).toBeNull()
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
