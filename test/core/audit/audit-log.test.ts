import { describe, expect, it } from 'vitest'
import { AuditLog } from '#core/audit/audit-log.ts'
import { AuditBodyRefused, AuditEntryMissing } from '#core/audit/errors.ts'
import { leafHash, rootFromProof } from '#core/audit/merkle.ts'
import { canonicalJson, type Json } from '#core/base/json.ts'
import { openStore } from '#core/store/store.ts'
import { migrations } from '#core/regie-schema.ts'
import { draft, fill, openLog } from './support.ts'

const collect = async (log: AuditLog): Promise<string> => {
  let text = ''
  for await (const part of log.export()) text += part
  return text
}

describe('append', () => {
  it('numbers entries from 0, chains them and moves the head', () => {
    const { log } = openLog()
    expect(log.head()).toEqual({ entries: 0, rootHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', at: null })
    const first = log.append(draft(0))
    const second = log.append(draft(1))
    expect([first.seq, second.seq]).toEqual([0, 1])
    expect(first).toEqual({
      seq: 0,
      at: '2026-01-01T00:00:00.000Z',
      actor: 'operator',
      kind: 'step.finished',
      environment: 'sandbox',
      runId: '20260101_000000_abcd',
      summary: 'Step 0 finished.',
      leafHash: leafHash(log.entry(0).canonical).toString('hex'),
    })
    expect(JSON.parse(log.entry(0).canonical)).toMatchObject({ prev: null, v: 1 })
    expect(JSON.parse(log.entry(1).canonical)).toMatchObject({ prev: first.leafHash, seq: 1 })
    expect(log.head()).toMatchObject({ entries: 2, at: second.at })
  })

  it('stores exactly the RFC 8785 text of the entry, with every member', () => {
    const { log } = openLog()
    log.append(draft(0, { environment: null, runId: null, body: { z: [1.5, null], a: { é: true }, '\u0000': '\u2028"' } }))
    const { canonical } = log.entry(0)
    const parsed = JSON.parse(canonical) as Json
    expect(canonical).toBe(canonicalJson(parsed))
    expect(Object.keys(parsed as object)).toEqual(['actor', 'at', 'body', 'environment', 'kind', 'prev', 'runId', 'seq', 'summary', 'v'])
  })

  it('is part of the caller\'s transaction: what rolls back was never there', async () => {
    const { store, log } = openLog()
    fill(log, 5)
    const before = log.head()
    expect(() =>
      store.transaction(() => {
        log.append(draft(5))
        log.append(draft(6))
        throw new Error('the run changed its mind')
      }),
    ).toThrow('changed its mind')
    expect(log.head()).toEqual(before)
    expect(log.append(draft(7)).seq).toBe(5)
    expect(await log.verify()).toMatchObject({ ok: true, entries: 6 })
  })

  it('keeps the order when the clock goes back, and the times as the clock said them', async () => {
    const { log, clock } = openLog()
    log.append(draft(0))
    clock.ms -= 3_600_000
    log.append(draft(1))
    expect(log.list().entries.map(({ seq, at }) => [seq, at])).toEqual([
      [1, '2025-12-31T23:00:00.000Z'],
      [0, '2026-01-01T00:00:00.000Z'],
    ])
    expect(log.head().at).toBe('2025-12-31T23:00:00.000Z')
    expect((await log.verify()).ok).toBe(true)
  })

  it('refuses a body that canonical JSON can\'t carry, and appends nothing', async () => {
    const { log } = openLog()
    for (const body of [{ rate: Number.NaN }, { at: new Date(0) }, { name: '\ud800' }] as unknown as Json[]) {
      expect(() => log.append(draft(0, { body }))).toThrow(AuditBodyRefused)
      await expect(log.appendSoon(draft(0, { body }))).rejects.toThrow(AuditBodyRefused)
    }
    expect(log.head().entries).toBe(0)
  })

  it('goes on where another connection left off', async () => {
    const { log, file, clock } = openLog()
    const other = openStore(file, { clock, migrations, backupAfterMs: Number.POSITIVE_INFINITY })
    const otherLog = new AuditLog(other, clock)
    for (let index = 0; index < 20; index += 1) (index % 3 === 0 ? otherLog : log).append(draft(index))
    expect(otherLog.head()).toEqual(log.head())
    expect(await otherLog.verify()).toMatchObject({ ok: true, entries: 20 })
    other.close()
  })
})

describe('appendSoon', () => {
  it('commits all that wait at once, in the order of the calls', async () => {
    const { log, store, clock } = openLog()
    const watcher = openStore(store.file, { clock, migrations, backupAfterMs: Number.POSITIVE_INFINITY })
    let seen = watcher.db.pragma('data_version', { simple: true })
    let commits = 0
    const look = (): void => {
      const now = watcher.db.pragma('data_version', { simple: true })
      if (now !== seen) commits += 1
      seen = now
    }
    const waiting = Array.from({ length: 50 }, (_, index) => log.appendSoon(draft(index)).then((entry) => (look(), entry)))
    const entries = await Promise.all(waiting)
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index))
    expect(entries.map(({ summary }) => summary)).toEqual(Array.from({ length: 50 }, (_, index) => `Step ${index} finished.`))
    expect(commits).toBe(1)
    watcher.close()
  })

  it('fixes the entry at the call', async () => {
    const { log, clock } = openLog()
    const body = { rows: 1 }
    const waiting = log.appendSoon(draft(0, { body }))
    body.rows = 2
    clock.ms += 1_000
    expect((await waiting).at).toBe('2026-01-01T00:00:00.000Z')
    expect(log.entry(0).body).toEqual({ rows: 1 })
  })

  it('is written by a close that comes first', async () => {
    const { log, store, file } = openLog()
    const waiting = log.appendSoon(draft(0))
    store.close()
    expect((await waiting).seq).toBe(0)
    expect(openLog(file).log.head().entries).toBe(1)
  })

  it('rejects with the store\'s failure when the commit fails', async () => {
    const { log, store } = openLog()
    store.db.pragma('max_page_count = 1')
    const big = draft(0, { body: 'x'.repeat(1_000_000) })
    await expect(log.appendSoon(big)).rejects.toMatchObject({ code: 'STORE_FULL' })
    store.db.pragma('max_page_count = 1000000')
    expect((await log.appendSoon(big)).seq).toBe(0)
    expect((await log.verify()).ok).toBe(true)
  })
})

