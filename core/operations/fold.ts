import type { Failure } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import type { Evidence, GateResult, Plan, RunState, StepState } from './types.ts'

/* The state of a run is a fold over its journal: `fold(entries)`. Rows are written from it, never beside it. */

export interface StartedBody { readonly plan: Plan; readonly actor: string; readonly number: number; readonly parentRunId: string | null }
export interface EndedBody {
  readonly state: Exclude<RunState, 'queued' | 'running' | 'interrupted'>
  readonly failure: Failure | null
  readonly result: { readonly [key: string]: Json } | null
  readonly undo: { readonly operation: string; readonly input: Json } | null
}

export interface TakenOverBody {
  readonly output: Json
  readonly evidence: readonly Evidence[]
  readonly gates: readonly GateResult[]
  readonly state: 'succeeded' | 'warning'
  readonly fromRunId: string
}

/** What may happen to a run. Bodies are JSON; members may be added, never given another meaning. */
export type Transition =
  | { readonly kind: 'run.started'; readonly body: StartedBody }
  /** `died`: steps that were running when the last holder vanished without a word; '' when none was. */
  | { readonly kind: 'run.resumed'; readonly body: { readonly actor: string; readonly byItself: boolean; readonly died: readonly string[] } }
  | { readonly kind: 'run.interrupted'; readonly body: { readonly failure: Failure; readonly died?: readonly string[] } }
  | { readonly kind: 'run.ended'; readonly body: EndedBody }
  | { readonly kind: 'step.taken-over'; readonly stepId: string; readonly body: TakenOverBody }
  | { readonly kind: 'step.started'; readonly stepId: string; readonly body: { readonly attempt: number } }
  | { readonly kind: 'step.gate'; readonly stepId: string; readonly body: { readonly gate: GateResult } }
  | { readonly kind: 'step.acted'; readonly stepId: string; readonly body: { readonly output: Json } & StepCounts }
  | { readonly kind: 'step.retrying'; readonly stepId: string; readonly body: { readonly attempt: number; readonly failure: Failure; readonly delayMs: number } }
  | { readonly kind: 'step.finished'; readonly stepId: string; readonly body: { readonly state: 'succeeded' | 'warning'; readonly evidence: readonly Evidence[] } }
  | { readonly kind: 'step.reconfirmed'; readonly stepId: string; readonly body: { readonly evidence: readonly Evidence[] } }
  /** A finished step no longer holds, or stands downstream of one that doesn't: it is done again. */
  | { readonly kind: 'step.reopened'; readonly stepId: string; readonly body: { readonly because: string; readonly evidence: readonly Evidence[] } }
  | { readonly kind: 'step.failed'; readonly stepId: string; readonly body: { readonly failure: Failure; readonly evidence: readonly Evidence[] } & StepCounts }
  | { readonly kind: 'step.stopped'; readonly stepId: string; readonly body: { readonly failure: Failure } & StepCounts }
  | { readonly kind: 'step.cancelled'; readonly stepId: string; readonly body: { readonly failure: Failure } & StepCounts }

export interface StepCounts { readonly rows: number | null; readonly totalRows: number | null; readonly bytes: number | null }

/** A transition with its place in the journal. */
export type Entry = Transition & {
  readonly sequence: number
  readonly at: string
  /** Working time of the run so far, ms, over all its holders. */
  readonly workedMs: number
}

export interface StepRecord extends StepCounts {
  readonly id: string
  readonly position: number
  readonly title: string
  readonly where: string
  readonly needs: readonly string[]
  readonly estimateMs: number | null
  readonly state: StepState
  /** The journal holds this attempt's output, though it may not be confirmed yet. */
  readonly acted: boolean
  readonly attempt: number
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly evidence: readonly Evidence[]
  readonly gates: readonly GateResult[]
  readonly failure: Failure | null
  readonly output: Json
}

export interface RunRecord {
  readonly number: number
  readonly plan: Plan
  readonly actor: string
  readonly state: RunState
  readonly startedAt: string
  readonly endedAt: string | null
  readonly workedMs: number
  readonly sequence: number
  readonly parentRunId: string | null
  readonly failure: Failure | null
  readonly result: { readonly [key: string]: Json } | null
  readonly undo: { readonly operation: string; readonly input: Json } | null
  /** How often the process died in a step ('' = between steps) since a person last resumed the run. */
  readonly deaths: Readonly<Record<string, number>>
  readonly steps: ReadonlyMap<string, StepRecord>
}

const NO_COUNTS: StepCounts = { rows: null, totalRows: null, bytes: null }

