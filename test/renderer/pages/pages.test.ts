import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chart, Gate, RunBrief } from '#renderer/api/types.ts'
import { proofSteps } from '#renderer/ui/proof/proof-steps.ts'
import { recompute } from '#renderer/pages/audit/recompute.ts'
import { auditSearch } from '#renderer/pages/audit/search.ts'
import { afterPick } from '#renderer/pages/dashboard/after-pick.ts'
import type { Pick } from '#renderer/pages/dashboard/chart.tsx'
import { layCharts } from '#renderer/pages/dashboard/layout.ts'
import { dashboardSearch, toggled } from '#renderer/pages/dashboard/search.ts'
import { termsOf } from '#renderer/pages/dashboard/terms.ts'
import { keptVersion } from '#renderer/pages/overview/go-back.tsx'
import { needsOf } from '#renderer/pages/overview/needs.ts'
import { layTrack } from '#renderer/pages/overview/track.ts'
import { delta } from '#renderer/pages/pipelines/compare-words.ts'
import { segmentsOf } from '#renderer/pages/pipelines/history-strip.tsx'
import { planMs } from '#renderer/pages/pipelines/plan.tsx'
import { nearestToLimit } from '#renderer/pages/run/figures.tsx'
import { failureOfRun, troubledStep } from '#renderer/pages/run/message.tsx'
import { withNewLines } from '#renderer/pages/run/read-log.ts'
import { controlsOf, stepOfInterest } from '#renderer/pages/run/verdict.ts'
import { runOf, stepOf } from '#test/renderer/samples.ts'

describe('what a run that did not end well says', () => {
  const failure = { code: 'SOURCE_CLOSED', what: 'The source closed.', untouched: 'Nothing was published.', next: 'Resume.' }
  const steps = [stepOf('a', [], { state: 'succeeded' }), stepOf('b', ['a'], { state: 'failed', failure }), stepOf('c', ['b'], { state: 'skipped' })]

  it('is its own failure, else that of the step that stopped it', () => {
    expect(failureOfRun(runOf(steps, { state: 'failed' }))).toBe(failure)
    const own = { ...failure, what: 'The warehouse is full.' }
    expect(failureOfRun(runOf(steps, { state: 'failed', failure: own }))).toBe(own)
    expect(troubledStep(runOf(steps, { state: 'failed' }))?.id).toBe('b')
  })
  it('is nothing while the run moves, or when it succeeded', () => {
    for (const state of ['running', 'queued', 'succeeded'] as const) expect(failureOfRun(runOf(steps, { state, failure }))).toBeNull()
  })
})

describe('the track', () => {
  const steps = (state?: 'succeeded' | 'running') =>
    [
      ['connect', 'all systems', 'check-connections'],
      ['extract', 'PostgreSQL → object store', 'extract', 'connect'],
      ['join', 'object store → warehouse engine', 'stage-join', 'extract'],
      ['rejects', 'document store', 'write-rejects', 'join'],
      ['stage', 'warehouse', 'stage-table', 'join'],
      ['judge', 'warehouse', 'gates', 'stage'],
      ['publish', 'warehouse', 'publish', 'judge'],
      ['record', 'document store', 'run-metadata', 'publish', 'rejects'],
    ].map(([id = '', where = '', kind = '', ...needs]) => ({ id, title: id, where, kind, needs, ...(state ? { run: stepOf(id, needs, { state: id === 'publish' && state === 'running' ? 'running' : 'succeeded', rows: 5, totalRows: 10 }) } : {}) }))

  it('is the systems in the order of the work, gates apart, side work as a branch', () => {
    const track = layTrack(steps('succeeded'))
    expect(track.main.map(({ name, kind }) => (kind === 'gates' ? 'gates' : name))).toEqual(['PostgreSQL', 'object store', 'warehouse engine', 'warehouse', 'gates', 'warehouse'])
    expect(track.branches.map(({ after, station }) => [after, station.name, station.steps.length])).toEqual([[2, 'document store', 2]])
    expect(track.main.every(({ reached }) => reached === 'fresh')).toBe(true)
    expect(track.train).toBeNull()
  })

  it('has a train on the way to the step that runs', () => {
    const track = layTrack(steps('running'))
    expect(track.train).toMatchObject({ after: 4, share: 0.5, step: { id: 'publish' } })
    expect(track.main.at(-1)?.reached).toBe('moving')
  })

  it('is pale before the first run, and never longer than asked', () => {
    expect(layTrack(steps()).main.every(({ reached }) => reached === 'pale')).toBe(true)
    expect(layTrack(steps(), 4).main).toHaveLength(4)
  })
})

