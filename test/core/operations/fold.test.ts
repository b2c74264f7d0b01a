import { describe, expect, it } from 'vitest'
import { apply, fold, type Entry, type RunRecord, type Transition } from '#core/operations/fold.ts'
import { freezePlan } from '#core/operations/plan.ts'
import { toy } from './support.ts'

const operation = toy([{ id: 'a' }, { id: 'b', needs: ['a'] }]).latest('toy')
const plan = freezePlan(operation, { name: 'one' }, {}, operation.plan({ name: 'one' }, {}))
const counts = { rows: 7, totalRows: null, bytes: null }

function entries(...transitions: Transition[]): Entry[] {
  return transitions.map((transition, index) => ({ ...transition, sequence: index + 1, at: `t${index}`, workedMs: index * 10 }))
}
const started: Transition = { kind: 'run.started', body: { plan, actor: 'anna', number: 1, parentRunId: null } }
const died = (byItself: boolean, ...steps: string[]): Transition => ({ kind: 'run.resumed', body: { actor: 'x', byItself, died: steps } })
const at = (...more: Transition[]): RunRecord | null => fold(entries(started, ...more))
const failure = { code: 'X', what: 'X.' }

describe('the fold of a journal', () => {
  it('is the state after its last entry', () => {
    const record = fold(
      entries(
        started,
        { kind: 'step.started', stepId: 'a', body: { attempt: 1 } },
        { kind: 'step.acted', stepId: 'a', body: { output: 5, ...counts } },
        { kind: 'step.finished', stepId: 'a', body: { state: 'succeeded', evidence: [] } },
        { kind: 'step.started', stepId: 'b', body: { attempt: 1 } },
        { kind: 'step.failed', stepId: 'b', body: { failure, evidence: [], ...counts } },
        { kind: 'run.ended', body: { state: 'failed', failure, result: null, undo: null } },
      ),
    )
    expect(record).toMatchObject({ state: 'failed', sequence: 7, workedMs: 60, endedAt: 't6', failure })
    expect(record?.steps.get('a')).toMatchObject({ state: 'succeeded', output: 5, rows: 7, startedAt: 't1', endedAt: 't3' })
    expect(record?.steps.get('b')).toMatchObject({ state: 'failed', failure, output: null })
  })

  it('counts deaths per step until a person resumes', () => {
    expect(at(died(true, 'a'), died(true, 'a', 'b'))?.deaths).toEqual({ a: 2, b: 1 })
    expect(at(died(true, 'a'), { kind: 'run.interrupted', body: { failure, died: ['a'] } })).toMatchObject({ state: 'interrupted', deaths: { a: 2 } })
    expect(at(died(true, 'a'), died(false, 'a'))?.deaths).toEqual({})
  })

  it('passes over what a later release wrote', () => {
    const known = fold(entries(started))
    const later = [{ kind: 'run.weighed', body: { grams: 3 } }, { kind: 'step.weighed', stepId: 'a', body: {} }, { kind: 'step.started', stepId: 'unheard-of', body: { attempt: 1 } }] as unknown as Transition[]
    const record = fold(entries(started, ...later))
    expect(record).toEqual({ ...known, sequence: 4, workedMs: 30, steps: known?.steps })
  })

  it('never changes a record that it was given', () => {
    const before = fold(entries(started))
    const copy = structuredClone(before)
    apply(before, { kind: 'step.started', stepId: 'a', body: { attempt: 1 }, sequence: 2, at: 't', workedMs: 1 })
    expect(before).toEqual(copy)
  })
})