/** The record after one more entry. Pure. Kinds this release doesn't know move only the sequence. */
export function apply(record: RunRecord | null, entry: Entry): RunRecord {
  if (entry.kind === 'run.started') return begin(entry, entry.body)
  if (!record) throw new TypeError(`a journal begins with run.started, not ${entry.kind}`)
  const moved: RunRecord = { ...record, sequence: entry.sequence, workedMs: entry.workedMs }
  if ('stepId' in entry) {
    const step = record.steps.get(entry.stepId)
    return step ? { ...moved, steps: new Map(record.steps).set(step.id, applyStep(step, entry)) } : moved
  }
  switch (entry.kind) {
    case 'run.resumed':
      return {
        ...moved,
        state: 'running',
        endedAt: null,
        failure: null,
        result: null,
        undo: null,
        deaths: entry.body.byItself ? counted(record.deaths, entry.body.died) : {},
        steps: mapSteps(record.steps, (step) => (step.state === 'skipped' ? { ...step, state: 'waiting' } : step)),
      }
    case 'run.interrupted':
      return { ...moved, state: 'interrupted', failure: entry.body.failure, deaths: counted(record.deaths, entry.body.died ?? []) }
    case 'run.ended':
      return {
        ...moved,
        ...entry.body,
        endedAt: entry.at,
        steps: mapSteps(record.steps, (step) => closed(step, entry)),
      }
    default:
      return moved
  }
}

/** A run's state from its whole journal. */
export function fold(entries: Iterable<Entry>): RunRecord | null {
  let record: RunRecord | null = null
  for (const entry of entries) record = apply(record, entry)
  return record
}

function begin(entry: Entry, body: StartedBody): RunRecord {
  const steps = body.plan.steps.map((step, position): StepRecord => ({
    id: step.id,
    position,
    title: step.title,
    where: step.where,
    needs: step.needs,
    estimateMs: step.estimateMs ?? null,
    state: 'waiting',
    acted: false,
    attempt: 0,
    startedAt: null,
    endedAt: null,
    ...NO_COUNTS,
    totalRows: step.estimateRows ?? null,
    evidence: [],
    gates: [],
    failure: null,
    output: null,
  }))
  return {
    number: body.number,
    plan: body.plan,
    actor: body.actor,
    state: 'running',
    startedAt: entry.at,
    endedAt: null,
    workedMs: entry.workedMs,
    sequence: entry.sequence,
    parentRunId: body.parentRunId,
    failure: null,
    result: null,
    undo: null,
    deaths: {},
    steps: new Map(steps.map((step) => [step.id, step])),
  }
}

function applyStep(step: StepRecord, entry: Extract<Entry, { stepId: string }>): StepRecord {
  switch (entry.kind) {
    case 'step.taken-over': {
      const { output, evidence, gates, state } = entry.body
      return { ...step, state, acted: true, output, evidence, gates, startedAt: entry.at, endedAt: entry.at }
    }
    case 'step.started':
      return {
        ...step,
        ...NO_COUNTS,
        totalRows: step.totalRows,
        state: 'running',
        acted: false,
        attempt: entry.body.attempt,
        startedAt: entry.at,
        endedAt: null,
        evidence: [],
        gates: [],
        failure: null,
        output: null,
      }
    case 'step.gate':
      return { ...step, gates: [...step.gates.filter((gate) => gate.gate !== entry.body.gate.gate), entry.body.gate] }
    case 'step.acted':
      return { ...step, ...counts(entry.body), acted: true, output: entry.body.output }
    case 'step.retrying':
      return { ...step, failure: entry.body.failure }
    case 'step.finished':
      return { ...step, state: entry.body.state, evidence: entry.body.evidence, endedAt: entry.at, failure: null }
    case 'step.reconfirmed':
      return { ...step, evidence: entry.body.evidence }
    case 'step.reopened':
      return { ...step, state: 'waiting', acted: false, evidence: entry.body.evidence, endedAt: null, output: null }
    case 'step.failed':
      return { ...step, ...counts(entry.body), state: 'failed', failure: entry.body.failure, evidence: entry.body.evidence, endedAt: entry.at }
    case 'step.stopped':
      return { ...step, ...counts(entry.body), state: 'stopped', failure: entry.body.failure, endedAt: entry.at }
    case 'step.cancelled':
      return { ...step, ...counts(entry.body), state: 'cancelled', failure: entry.body.failure, endedAt: entry.at }
    default:
      return step
  }
}

const counts = ({ rows, totalRows, bytes }: StepCounts): StepCounts => ({ rows, totalRows, bytes })

/** A run that is over has no step that waits or runs. */
function closed(step: StepRecord, entry: Entry): StepRecord {
  if (step.state === 'waiting') return { ...step, state: 'skipped' }
  if (step.state === 'running') return { ...step, state: 'cancelled', endedAt: entry.at }
  return step
}

function mapSteps(steps: ReadonlyMap<string, StepRecord>, change: (step: StepRecord) => StepRecord): ReadonlyMap<string, StepRecord> {
  return new Map([...steps].map(([id, step]) => [id, change(step)]))
}

function counted(deaths: Readonly<Record<string, number>>, died: readonly string[]): Readonly<Record<string, number>> {
  const next = { ...deaths }
  for (const step of died) next[step] = (next[step] ?? 0) + 1
  return next
}