describe('needs', () => {
  const run = (number: number, state: 'failed' | 'succeeded') => ({ ...runOf([], { number, state }), runId: `r${number}` })
  it('is silent about a failure that a later run mended', () => {
    expect(needsOf({ runs: [run(2, 'succeeded'), run(1, 'failed')], last: undefined, systems: [], checks: [] })).toEqual([])
    expect(needsOf({ runs: [run(2, 'failed'), run(1, 'succeeded')], last: undefined, systems: [], checks: [] })).toMatchObject([{ kind: 'run', run: { number: 2 } }])
  })
  it('puts a system that is down first, and shows a warning of a run that succeeded', () => {
    const last = runOf([stepOf('a', [], { gates: [{ gate: 'g', title: 'Rejects', verdict: 'warning', value: 6 }] })], { state: 'succeeded' })
    const kinds = needsOf({ runs: [], last, systems: [{ system: 'warehouse', engine: 'x', state: 'down', checkedAt: '' }], checks: [{ check: 'space', title: 'Free space', area: 'machine', state: 'failed', found: '', checkedAt: '', tookMs: 1 }] }).map(({ kind }) => kind)
    expect(kinds).toEqual(['system', 'gate', 'check'])
  })
})

it('knows the version that the recorded way back would publish again', () => {
  const undo = { operation: 'x', input: { tables: [{ table: 'reviews', version: 4 }] } }
  expect(keptVersion(undo, 'reviews')).toBe(4)
  expect(keptVersion(undo, 'other')).toBeNull()
  expect(keptVersion(null, 'reviews')).toBeNull()
  expect(keptVersion({ operation: 'x', input: 'odd' }, 'reviews')).toBeNull()
})

describe('what can be asked of a run', () => {
  const steps = [stepOf('a', [], { state: 'succeeded' }), stepOf('b', ['a'], { state: 'failed' }), stepOf('c', ['b'], { state: 'skipped' })]
  it('lets a failed run resume, and run again from where everything before is there', () => {
    const failed = runOf(steps, { state: 'failed' })
    expect(controlsOf(failed, steps[1])).toMatchObject({ cancel: { shown: false }, resume: { shown: true }, rerun: { shown: true, why: null } })
    expect(controlsOf(failed, steps[2]).rerun.why).toBe('never-done')
    expect(stepOfInterest(failed)).toBe('b')
  })
  it('lets a running run be cancelled only', () => {
    expect(controlsOf(runOf(steps), steps[0])).toMatchObject({ cancel: { shown: true }, resume: { shown: false }, rerun: { why: 'moving' } })
  })
})

describe('log lines', () => {
  const line = (id: number, message: string, level: 'info' | 'warn' = 'info') => ({ id, at: '2026-11-21T12:00:00.000Z', stepId: 'a', level, message })
  it('stand once, even when they were read and streamed', () => {
    const held = { total: 1, lines: [line(7, 'one')] }
    expect(withNewLines(held, [line(7, 'one')])).toBe(held)
    expect(withNewLines(held, [line(7, 'one'), line(8, 'one')])).toMatchObject({ total: 2, lines: [{ id: 7 }, { id: 8 }] })
  })
  it('are held up to 100,000, the newest', () => {
    const held = { total: 100_000, lines: Array.from({ length: 100_000 }, (_, i) => line(i + 1, 'x')) }
    const { total, lines } = withNewLines(held, [line(100_001, 'new')])
    expect([total, lines.length, lines.at(-1)?.message, lines[0]?.id]).toEqual([100_001, 100_000, 'new', 2])
  })
})

