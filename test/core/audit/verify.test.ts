import { describe, expect, it } from 'vitest'
import { AuditLog } from '#core/audit/audit-log.ts'
import { BATCH } from '#core/audit/check-range.ts'
import { Frontier, leafHashOfBytes, peaksOf } from '#core/audit/merkle.ts'
import type { AuditVerdict } from '#core/audit/verify.ts'
import { canonicalJson } from '#core/base/json.ts'
import type { Store } from '#core/store/store.ts'
import { draft, fill, openLog, withoutTriggers } from './support.ts'

type Db = Store['db']
interface Row {
  seq: number
  canonical: string
  leaf: Buffer
  nodes: Buffer
}

const rowOf = (db: Db, seq: number): Row =>
  db.prepare('SELECT seq, canonical, leaf, nodes FROM audit_entries WHERE seq = ?').get(seq) as Row

/** Another summary, and the leaf hash of that: what a careful forger does to one entry. */
function replace(db: Db, seq: number, changes: Record<string, unknown> = { summary: 'forged' }): void {
  const entry = { ...(JSON.parse(rowOf(db, seq).canonical) as object), ...changes }
  const canonical = canonicalJson(entry)
  db.prepare('UPDATE audit_entries SET canonical = ?, leaf = ? WHERE seq = ?').run(canonical, leafHashOfBytes(Buffer.from(canonical)), seq)
}

interface Tampering {
  readonly act: (db: Db, seq: number, size: number) => void
  /** Entry that verify must name; default: `seq`. */
  readonly named?: (seq: number, size: number) => number
  readonly says: RegExp
  readonly from?: number
}
const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'one character of the content': {
    act: (db, seq) => db.prepare(`UPDATE audit_entries SET canonical = replace(canonical, 'finished', 'Finished') WHERE seq = ?`).run(seq),
    says: /content of entry \d+ was changed/,
  },
  'white space that leaves the JSON equal': {
    act: (db, seq) => db.prepare(`UPDATE audit_entries SET canonical = replace(canonical, ',"v"', ', "v"') WHERE seq = ?`).run(seq),
    says: /content of entry \d+ was changed/,
  },
  'a zero byte behind the content': {
    act: (db, seq) => db.prepare(`UPDATE audit_entries SET canonical = CAST(CAST(canonical AS BLOB) || x'0020' AS TEXT) WHERE seq = ?`).run(seq),
    says: /content of entry \d+ was changed/,
  },
  'the leaf hash': {
    act: (db, seq) => db.prepare('UPDATE audit_entries SET leaf = zeroblob(32) WHERE seq = ?').run(seq),
    says: /leaf hash stored beside entry \d+ was changed/,
  },
  'content and leaf hash together': { act: (db, seq) => replace(db, seq), says: /Entry \d+ was replaced/ },
  'the chain to the entry before': {
    act: (db, seq) => replace(db, seq, { prev: 'ab'.repeat(32) }),
    says: /Entry \d+ was replaced/,
  },
  'its own number': { act: (db, seq) => replace(db, seq, { seq: 10_000 }), says: /Entry \d+ was replaced/ },
  'subtree hashes': {
    act: (db, seq) => db.prepare('UPDATE audit_entries SET nodes = CAST(nodes || zeroblob(32) AS BLOB) WHERE seq = ?').run(seq),
    says: /subtree hashes stored with entry \d+ were changed/,
  },
  'a deleted entry': {
    act: (db, seq) => db.prepare('DELETE FROM audit_entries WHERE seq = ?').run(seq),
    says: /Entry \d+ is missing/,
  },
  'a tail cut off': {
    act: (db, seq) => db.prepare('DELETE FROM audit_entries WHERE seq >= ?').run(seq),
    says: /Entry \d+ is missing: the log was cut/,
  },
  'two entries exchanged': {
    from: 1,
    act: (db, seq) => {
      const [a, b] = [rowOf(db, seq - 1), rowOf(db, seq)]
      for (const [to, from] of [[a.seq, b], [b.seq, a]] as const) {
        db.prepare('UPDATE audit_entries SET canonical = ?, leaf = ? WHERE seq = ?').run(from.canonical, from.leaf, to)
      }
    },
    named: (seq) => seq - 1,
    says: /was replaced/,
  },
  'a head that counts one less': {
    act: (db, _, size) => db.prepare('UPDATE audit_head SET size = ?').run(size - 1),
    named: (_, size) => size - 1,
    says: /not covered by the head|was replaced/,
  },
  'another root in the head': {
    act: (db) => db.prepare('UPDATE audit_head SET root = zeroblob(32)').run(),
    named: (_, size) => size,
    says: /head was changed: its root/,
  },
  'another last leaf in the head': {
    act: (db) => db.prepare('UPDATE audit_head SET leaf = zeroblob(32)').run(),
    named: (_, size) => size,
    says: /head was changed: its last leaf/,
  },
}

