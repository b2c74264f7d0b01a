import { describe, expect, it } from 'vitest'
import { Cancelled } from '#core/base/errors.ts'
import { draft, fill, openLog } from './support.ts'

describe('reading the log by who, what, where, when', () => {
  it('pages by keyset through everything, newest first, with none twice and none left out', async () => {
    const { log } = openLog()
    fill(log, 1234)
    const seen: number[] = []
    let before: number | undefined
    for (;;) {
      const { entries, next } = await log.page({ before }, { limit: 100 })
      seen.push(...entries.map(({ seq }) => seq))
      if (next === null) break
      before = next
    }
    expect(seen).toEqual(Array.from({ length: 1234 }, (_, i) => 1233 - i))
  })

  it('finds the few that match however far back they stand, and pages through them by their own keys', async () => {
    const { log, clock } = openLog()
    for (let i = 0; i < 40; i += 1) {
      clock.ms += 60_000
      log.append(draft(i, { actor: i % 10 === 0 ? 'nadia' : 'engine', kind: i % 4 === 0 ? 'run.ended' : 'step.finished', environment: i % 2 === 0 ? 'sandbox' : null, summary: i === 20 ? '100 % of_it' : `Step ${i}` }))
    }
    const seqs = async (filter: Parameters<typeof log.page>[0], limit?: number) => (await log.page(filter, { limit })).entries.map(({ seq }) => seq)
    expect(await seqs({ actors: ['nadia'] })).toEqual([30, 20, 10, 0])
    expect(await log.page({ actors: ['nadia'] }, { limit: 2 })).toMatchObject({ entries: [{ seq: 30 }, { seq: 20 }], next: 20 })
    expect(await seqs({ actors: ['nadia'], before: 20 })).toEqual([10, 0])
    expect(await seqs({ actors: ['nadia', 'engine'], kinds: ['run.ended'] })).toEqual([36, 32, 28, 24, 20, 16, 12, 8, 4, 0])
    expect(await seqs({ environments: ['sandbox'], from: '2026-01-01T00:31:00.000Z', to: '2026-01-01T00:35:00.000Z' })).toEqual([32, 30])
    expect(await seqs({ search: '100 % OF_IT' })).toEqual([20])
    expect(await seqs({ search: '%' })).toEqual([20])
    expect(await log.count({ actors: ['nadia'], before: 20 })).toBe(2)
    expect(await log.count({})).toBe(40)
    const texts: string[] = []
    for await (const part of log.texts({ actors: ['nadia'] })) texts.push(...part)
    expect(texts.map((text) => (JSON.parse(text) as { seq: number }).seq)).toEqual([0, 10, 20, 30])
  })

  it('counts every value once, also after the log grew', async () => {
    const { log } = openLog()
    fill(log, 3)
    expect(await log.values()).toEqual({ kinds: [{ value: 'step.finished', count: 3 }], actors: [{ value: 'operator', count: 3 }], environments: [{ value: 'sandbox', count: 3 }] })
    log.append(draft(3, { actor: 'nadia', environment: null }))
    expect(await log.values()).toEqual({
      kinds: [{ value: 'step.finished', count: 4 }],
      actors: [{ value: 'operator', count: 3 }, { value: 'nadia', count: 1 }],
      environments: [{ value: 'sandbox', count: 3 }],
    })
  })

  it('stays fast and never holds the event loop with a million entries', { timeout: 180_000 }, async () => {
    const { log, store } = openLog()
    const rows = 1_000_000
    // Rows straight into the table: what is timed is the reading.
    store.transaction(() => {
      store.db.exec('DROP TRIGGER audit_entries_in_order')
      store.db
        .prepare(
          `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows - 1})
           INSERT INTO audit_entries (seq, canonical, leaf, nodes)
           SELECT i, '{"actor":"' || CASE WHEN i = 7 THEN 'nadia' ELSE 'engine' END || '","at":"2026-01-01T00:00:00.000Z","body":{"rows":1},"environment":"sandbox","kind":"step.finished","prev":null,"runId":null,"seq":' || i || ',"summary":"Step ' || i || '","v":1}', zeroblob(32), zeroblob(32) FROM n`,
        )
        .run()
      store.db.prepare(`UPDATE audit_head SET size = ${rows}, leaf = zeroblob(32), at = '2026-01-01T00:00:00.000Z'`).run()
    })
    let worst = 0
    let last = performance.now()
    const beat = setInterval(() => {
      worst = Math.max(worst, performance.now() - last)
      last = performance.now()
    }, 1)
    const newest = await log.page({}, { limit: 200 })
    const deep = await log.page({ before: 1000 }, { limit: 200 })
    const rare = await log.page({ actors: ['nadia'] })
    const values = await log.values()
    clearInterval(beat)
    expect([newest.entries[0]?.seq, newest.next]).toEqual([999_999, 999_800])
    expect(deep.entries.length).toBe(200)
    expect(rare.entries.map(({ seq }) => seq)).toEqual([7])
    expect(values.actors).toEqual([{ value: 'engine', count: 999_999 }, { value: 'nadia', count: 1 }])
    // Not a speed: a core that reads a million entries in one go would hold its event loop for seconds.
    expect(worst).toBeLessThan(3_000)
    const stop = new AbortController()
    const given = log.page({ actors: ['nobody'] }, { signal: stop.signal })
    setTimeout(() => stop.abort(), 5)
    await expect(given).rejects.toThrow(Cancelled)
  })
})