describe('the table', () => {
  it.each([
    ["UPDATE audit_entries SET canonical = '{}' WHERE seq = 1"],
    ['DELETE FROM audit_entries WHERE seq = 2'],
    ['DELETE FROM audit_entries'],
    ["INSERT OR REPLACE INTO audit_entries (seq, canonical, leaf, nodes) SELECT seq, '{}', leaf, nodes FROM audit_entries WHERE seq = 1"],
    ["INSERT INTO audit_entries (seq, canonical, leaf, nodes) SELECT 7, canonical, leaf, nodes FROM audit_entries WHERE seq = 1"],
    ["INSERT INTO audit_entries (seq, canonical, leaf, nodes) SELECT -1, canonical, leaf, nodes FROM audit_entries WHERE seq = 1"],
    ['UPDATE audit_head SET size = 1'],
    ['UPDATE audit_head SET root = zeroblob(32)'],
    ['DELETE FROM audit_head'],
    ['INSERT OR REPLACE INTO audit_head SELECT * FROM audit_head'],
  ])('refuses %s', async (sql) => {
    const { log, store } = openLog()
    fill(log, 3)
    const before = log.head()
    expect(() => store.db.exec(sql)).toThrow(/append-only/)
    expect(log.head()).toEqual(before)
    expect(await log.verify()).toMatchObject({ ok: true, entries: 3 })
  })
})