describe('a history as bars', () => {
  const brief = (steps: RunBrief['steps']) => segmentsOf({ steps }, Date.parse('2026-11-21T12:00:09.000Z'))
  const step = (id: string, from: number, to: number | null, state: RunBrief['steps'][number]['state'] = 'succeeded') => ({ id, title: id, state, startedAt: `2026-11-21T12:00:0${from}.000Z`, endedAt: to === null ? null : `2026-11-21T12:00:0${to}.000Z` })
  it('puts steps that ran at the same time on lanes of their own', () => {
    const { segments, lanes, total } = brief([step('a', 0, 2), step('b', 2, 5), step('c', 2, 3), step('d', 3, 6)])
    expect(segments.map(({ id, lane }) => [id, lane])).toEqual([['a', 0], ['b', 0], ['c', 1], ['d', 1]])
    expect([lanes, total]).toEqual([2, 6000])
  })
  it('draws a running step up to now, and leaves out what never began', () => {
    const { segments } = brief([step('a', 5, null, 'running'), { id: 'w', title: 'w', state: 'waiting', startedAt: null, endedAt: null }])
    expect(segments).toMatchObject([{ id: 'a', from: 0, to: 4000 }])
    expect(brief([])).toEqual({ segments: [], lanes: 1, total: 0 })
  })
})

it('writes a difference with its sign', () => {
  expect(delta(5, 7, String)).toBe('+2')
  expect(delta(7, 5, String)).toBe('−2')
  expect(delta(7, 7, String)).toBeNull()
  expect(delta(null, 7, String)).toBeNull()
})

it('shows the gate that is nearest to its limit, and one that did not pass before all', () => {
  const gate = (name: string, value: number | null, verdict: Gate['verdict'] = 'passed'): Gate => ({ gate: name, title: name, verdict, value, stopAt: 10 })
  expect(nearestToLimit([gate('a', 1), gate('b', 7), gate('c', null)])?.gate).toBe('b')
  expect(nearestToLimit([gate('b', 9), gate('w', 2, 'warning')])?.gate).toBe('w')
  expect(nearestToLimit([gate('c', null)])).toBeUndefined()
})

it('estimates a plan by its longest path, or not at all', () => {
  const planned = (id: string, estimateMs: number | undefined, ...needs: string[]) => ({ id, title: id, where: '', effect: '', needs, estimateMs })
  expect(planMs({ steps: [planned('a', 5), planned('b', 7, 'a'), planned('c', 1, 'a')] })).toBe(12)
  expect(planMs({ steps: [planned('a', undefined)] })).toBeNull()
})

describe('inclusion proofs', () => {
  const leaf = (text: string): Buffer => createHash('sha256').update(Buffer.from([0])).update(text).digest()
  const node = (left: Buffer, right: Buffer): Buffer => createHash('sha256').update(Buffer.from([1])).update(left).update(right).digest()
  const split = (n: number): number => {
    let k = 1
    while (k * 2 < n) k *= 2
    return k
  }
  /** RFC 6962 2.1, as written there. */
  const root = (leaves: Buffer[]): Buffer => (leaves.length === 1 ? (leaves[0] ?? Buffer.alloc(0)) : node(root(leaves.slice(0, split(leaves.length))), root(leaves.slice(split(leaves.length)))))
  const path = (m: number, leaves: Buffer[]): Buffer[] => {
    if (leaves.length === 1) return []
    const k = split(leaves.length)
    return m < k ? [...path(m, leaves.slice(0, k)), root(leaves.slice(k))] : [...path(m - k, leaves.slice(k)), root(leaves.slice(0, k))]
  }
  const proofOf = (size: number, seq: number) => {
    const leaves = Array.from({ length: size }, (_, i) => leaf(`entry ${i}`))
    return { seq, canonical: `entry ${seq}`, leafHash: leaves[seq]?.toString('hex') ?? '', treeSize: size, inclusionProof: path(seq, leaves).map((hash) => hash.toString('hex')), rootHash: root(leaves).toString('hex') }
  }

  it('are recomputed by the page, for every size and entry', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1))), async ([size, seq]) => {
        expect(await recompute(proofOf(size, seq))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
  it('fail when one byte differs anywhere', async () => {
    const proof = proofOf(13, 6)
    expect(await recompute({ ...proof, canonical: 'entry 7' })).toBe(false)
    expect(await recompute({ ...proof, rootHash: proof.rootHash.replace(/^./, (c) => (c === '0' ? '1' : '0')) })).toBe(false)
    expect(await recompute({ ...proof, inclusionProof: proof.inclusionProof.with(1, proof.leafHash) })).toBe(false)
  })
  it('cover all other entries, and have the length that the tree asks for', () => {
    expect(proofSteps(5, 13, ['a', 'b', 'c', 'd']).reduce((sum, { leaves }) => sum + leaves, 1)).toBe(13)
    expect(() => proofSteps(5, 13, ['a'])).toThrow(RangeError)
  })
})

