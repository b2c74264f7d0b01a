import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doneShare, elapsedMs, foldEvents, foldRun, msLeft, settle, stepDurations, withPast } from '#renderer/api/fold-run.ts'
import type { RunEvent } from '#renderer/api/types.ts'
import { runOf, stepOf, T0 } from '#test/renderer/samples.ts'

const event = (id: number, rest: Record<string, unknown>, runId = '20261121_120000_abcd'): RunEvent => ({ id, at: new Date(T0).toISOString(), runId, ...rest }) as RunEvent

describe('folding events into a run', () => {
  const run = runOf([stepOf('a', [], { state: 'running' }), stepOf('b', ['a'])])

  it('replaces a step, and no other', () => {
    const next = foldRun(run, event(11, { kind: 'step', step: stepOf('a', [], { state: 'succeeded', rows: 7 }) }), T0)
    expect(next.steps.map(({ state, rows }) => [state, rows])).toEqual([['succeeded', 7], ['waiting', null]])
    expect(next.steps[1]).toBe(run.steps[1])
  })

  it('takes progress of a running step only: a late figure never revives a finished one', () => {
    const progress = { kind: 'progress', rows: 5, totalRows: 10, bytes: null, rowsPerSecond: 2, msLeft: 3 }
    expect(foldRun(run, event(11, { ...progress, stepId: 'a' }), T0).steps[0]?.rows).toBe(5)
    expect(foldRun(run, event(11, { ...progress, stepId: 'b' }), T0).steps[1]?.rows).toBeNull()
  })

  it('leaves out what the snapshot already holds, other runs, and logs', () => {
    expect(foldRun(run, event(10, { kind: 'step', step: stepOf('a') }), T0)).toBe(run)
    expect(foldRun(run, event(99, { kind: 'step', step: stepOf('a') }, 'other'), T0)).toBe(run)
    expect(foldRun(run, event(99, { kind: 'log', stepId: 'a', level: 'info', message: 'x' }), T0)).toBe(run)
  })

  it('keeps one verdict per gate, the last', () => {
    const gate = (verdict: string): RunEvent => event(11, { kind: 'gate', stepId: 'a', gate: { gate: 'g', title: 'G', verdict, value: 1 } })
    const next = foldRun(foldRun(run, gate('warning'), T0), gate('passed'), T0)
    expect(next.steps[0]?.gates.map(({ verdict }) => verdict)).toEqual(['passed'])
  })

  it('ignores an older record of the run', () => {
    const older = event(12, { kind: 'run', run: { ...run, sequence: 1, state: 'queued' } })
    expect(foldRun(run, older, T0)).toBe(run)
    const newer = event(12, { kind: 'run', run: { ...run, sequence: 9, state: 'succeeded', durationMs: 5 } })
    expect(foldRun(run, newer, T0 + 1)).toMatchObject({ state: 'succeeded', durationMs: 5, seenAt: T0 + 1, steps: run.steps })
  })
})