async function verdictAfter(size: number, act: (db: Db) => void): Promise<AuditVerdict> {
  const { log, store } = openLog()
  store.transaction(() => fill(log, size))
  act(withoutTriggers(store))
  return log.verify()
}

describe('verify names the first bad entry', () => {
  for (const [what, { act, named = (seq: number) => seq, says, from = 0 }] of Object.entries(TAMPERINGS)) {
    it(`${what}, at every place of logs of 1 to 9 entries`, async () => {
      for (let size = 1; size <= 9; size += 1) {
        for (let seq = from; seq < size; seq += 1) {
          const verdict = await verdictAfter(size, (db) => act(db, seq, size))
          expect(verdict.firstBad, `${size} entries, entry ${seq}`).toMatchObject({ seq: named(seq, size) })
          expect(verdict.firstBad?.problem).toMatch(says)
          expect(verdict.ok).toBe(false)
        }
      }
    })

    it(`${what}, at the seams of the batches`, async () => {
      const size = 3 * BATCH + 5
      for (const seq of [1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH - 1, 3 * BATCH, size - 1]) {
        const { firstBad } = await verdictAfter(size, (db) => act(db, seq, size))
        expect(firstBad, `entry ${seq}`).toMatchObject({ seq: named(seq, size) })
      }
    })
  }

  it('also when the entry holds what looks like the chain of another', async () => {
    const { log, store } = openLog()
    const trap = ',"prev":null,"runId":null,"seq":1,"summary":"","v":1}'
    for (let index = 0; index < 5; index += 1) log.append(draft(index, { summary: `"prev":"${'0'.repeat(64)}"${trap}`, body: { trap, prev: 'x', seq: 9 } }))
    expect(await log.verify()).toMatchObject({ ok: true, entries: 5 })
    replace(withoutTriggers(store), 2, { prev: '0'.repeat(64) })
    expect((await log.verify()).firstBad?.seq).toBe(2)
  })

  it('and the head, when that is gone', async () => {
    expect((await verdictAfter(3, (db) => db.exec('DELETE FROM audit_head'))).firstBad).toEqual({ seq: 0, problem: 'The head of the log is missing.' })
  })

  it('of an entry that was put in beside the log', async () => {
    const verdict = await verdictAfter(4, (db) =>
      db.exec('INSERT INTO audit_entries (seq, canonical, leaf, nodes) SELECT 4, canonical, leaf, nodes FROM audit_entries WHERE seq = 3'),
    )
    expect(verdict.firstBad?.seq).toBe(4)
  })

  it('at the end of a stretch that was rewritten with its chain: the limit that the format states', async () => {
    const verdict = await verdictAfter(10, (db) => {
      replace(db, 4)
      replace(db, 5, { prev: rowOf(db, 4).leaf.toString('hex') })
      replace(db, 6, { prev: rowOf(db, 5).leaf.toString('hex') })
    })
    expect(verdict.firstBad?.seq).toBe(5)
  })
})

describe('verify', () => {
  it('finds the root that the head holds, for every size around a batch', async () => {
    const { log, store } = openLog()
    for (const size of [0, 1, 2, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH, 4 * BATCH + 3]) {
      store.transaction(() => fill(log, size - log.head().entries))
      const { entries, rootHash } = log.head()
      expect(await log.verify()).toEqual({ ok: true, entries, rootHash })
    }
  })

  it('lets others work and says how far it is', async () => {
    const { log, store } = openLog()
    store.transaction(() => fill(log, 20_000))
    let turns = 0
    const timer = setInterval(() => (turns += 1), 0)
    const seen: number[] = []
    await log.verify({ onProgress: (done, total) => seen.push(done / total) })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
    expect(seen.length).toBeGreaterThan(5)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBe(1)
  })

  it('stops when it is cancelled', async () => {
    const { log, store } = openLog()
    store.transaction(() => fill(log, 5_000))
    const controller = new AbortController()
    await expect(log.verify({ signal: controller.signal, onProgress: () => controller.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('judges the log as it was when it began, while others append', async () => {
    const { log, store, clock } = openLog()
    store.transaction(() => fill(log, 5_000))
    const other = new AuditLog(store, clock)
    const verdict = await log.verify({ onProgress: () => void other.append(draft()) })
    expect(verdict).toMatchObject({ ok: true, entries: 5_000 })
  })
})

it('subtree hashes in the rows are those of the tree', () => {
  const { log, store } = openLog()
  fill(log, 70)
  const tree = new Frontier()
  for (let seq = 0; seq < 70; seq += 1) {
    const { leaf, nodes } = rowOf(store.db, seq)
    expect(Buffer.concat(tree.push(leaf))).toEqual(nodes)
  }
  expect(peaksOf(0, 70).map(({ level }) => level)).toEqual([6, 2, 1])
})