describe('a click on a mark', () => {
  const value = (drill: boolean): Pick => ({ kind: 'value', column: 'p_id', value: 'P1', also: { status: ['RELEVANT'] }, drill })
  it('filters, and takes the filter away again', () => {
    const once = afterPick({ show: undefined }, value(false))
    expect(once.f).toEqual({ p_id: ['P1'] })
    expect(afterPick(once, value(false)).f).toBeUndefined()
    const range: Pick = { kind: 'range', column: 'score', bounds: { from: 5, below: 10 }, drill: false }
    const bounded = afterPick({}, range)
    expect(bounded.r).toEqual({ score: { from: 5, below: 10 } })
    expect(afterPick(bounded, range).r).toBeUndefined()
  })
  it('with Shift shows exactly the rows behind it: its own value and what its chart counts', () => {
    expect(afterPick({ f: { p_id: ['P2'], rating: [5] } }, value(true))).toEqual({ f: { rating: [5], p_id: ['P1'], status: ['RELEVANT'] }, show: 'rows', row: undefined })
    expect(afterPick({ q: 'x' }, { kind: 'row', id: '7' })).toEqual({ q: 'x', row: '7' })
  })
})

describe('a score taken apart', () => {
  const both = (text: string) => ({ en: text, fr: text })
  const score = { title: both('Relevance'), total: 'total', of: 100, source: both('made up'), conditions: [], terms: [{ column: 'a', title: both('A'), weight: 0.3 }, { column: 'b', title: both('B'), weight: 0.7 }] }
  it('gives each term its points, largest first, and holds their sum to the stored score', () => {
    const { terms, sum, equal } = termsOf(score, { a: 0.5, b: true, total: 85 })
    expect(terms.map(({ column, points }) => [column, points])).toEqual([['b', 70], ['a', 15]])
    expect(sum).toBeCloseTo(85, 10)
    expect(equal).toBe(true)
    expect(termsOf(score, { a: 0.5, b: true, total: 85.1 }).equal).toBe(false)
    expect(termsOf(score, { a: 0.5, b: false }).equal).toBeNull()
  })
})

describe('charts', () => {
  const chart = (kind: Chart['kind']): Chart => ({ id: kind, title: { en: kind, fr: kind }, kind })
  it('fill every row to its end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('figures' as const, 'bars' as const, 'share' as const, 'table' as const, 'histogram' as const, 'line' as const), { maxLength: 14 }), (kinds) => {
        const placed = layCharts(kinds.map(chart))
        expect(placed).toHaveLength(kinds.filter((kind) => kind !== 'figures').length)
        expect(placed.reduce((sum, { span }) => sum + span, 0) % 12).toBe(0)
        let row = 0
        for (const { span, first } of placed) {
          expect(first).toBe(row % 12 === 0)
          row += span
          expect(span).toBeGreaterThanOrEqual(4)
        }
      }),
    )
  })
  it('filter by toggling, and the URL keeps only what fits', () => {
    const one = toggled(undefined, 'rating', 5)
    expect(one).toEqual({ rating: [5] })
    expect(toggled(one, 'category', 'All Beauty')).toEqual({ rating: [5], category: ['All Beauty'] })
    expect(toggled(one, 'rating', 5)).toBeUndefined()
    expect(dashboardSearch({ f: { rating: [5, null, {}], x: 'no', y: [] } })).toEqual({ f: { rating: [5] } })
    expect(dashboardSearch({ f: 'nonsense', r: { a: { from: 1, to: 'x', other: 3 }, b: 4 }, show: 'all', row: 7 })).toEqual({ r: { a: { from: 1 } }, row: '7' })
    const nothing = { kind: undefined, actor: undefined, where: undefined, from: undefined, to: undefined, run: undefined, q: undefined, entry: undefined, verify: undefined }
    expect(auditSearch({ entry: 'x', kind: 7, from: 'yesterday', verify: 'true' })).toEqual({ ...nothing, verify: true })
    expect(auditSearch({ kind: 'run.ended', actor: ['a', 3, 'b'], from: '2026-11-21T10:00Z' })).toEqual({ ...nothing, kind: ['run.ended'], actor: ['a', 'b'], from: '2026-11-21T10:00:00.000Z' })
  })
})
