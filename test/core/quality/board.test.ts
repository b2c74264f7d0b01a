import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inProcess } from '#core/api/index.ts'
import { systemClock } from '#core/base/clock.ts'
import type { RunDetail } from '#core/operations/types.ts'
import { openPipelineCatalogue } from '#core/pipelines/catalogue.ts'
import { qualityReader } from '#core/regie-quality.ts'
import { fakeRegie } from '#test/core/api/fake-regie.ts'
import { blueprintFiles, loadedLab, plainScorer, type Lab } from '#test/core/pipelines/support.ts'

const FILE = 'reviews/pipeline.yaml'

describe('rules and gates beside what runs measured', { timeout: 240_000 }, () => {
  let lab: Lab
  let runs: readonly RunDetail[]

  beforeAll(async () => {
    lab = await loadedLab({ scale: 0.05, scorer: plainScorer() })
    runs = [await lab.run({ scoring: false }), await lab.run({ scoring: false })]
  }, 240_000)
  afterAll(async () => await lab?.remove())

  const board = (files: Readonly<Record<string, string>> = {}) =>
    inProcess(fakeRegie({ quality: qualityReader({ catalogue: openPipelineCatalogue(blueprintFiles(files)), engine: lab.engine, depsFor: async () => lab.deps, clock: systemClock }) })).quality.board({ environment: 'sandbox', pipeline: 'reviews' })

  it('lists the rules in the order of the file, each with what the last run found', async () => {
    const { rules, lastRun, file } = await board()
    const result = runs[1]!.result as { rejectedByReason: Record<string, number>; counts: { accepted: number; rejected: number } }
    expect(file).toBe(FILE)
    expect(rules.map(({ index, reason, enforce, family }) => [index, reason, enforce, family])).toEqual([
      [0, 'duplicate_review_id', 'reject', undefined],
      [1, 'missing_required_fields', 'reject', undefined],
      [2, 'data_quality_issue', 'reject', 'type'],
      [3, 'invalid_rating', 'reject', undefined],
      [4, 'empty_description', 'reject', undefined],
      [5, 'data_quality_issue', 'reject', 'type'],
      [6, 'join_failure', 'warn', 'reference'],
      [7, 'missing_product', 'off', 'reference'],
      [8, 'missing_buyer', 'off', 'reference'],
    ])
    expect(result.counts.rejected).toBeGreaterThan(0)
    expect(lastRun).toMatchObject({ runId: runs[1]!.runId, state: 'succeeded', rows: result.counts.accepted + result.counts.rejected, rejected: result.counts.rejected })
    expect(rules[4]!.found).toBe(result.rejectedByReason.empty_description)
    // the second rule of a reason is counted with the first; what is off is not asked
    expect([rules[5]!.found, rules[7]!.found]).toEqual([null, null])
  })

  it('gives every gate of the file its measurements, oldest first, with the limits of that time', async () => {
    const { gates } = await board()
    const rate = gates.find(({ id }) => id === 'audit/reject-rate')
    expect(rate).toMatchObject({ kind: 'reject-rate', title: 'Rejected rows', warn: 5, stop: 10, unit: '%' })
    expect(rate?.points.map(({ runId }) => runId)).toEqual(runs.map(({ runId }) => runId))
    const recorded = runs[1]!.steps.find(({ id }) => id === 'audit')!.gates
    expect(gates.filter(({ stepId, kind }) => stepId === 'audit' && kind !== null).map(({ title, points }) => [title, points.at(-1)?.value, points.at(-1)?.verdict])).toEqual(
      expect.arrayContaining(recorded.map(({ title, value, verdict }) => [title, value, verdict])),
    )
    // runs without scoring never asked these
    expect(gates.find(({ id }) => id === 'audit-scores/unique')?.points).toEqual([])
  })

  it('shows the file as it is now, and limits of old runs as they were', async () => {
    const yaml = blueprintFiles().read(FILE)!.replace('warn: 5, stop: 10', 'warn: 0.01, stop: 2').replace('      - { gate: unique, columns: [review_id] }\n      - { gate: not-null, columns: [review_id, rating, description', '      - { gate: not-null, columns: [review_id, rating, description')
    const { gates } = await board({ [FILE]: yaml })
    expect(gates.find(({ id }) => id === 'audit/reject-rate')).toMatchObject({ warn: 0.01, stop: 2, points: [{ warnAt: 5, stopAt: 10 }, { warnAt: 5, stopAt: 10 }] })
    expect(gates.find(({ id }) => id === 'audit/unique')).toMatchObject({ kind: null, title: 'Rows that repeat review_id' })
  })
})