describe('entry', () => {
  it('comes with a proof that leads to the head', () => {
    const { log } = openLog()
    fill(log, 37)
    for (let seq = 0; seq < 37; seq += 1) {
      const { leafHash: leaf, inclusionProof, treeSize, rootHash, canonical } = log.entry(seq)
      expect(leafHash(canonical).toString('hex')).toBe(leaf)
      const path = inclusionProof.map((node) => Buffer.from(node, 'hex'))
      expect(rootFromProof(Buffer.from(leaf, 'hex'), seq, treeSize, path)?.toString('hex')).toBe(rootHash)
      expect(rootHash).toBe(log.head().rootHash)
    }
  })

  it('that is not there is said so', () => {
    const { log } = openLog()
    expect(() => log.entry(0)).toThrow(AuditEntryMissing)
    fill(log, 2)
    for (const seq of [-1, 2, 0.5]) expect(() => log.entry(seq)).toThrow(AuditEntryMissing)
  })
})

describe('list', () => {
  it('filters, counts and pages, newest first', () => {
    const { log } = openLog()
    for (let index = 0; index < 30; index += 1) {
      log.append(
        draft(index, {
          kind: index % 3 === 0 ? 'run.started' : 'step.finished',
          actor: index % 2 === 0 ? 'anna' : 'ben',
          environment: index % 5 === 0 ? null : 'sandbox',
          runId: index < 10 ? '20260101_000000_aaaa' : null,
          summary: index === 7 ? '100% of_it \\ done' : `Entry ${index}`,
        }),
      )
    }
    const seqs = (query: Parameters<AuditLog['list']>[0]): number[] => log.list(query).entries.map(({ seq }) => seq)
    expect(log.list()).toMatchObject({ total: 30, entries: { length: 30 } })
    expect(seqs({ limit: 3 })).toEqual([29, 28, 27])
    expect(seqs({ limit: 3, offset: 2 })).toEqual([27, 26, 25])
    expect(log.list({ before: 10, limit: 2 })).toMatchObject({ total: 10, entries: [{ seq: 9 }, { seq: 8 }] })
    expect(log.list({ kind: 'run.started', limit: 2 })).toMatchObject({ total: 10, entries: [{ seq: 27 }, { seq: 24 }] })
    expect(seqs({ kind: 'run.started', actor: 'anna', environment: 'sandbox' })).toEqual([24, 18, 12, 6])
    expect(seqs({ runId: '20260101_000000_aaaa', actor: 'ben' })).toEqual([9, 7, 5, 3, 1])
    expect(seqs({ search: 'entry 2' })).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 2])
    expect(seqs({ search: '0% of_' })).toEqual([7])
    expect(seqs({ search: 'of%it' })).toEqual([])
    expect(seqs({ search: '\\' })).toEqual([7])
    expect(log.list({ kind: 'nothing' })).toEqual({ total: 0, entries: [] })
  })

  it('finds runs and kinds by an index, in order', () => {
    const { store } = openLog()
    for (const column of ['kind', 'run_id']) {
      const page = `EXPLAIN QUERY PLAN SELECT canonical FROM audit_entries WHERE ${column} = ? ORDER BY seq DESC LIMIT 5`
      const plan = JSON.stringify(store.db.prepare(page).all('x'))
      expect(plan).toContain('SEARCH audit_entries USING INDEX')
      expect(plan).not.toContain('TEMP B-TREE')
    }
  })
})

describe('export', () => {
  it('is the hashed bytes, one entry per line, in order', async () => {
    const { log } = openLog()
    expect(await collect(log)).toBe('')
    fill(log, 1_203)
    const lines = (await collect(log)).split('\n')
    expect(lines.pop()).toBe('')
    expect(lines).toHaveLength(1_203)
    lines.forEach((line, seq) => expect(leafHash(line).toString('hex')).toBe(log.entry(seq).leafHash))
  })

  it('ends at the head it began with while the log grows', async () => {
    const { log } = openLog()
    fill(log, 600)
    let lines = 0
    for await (const part of log.export()) {
      lines += part.split('\n').length - 1
      fill(log, 10)
    }
    expect(lines).toBe(600)
  })
})
