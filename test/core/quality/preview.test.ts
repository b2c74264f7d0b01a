import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inProcess } from '#core/api/index.ts'
import { systemClock } from '#core/base/clock.ts'
import { isCancellation, RegieError } from '#core/base/errors.ts'
import type { RunDetail } from '#core/operations/types.ts'
import { openPipelineCatalogue } from '#core/pipelines/catalogue.ts'
import { qualityReader } from '#core/regie-quality.ts'
import { fakeRegie } from '#test/core/api/fake-regie.ts'
import { blueprintFiles, loadedLab, plainScorer, type Lab } from '#test/core/pipelines/support.ts'

const RATING = { index: 3, reason: 'invalid_rating' }
const BLANK = { index: 4, reason: 'empty_description' }
const STRICT = 'TRY_CAST(rating AS DOUBLE) NOT BETWEEN 2 AND 5'

describe('what other rules would have rejected', { timeout: 240_000 }, () => {
  let lab: Lab
  let run: RunDetail
  let reader: ReturnType<typeof qualityReader>

  beforeAll(async () => {
    lab = await loadedLab({ scale: 0.05, markers: true, scorer: plainScorer() })
    run = await lab.run({ scoring: false })
    reader = qualityReader({ catalogue: openPipelineCatalogue(blueprintFiles()), engine: lab.engine, depsFor: async () => lab.deps, clock: systemClock })
  }, 240_000)
  afterAll(async () => await lab?.remove())

  const ask = (rules: Parameters<typeof reader.preview>[0]['rules'] = [], gates: Parameters<typeof reader.preview>[0]['gates'] = [], signal?: AbortSignal) =>
    reader.preview({ environment: 'sandbox', pipeline: 'reviews', rules, gates, signal })
  const failure = async (when: string): Promise<{ code: string; what: string; place: unknown }> => {
    const thrown: unknown = await ask([{ ...RATING, when }]).catch((error: unknown) => error)
    if (!(thrown instanceof RegieError)) throw new Error(`not refused: ${when}`)
    return { code: thrown.code, what: thrown.what, place: thrown.data?.place }
  }
  const counts = (): { accepted: number; rejected: number } => (run.result as { counts: { accepted: number; rejected: number } }).counts

  it('counts what the run itself rejected, when no rule is changed', async () => {
    const { rejectedByReason } = run.result as { rejectedByReason: Record<string, number> }
    const found = await ask()
    expect(found?.rows).toMatchObject({ total: counts().accepted + counts().rejected, rejected: counts().rejected, rejectedBefore: counts().rejected, newly: 0, gone: 0, otherReason: 0, byReason: rejectedByReason, byReasonBefore: rejectedByReason })
    const recorded = run.steps.find(({ id }) => id === 'audit')!.gates.find(({ gate }) => gate === 'reject-rate')
    expect(found?.gates).toMatchObject([{ id: 'audit/reject-rate', value: recorded?.value, verdict: 'passed', verdictBefore: 'passed' }])
  })

  it('counts what a real run with the edited rule rejects, and changes nothing', async () => {
    const before = await lab.deps.warehouse.tables()
    const found = await ask([{ ...RATING, when: STRICT }])
    expect(await lab.deps.warehouse.tables()).toEqual(before)
    expect(lab.engine.list({ environment: 'sandbox' }).total).toBe(1)
    const edited = await loadedLab({ scale: 0.05, scorer: plainScorer(), files: { 'reviews/pipeline.yaml': blueprintFiles().read('reviews/pipeline.yaml')!.replace('TRY_CAST(rating AS DOUBLE) NOT BETWEEN 1 AND 5', STRICT).replace('warn: 5, stop: 10', 'warn: 98, stop: 99') } })
    try {
      const real = await edited.run({ scoring: false })
      expect(found?.rows?.byReason).toEqual((real.result as { rejectedByReason: Record<string, number> }).rejectedByReason)
    } finally {
      await edited.remove()
    }
    expect(found?.rows?.newly).toBeGreaterThan(0)
    expect(found?.rows?.sample.rows[0]).toMatchObject({ change: 'new', reason: 'invalid_rating', before: null })
    expect(found?.gates[0]?.verdict).toBe('stop')
  })

  it('says what a rule that is switched off lets through, and what it would still fit', async () => {
    const found = await ask([{ ...BLANK, enforce: 'off' }])
    const was = (run.result as { rejectedByReason: Record<string, number> }).rejectedByReason.empty_description
    expect(found?.rows).toMatchObject({ gone: was, newly: 0, rejected: counts().rejected - (was ?? 0), rules: [{ index: 4, fits: was, fitsBefore: was }] })
  })

  it('tries limits against the run and the runs before, without reading a row', async () => {
    const rate = run.steps.find(({ id }) => id === 'audit')!.gates.find(({ gate }) => gate === 'reject-rate')!.value!
    expect(await ask([], [{ id: 'audit/reject-rate', warn: 0, stop: rate / 2 }])).toMatchObject({ rows: null, gates: [{ value: rate, verdict: 'stop', verdictBefore: 'passed', history: { runs: 1, warning: 0, stop: 1 } }] })
    await expect(ask([], [{ id: 'audit/unique', warn: 1, stop: 2 }])).rejects.toMatchObject({ code: 'RULE_UNKNOWN' })
    await expect(ask([{ index: 3, reason: 'another' }])).rejects.toMatchObject({ code: 'RULE_UNKNOWN' })
  })

  it.each([
    ['rating >', 8],
    ['rating > 1; DROP TABLE x', 10],
    ['true) FROM read_csv(\'/etc/passwd\') WHERE (true', 0],
    ['(SELECT count(*) FROM read_text(\'/etc/passwd\')) > 0', 0],
    ['rating IN (SELECT rating FROM raw.review)', 7],
    ['EXISTS (FROM duckdb_settings())', 0],
    ['read_text(\'/etc/passwd\') IS NULL', 0],
    ['rating = current_setting(\'temp_directory\')', 9],
    ['rating IS NULL OR getenv(\'HOME\') IS NULL', 18],
    ['random() < 0.5', 0],
    ['sum(1) OVER () > 2', 0],
    ['count(*) > 2', 0],
    ['rating = $1', 11],
    ['é = 1 OR ratting = \'1\'', 0],
    ['rating = \'é\' OR ratting = \'1\'', 16],
    ['run.joined.rating = \'1\'', 0],
    ['nosuch(rating)', 0],
    ['length(rating)', 0],
    ['NULL', 0],
    ['rating AS x', 7],
    ['rating = 1, true', 0],
    ['*', 0],
  ])('refuses %s, and says where', async (when, place) => {
    expect(await failure(when)).toMatchObject({ code: 'RULE_INVALID', place })
  })

  it('lets a comment or a bracket end nothing of the statement around it', async () => {
    expect((await ask([{ ...RATING, when: 'false -- and no more' }]))?.rows?.newly).toBe(0)
    expect((await ask([{ ...RATING, when: 'true) OR (false' }]))?.rows?.rejected).toBe((await ask([{ ...RATING, when: 'true' }]))?.rows?.rejected)
  })

  it('quotes no value when a cast fails on a row', async () => {
    const found = await failure("CAST(description AS INTEGER) > 1")
    expect(found).toMatchObject({ code: 'RULE_INVALID', place: null })
    expect(found.what).toMatch(/TRY_CAST/)
  })

  it('shows no personal column, with or without a pseudonym', async () => {
    const { sample } = (await ask([{ ...RATING, when: 'true' }]))!.rows!
    expect(sample.columns).toContain('review_id')
    expect(sample.columns.filter((column) => /buyer|seller|joined_row/.test(column))).toEqual([])
    expect(JSON.stringify(sample)).not.toMatch(/[0-9a-f]{64}/)
  })

  it('answers several at once, each for itself', async () => {
    const [one, other, limits] = await Promise.all([ask([{ ...RATING, when: 'true' }]), ask([{ ...RATING, when: 'false' }]), ask()])
    expect(one?.rows?.rejected).toBe(one?.rows?.total)
    expect(other?.rows?.rejected).toBe(limits?.rows?.rejected)
  })

  it('stops when it is cancelled', async () => {
    const stop = new AbortController()
    const asked = ask([{ ...RATING, when: STRICT }], [], stop.signal)
    stop.abort()
    expect(isCancellation(await asked.catch((error: unknown) => error))).toBe(true)
  })

  it('makes the joined rows again when they are gone', async () => {
    await lab.restart()
    expect((await ask())?.rows?.rejected).toBe(counts().rejected)
  })

  it('crosses the wire whole', async () => {
    const api = inProcess(fakeRegie({ quality: reader }))
    expect(await api.quality.preview({ environment: 'sandbox', pipeline: 'reviews', rules: [{ ...RATING, when: STRICT }] })).toEqual(await ask([{ ...RATING, when: STRICT }]))
  })
})
