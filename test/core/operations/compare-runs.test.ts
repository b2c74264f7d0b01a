import { describe, expect, it } from 'vitest'
import { compareRuns } from '#core/operations/compare-runs.ts'
import type { GateResult, RunDetail, RunStep } from '#core/operations/types.ts'

const gate = (value: number, verdict: GateResult['verdict']): GateResult => ({ gate: 'reject-rate', title: 'Rejected', verdict, value, warnAt: 5, stopAt: 10, unit: '%' })

function step(id: string, ms: number, more: Partial<RunStep> = {}): RunStep {
  return {
    id, title: `Step ${id}`, where: 'test', needs: [], state: 'succeeded', attempt: 1, startedAt: '2026-11-21T10:00:00.000Z', endedAt: new Date(Date.UTC(2026, 10, 21, 10) + ms).toISOString(),
    rows: 10, totalRows: 10, bytes: 100, rowsPerSecond: null, msLeft: null, estimateMs: null, evidence: [], gates: [], failure: null, output: null, ...more,
  }
}

function run(number: number, more: Partial<RunDetail> = {}, plan: Partial<RunDetail['plan']> = {}): RunDetail {
  return {
    runId: `20261121_10000${number}_abcd`, number, operation: 'pipelines.run', version: 1, title: 'Run', environment: 'sandbox', actor: 'anna', state: 'succeeded', planHash: 'ab', input: {}, createdAt: '', startedAt: '',
    endedAt: '', durationMs: 3000, sequence: 9, parentRunId: null, failure: null, result: { counts: { accepted: 100, rejected: 1 }, contentHash: 'x' }, undo: null,
    steps: [step('extract', 1000), step('gates', 100, { gates: [gate(1, 'passed')] })],
    plan: { operation: 'pipelines.run', version: 1, title: 'Run', environment: 'sandbox', input: { pipeline: 'reviews' }, observed: { keys: { buyer: 'k1' }, definition: { steps: [{ id: 'gates', warn: 5 }] } }, steps: [], locks: [], wayBack: '', warnings: [], hash: 'ab', ...plan },
    ...more,
  }
}

describe('two runs', () => {
  it('that did the same differ in nothing', () => {
    const { findings, differences } = compareRuns(run(1), run(2))
    expect(findings).toEqual([{ kind: 'content', same: true }])
    expect(differences).toEqual([])
  })

  it('are told in the order of what matters: end, steps, gates, what they rest on, counts, times', () => {
    const b = run(
      2,
      { state: 'stopped', result: { counts: { accepted: 80, rejected: 21 }, contentHash: 'y' }, steps: [step('extract', 1000), step('gates', 100, { state: 'stopped', gates: [gate(20.8, 'stop')] })] },
      { observed: { keys: { buyer: 'k2' }, definition: { steps: [{ id: 'gates', warn: 7 }] } } },
    )
    const { findings, differences, gates, counts } = compareRuns(run(1), b)
    expect(findings.map(({ kind }) => kind)).toEqual(['state', 'step', 'gate', 'config', 'count', 'count', 'content'])
    expect(findings.filter(({ kind }) => kind === 'count')).toMatchObject([{ path: ['counts', 'rejected'] }, { path: ['counts', 'accepted'] }])
    expect(differences.map(({ part, path, a, b: then }) => [part, path.join('.'), a, then])).toEqual([
      ['observed', 'keys.buyer', 'k1', 'k2'],
      ['observed', 'definition.steps.gates.warn', 5, 7],
      ['result', 'contentHash', 'x', 'y'],
    ])
    expect(gates).toMatchObject([{ gate: 'reject-rate', a: { value: 1, verdict: 'passed' }, b: { value: 20.8, verdict: 'stop', stopAt: 10 } }])
    expect(counts).toContainEqual({ path: ['counts', 'accepted'], a: 100, b: 80 })
  })

  it('of which one has more steps show what is absent', () => {
    const { steps, findings } = compareRuns(run(1, { steps: [step('extract', 1000), step('score', 4000)] }), run(2, { steps: [step('extract', 4000)] }))
    expect(steps.map(({ id, a, b }) => [id, a?.ms ?? null, b?.ms ?? null])).toEqual([['extract', 1000, 4000], ['score', 4000, null]])
    expect(findings).toContainEqual({ kind: 'step', step: 'score', a: 'succeeded', b: null })
    expect(findings).toContainEqual({ kind: 'duration', a: 1000, b: 4000, step: 'extract' })
  })

  it('say which models scored them, and cut what is too long to read', () => {
    const scored = (sha256: string) => [step('score', 1, { output: { models: [{ name: 'relevance', version: '1', sha256 }] } })]
    const { differences } = compareRuns(run(1, { steps: scored('a') }), run(2, { steps: scored('b') }, { input: { pipeline: 'x'.repeat(5000) } }))
    expect(differences.find(({ part }) => part === 'output')?.path).toEqual(['score', 'models', 'relevance', 'sha256'])
    expect(JSON.stringify(differences[0]?.b).length).toBeLessThan(500)
  })
})
