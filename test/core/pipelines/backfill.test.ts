import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SeenWindowSchema } from '#core/api/contract/pipelines.ts'
import type { RunDetail } from '#core/operations/types.ts'
import type { ObservedWindow } from '#core/pipelines/observe-window.ts'
import { loadedLab, openLab, plainScorer, type Lab, type LabOptions } from './support.ts'
import { twistedSource } from './twisted-source.ts'

/** Over the embedded sandbox: orders from 2022-01-01 to 2025-07-27, a review dated by its buyer's first order. */
const WHOLE = { from: '2022-01-01', to: '2025-07-27' }
const SOME = { from: '2022-03-01', to: '2022-05-31' }

type Row = Record<string, unknown> & { review_id: string }

describe('a backfill of a range of days', () => {
  let lab: Lab
  let first: RunDetail

  beforeAll(async () => {
    lab = await loadedLab({ scale: 0.02, scorer: plainScorer() })
    first = await lab.run()
    expect(first.failure).toBeNull()
  }, 120_000)
  afterAll(async () => await lab.remove())

  /** A run of another lab on the same home. */
  async function over(options: LabOptions, input: Readonly<Record<string, unknown>>): Promise<RunDetail> {
    const other = await openLab({ root: lab.root, scorer: plainScorer(), ...options })
    try {
      return await other.run(input)
    } finally {
      await other.close()
    }
  }

  const rows = async (table = 'reviews'): Promise<Map<string, string>> => {
    const session = await lab.deps.warehouse.open()
    try {
      const all = await session.rows<Row & Record<string, string>>(`SELECT * EXCLUDE (${table === 'reviews' ? 'ingestion_timestamp' : 'relevance_score'}) FROM ${table}`)
      return new Map(all.map((row) => [row.review_id, JSON.stringify(row)]))
    } finally {
      await session.close()
    }
  }

  const hashes = async (): Promise<(string | undefined)[]> => {
    const tables = await lab.deps.warehouse.tables()
    return ['reviews', 'review_relevant'].map((table) => tables.find(({ name }) => name === table)?.current?.contentHash)
  }

  /** As the source itself says, without the program's SQL. */
  const idsIn = async ({ from, to }: { from: string; to: string }): Promise<string[]> => {
    const found = await lab.deps.source.query<{ id: string }>(
      'SELECT review_id::text AS id FROM review r WHERE (SELECT order_date FROM orders o WHERE o.buyer_id = r.buyer_id ORDER BY order_date LIMIT 1) BETWEEN $1::date AND $2::date ORDER BY 1',
      [from, to],
    )
    return found.map(({ id }) => id)
  }

  const planOf = async (window: unknown, engine = lab.engine) => await engine.plan('pipelines.run', { environment: 'sandbox', pipeline: 'reviews', window }, 'anna')
  const seenIn = async (window: unknown): Promise<ObservedWindow> => ((await planOf(window)).observed as unknown as { window: ObservedWindow }).window

  it.each([WHOLE, SOME])('of $from to $to over an unchanged source leaves the content as it is', async (window) => {
    const before = await hashes()
    const run = await lab.run({ window })
    expect(run.failure).toBeNull()
    expect(run.result!.contentHash).toBe(first.result!.contentHash)
    expect(await hashes()).toEqual(before)
    const ids = await idsIn(window)
    const { added, replaced, kept } = run.result!.window as { added: number; replaced: number; kept: number }
    expect(added).toBe(replaced)
    expect(added).toBeLessThanOrEqual(ids.length)
    expect(added).toBeGreaterThan(ids.length - 4)
    expect(added + kept).toBe(2223)
    const stage = run.steps.find(({ id }) => id === 'stage')!
    expect(stage.evidence.map(({ state }) => state)).toEqual(['proven', 'proven', 'proven', 'proven'])
  })

  it('says beforehand what is there, day by day', async () => {
    const seen = await seenIn(SOME)
    const ids = await idsIn(SOME)
    const perDay = await lab.deps.source.query<{ day: string; rows: number }>(
      `SELECT to_char(day, 'YYYY-MM-DD') AS day, count(*)::int AS rows FROM (SELECT (SELECT min(order_date) FROM orders o WHERE o.buyer_id = r.buyer_id) AS day FROM review r) d WHERE day BETWEEN $1::date AND $2::date GROUP BY 1 ORDER BY 1`,
      [SOME.from, SOME.to],
    )
    expect(seen).toMatchObject({ ...SOME, days: 92, daysWithRows: perDay.length, undated: 0, publishedBy: { source: 'environment', version: '1.0.0' } })
    expect(seen.perDay).toEqual(perDay)
    expect(SeenWindowSchema.parse(seen)).toEqual(seen)
    expect(Math.abs(seen.rows - ids.length)).toBeLessThanOrEqual(5)
    expect(seen.replaces).toBeGreaterThan(ids.length - 4)
    expect(seen.replaces).toBeLessThanOrEqual(ids.length)
    expect((await seenIn(WHOLE)).perDay).toHaveLength(366)
  })

  it('warns of days without rows and of a range beyond the data', async () => {
    const { warnings } = await planOf({ from: '2021-12-30', to: '2022-01-31' })
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toMatch(/^The range reaches beyond the dates of the source, 2022-01-0\d to 202[345]-\d\d-\d\d\.$/)
    expect(warnings[1]).toMatch(/^\d+ of 33 days have no rows: 2021-12-30, 2021-12-31/)
  })

  it('changes only rows of the range where the source changed everywhere; the way back restores all', async () => {
    const before = await rows()
    const hash = await hashes()
    const ids = new Set(await idsIn(SOME))
    const gone = [...ids][3]!
    const run = await over({ deps: { source: twistedSource(lab.deps.source, { review: `SELECT review_id, buyer_id, 'changed ' || r_desc AS r_desc, title, rating, seller_product_flag FROM review WHERE review_id <> ${gone}` }) } }, { window: SOME })
    expect(run.failure).toBeNull()
    const after = await rows()
    for (const [id, row] of before) {
      if (id === gone) expect(after.has(id)).toBe(false)
      else if (ids.has(id)) expect(after.get(id), id).toContain('"description":"changed ')
      else expect(after.get(id), id).toBe(row)
    }
    expect(after.size).toBe(before.size - 1)
    expect(await rows('review_relevant').then((scored) => [...scored.keys()].toSorted())).toEqual([...after.keys()].toSorted())
    const { undo } = lab.engine.get(run.runId)
    const back = await lab.engine.plan(undo!.operation, undo!.input, 'anna')
    expect((await lab.engine.wait((await lab.engine.start(back.hash, 'anna')).runId)).state).toBe('succeeded')
    expect(await hashes()).toEqual(hash)
    expect(await rows()).toEqual(before)
  })

  it('neither loses nor doubles a row that moved into the range or out of it', async () => {
    const before = await rows()
    const inside = await idsIn(SOME)
    const outside = await idsIn({ from: '2022-06-01', to: WHOLE.to })
    const pair = [inside[0]!, outside[0]!]
    const swapped = `SELECT review_id, CASE review_id WHEN ${pair[0]} THEN (SELECT buyer_id FROM review WHERE review_id = ${pair[1]}) WHEN ${pair[1]} THEN (SELECT buyer_id FROM review WHERE review_id = ${pair[0]}) ELSE buyer_id END AS buyer_id, r_desc, title, rating, seller_product_flag FROM review`
    const run = await over({ deps: { source: twistedSource(lab.deps.source, { review: swapped }) } }, { window: SOME })
    expect(run.failure).toBeNull()
    const after = await rows()
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted())
    expect([...after].filter(([id, row]) => before.get(id) !== row).map(([id]) => id).toSorted()).toEqual([...pair].toSorted())
    expect((await lab.run()).result!.contentHash).toBe(first.result!.contentHash)
  })

  it.each(['step:stage:acted', 'step:audit:acted', 'step:publish:acted', 'published'])('stopped at %s and resumed after a restart gives the same content', async (point) => {
    let stop: (() => void) | null = null
    const engine = await lab.restart({ probe: (at) => (at === point ? stop?.() : undefined) })
    stop = () => void engine.close()
    // the server may gather statistics between plan and start: then the plan is made again, as an operator would
    const start = async () => await engine.start((await planOf(SOME, engine)).hash, 'anna')
    const { runId } = await start().catch(start)
    await engine.wait(runId).catch(() => null)
    const again = await lab.restart()
    expect(again.get(runId).state).toBe('interrupted')
    await again.resume(runId, { actor: 'anna' })
    const run = await again.wait(runId)
    expect(run.failure).toBeNull()
    expect(run.result!.contentHash).toBe(first.result!.contentHash)
  })
})