describe('a run as of its last change of a state', () => {
  const run = runOf([stepOf('a', [], { state: 'running', rows: 1 }), stepOf('b', ['a'])])
  const progress = (id: number, rows: number): RunEvent => event(id, { kind: 'progress', stepId: 'a', rows, totalRows: 10, bytes: null, rowsPerSecond: 2, msLeft: 3 })

  it('stays the same while rows are counted, and when it is read again', () => {
    expect(settle(run, foldRun(run, progress(11, 5), T0))).toBe(run)
    expect(settle(run, { ...run, seenAt: T0 + 5000, durationMs: 5000, lastEventId: 40 })).toBe(run)
  })

  it('is a new one when a step, a gate or the run itself changed, or when it is another run', () => {
    for (const next of [
      foldRun(run, event(11, { kind: 'step', step: stepOf('a', [], { state: 'succeeded', rows: 1 }) }), T0),
      foldRun(run, event(11, { kind: 'gate', stepId: 'a', gate: { gate: 'g', title: 'G', verdict: 'passed', value: 1 } }), T0),
      foldRun(run, event(11, { kind: 'run', run: { ...run, sequence: 9, state: 'failed' } }), T0),
      { ...run, runId: 'other' },
      { ...run, steps: run.steps.slice(1) },
    ])
      expect(settle(run, next)).toBe(next)
  })

  it('folds a batch to what its events give one by one', () => {
    const step = fc.constantFrom('a', 'b')
    const any = fc.oneof(
      fc.tuple(step, fc.nat(99)).map(([stepId, rows]) => ({ kind: 'progress', stepId, rows, totalRows: null, bytes: null, rowsPerSecond: null, msLeft: null })),
      fc.tuple(step, fc.constantFrom('waiting', 'running', 'succeeded')).map(([id, state]) => ({ kind: 'step', step: stepOf(id, [], { state: state as 'running' }) })),
      step.map((stepId) => ({ kind: 'gate', stepId, gate: { gate: 'g', title: 'G', verdict: 'passed', value: 1 } })),
    )
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (list) => {
        const events = list.map((each, i) => event(11 + i, each))
        expect(foldEvents(run, events, T0)).toEqual(events.reduce((folded, each) => foldRun(folded, each, T0), run))
      }),
    )
  })

  it('keeps the objects of steps whose expected time comes from the past', () => {
    const past = new Map([['a', 777], ['b', 888]])
    const before = withPast(run, past).steps
    const after = withPast(foldRun(run, progress(11, 5), T0), past).steps
    expect(after[1]).toBe(before[1])
    expect(after[0]).toMatchObject({ rows: 5, estimateMs: 777 })
  })
})

describe('figures of a run', () => {
  it('counts working time on from what was seen', () => {
    expect(elapsedMs(runOf([], { durationMs: 4000 }), T0 + 1500)).toBe(5500)
    expect(elapsedMs(runOf([], { durationMs: 4000, state: 'succeeded' }), T0 + 1500)).toBe(4000)
    expect(elapsedMs(runOf([], { durationMs: 4000 }), T0 - 9000)).toBe(4000)
  })

  it('takes the longest way through what is left, side work does not add up', () => {
    const steps = [stepOf('a', [], { state: 'succeeded' }), stepOf('b', ['a'], { state: 'running', msLeft: 400 }), stepOf('c', ['a'], { estimateMs: 300 }), stepOf('d', ['b', 'c'])]
    expect(msLeft(runOf(steps), T0)).toBe(1400)
    expect(msLeft(runOf(steps, { state: 'failed' }), T0)).toBeNull()
  })

  it('says nothing when a step on the way has no estimate', () => {
    expect(msLeft(runOf([stepOf('a', [], { estimateMs: null })]), T0)).toBeNull()
  })

  it('expects of a step what it took the last time, not what was taken over or never ended', () => {
    const at = (ms: number): string => new Date(T0 + ms).toISOString()
    const past = stepDurations({
      steps: [
        stepOf('a', [], { state: 'succeeded', startedAt: at(0), endedAt: at(700) }),
        stepOf('kept', [], { state: 'succeeded', startedAt: at(5), endedAt: at(5) }),
        stepOf('cut', [], { state: 'failed', startedAt: at(0), endedAt: at(9) }),
      ],
    })
    expect([...past]).toEqual([['a', 700]])
    const run = withPast(runOf([stepOf('a', [], { estimateMs: 50 }), stepOf('b', ['a'], { estimateMs: 40 })]), past)
    expect(run.steps.map(({ estimateMs }) => estimateMs)).toEqual([700, 40])
    expect(msLeft(run, T0)).toBe(740)
  })

  it('has a share between 0 and 1 that only grows while steps end', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 1, maxLength: 8 }), (estimates) => {
        const shares = estimates.map((_, done) => doneShare(runOf(estimates.map((estimateMs, i) => stepOf(`s${i}`, [], { estimateMs, state: i < done ? 'succeeded' : 'waiting' })))))
        expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true)
        expect(shares).toEqual(shares.toSorted((a, b) => a - b))
      }),
    )
  })
})