describe('a backfill that is refused', () => {
  let lab: Lab
  beforeAll(async () => void (lab = await loadedLab({ scale: 0.02, scorer: plainScorer() })), 120_000)
  afterAll(async () => await lab.remove())

  async function refusal(window: unknown, options: LabOptions = {}, input: Readonly<Record<string, unknown>> = {}): Promise<{ code: string; data?: unknown } | null> {
    const other = await openLab({ root: lab.root, scorer: plainScorer(), ...options })
    try {
      const { refuse } = await other.engine.plan('pipelines.run', { environment: 'sandbox', pipeline: 'reviews', window, ...input }, 'anna')
      return refuse ? { code: refuse.code, data: refuse.data } : null
    } finally {
      await other.close()
    }
  }

  it('before anything is published', async () => {
    expect(await refusal(SOME)).toMatchObject({ code: 'WINDOW_WITHOUT_BASE' })
    expect((await lab.run()).state).toBe('succeeded')
    expect(await refusal(SOME)).toBeNull()
  })

  it('without a row in the range', async () => {
    expect(await refusal({ from: '2019-01-01', to: '2019-12-31' })).toMatchObject({ code: 'WINDOW_EMPTY' })
  })

  it.each([
    [{ from: '2022-02-30', to: '2022-03-01' }],
    [{ from: '2022-03-02', to: '2022-03-01' }],
    [{ from: '2022-03-02' }],
    [{ from: "2022-01-01'; DROP", to: '2022-03-01' }],
  ])('for %j', async (window) => {
    await expect(refusal(window)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('when the published pseudonyms have another key', async () => {
    const { pseudonyms } = lab.deps
    const other = { current: async (domain: string) => ({ ...(await pseudonyms.current(domain)), keyId: 'sandbox-another' }) }
    expect(await refusal(SOME, { deps: { pseudonyms: other } })).toMatchObject({ code: 'WINDOW_MISMATCH', data: { reason: 'keys' } })
  })

  it('when the published rows came from another source', async () => {
    const folder = async () => ({ source: lab.deps.source, pseudonyms: lab.deps.pseudonyms })
    expect(await refusal(SOME, { deps: { openFolder: async () => ({ ...(await folder()), source: { ...lab.deps.source, close: async () => {} } }) } }, { source: '/elsewhere' })).toMatchObject({ code: 'WINDOW_MISMATCH', data: { reason: 'source' } })
  })

  it('when nothing in the pipeline dates its rows', async () => {
    const file = 'reviews/pipeline.yaml'
    const yaml = readFileSync(join(import.meta.dirname, '..', '..', '..', 'core', 'blueprints', file), 'utf8').replace(/ {4}window: .*\n/, '')
    expect(await refusal(SOME, { files: { [file]: yaml } })).toMatchObject({ code: 'WINDOW_UNSUPPORTED' })
  })

  it('when what it staged rests on a version that is no longer published', async () => {
    const run = await lab.run({ window: SOME })
    expect(run.state).toBe('succeeded')
    expect((await lab.run()).state).toBe('succeeded')
    const { plan } = await lab.engine.planRerun(run.runId, 'publish', 'anna')
    const again = await lab.engine.wait((await lab.engine.rerun(run.runId, 'publish', 'anna', plan.hash)).runId)
    expect(again.failure).toMatchObject({ code: 'WINDOW_MISMATCH', data: { reason: 'base' } })
  })
})
