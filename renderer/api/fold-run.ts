import type { RunDetail, RunEvent, RunStep } from './types.ts'

/** A run as the page holds it: `seenAt` (page clock, ms) is when `durationMs` was true. */
export type LiveRun = RunDetail & { readonly seenAt: number }

/**
 * One event folded into a run. Pure. An event of another run, or one that the snapshot already holds, changes
 * nothing. Progress bears the id of the event before it.
 */
export function foldRun(run: LiveRun, event: RunEvent, now: number): LiveRun {
  if (event.runId !== run.runId || event.id < run.lastEventId || (event.id === run.lastEventId && event.kind !== 'progress')) return run
  switch (event.kind) {
    case 'run':
      return event.run.sequence < run.sequence ? run : { ...run, ...event.run, seenAt: now }
    case 'step':
      return patchStep(run, event.step.id, () => event.step)
    case 'progress':
      return patchStep(run, event.stepId, (step) => {
        if (step.state !== 'running') return step
        const { rows, totalRows, bytes, rowsPerSecond } = event
        return { ...step, rows, totalRows, bytes, rowsPerSecond, msLeft: event.msLeft }
      })
    case 'gate':
      return patchStep(run, event.stepId, (step) => ({
        ...step,
        gates: [...step.gates.filter((gate) => gate.gate !== event.gate.gate), event.gate],
      }))
    default:
      return run
  }
}

/** A batch of events of one run, in order. Of several figures of one step only the last is folded. */
export function foldEvents(run: LiveRun, events: readonly RunEvent[], now: number): LiveRun {
  const last = new Map<string, RunEvent>()
  for (const event of events) {
    if (event.kind === 'progress') last.set(event.stepId, event)
    else if (event.kind === 'step') last.delete(event.step.id)
  }
  return events.reduce((folded, event) => (event.kind === 'progress' && last.get(event.stepId) !== event ? folded : foldRun(folded, event, now)), run)
}

/** What counts up while a step works: it says nothing about what state the run is in. */
const COUNTS = new Set(['rows', 'totalRows', 'bytes', 'rowsPerSecond', 'msLeft'])
/** When the page last read the run, and how long it had worked by then. */
const READINGS = new Set(['steps', 'seenAt', 'durationMs', 'lastEventId'])

const sameBut = (a: object, b: object, aside: ReadonlySet<string>): boolean =>
  Object.keys({ ...a, ...b }).every((key) => aside.has(key) || (a as Record<string, unknown>)[key] === (b as Record<string, unknown>)[key])

/**
 * `held` as long as `next` differs from it in counted figures alone; else `next`. What is drawn from the answer is
 * drawn again when something happened, not whenever rows were counted. Steps that work keep the figures they had.
 */
export function settle(held: LiveRun | undefined, next: LiveRun): LiveRun {
  if (!held || held.steps.length !== next.steps.length || !sameBut(held, next, READINGS)) return next
  const moved = next.steps.some((step, i) => {
    const before = held.steps[i]
    return before !== step && (!before || step.state !== 'running' || !sameBut(before, step, COUNTS))
  })
  return moved ? next : held
}

function patchStep(run: LiveRun, stepId: string, patch: (step: RunStep) => RunStep): LiveRun {
  return { ...run, steps: run.steps.map((step) => (step.id === stepId ? patch(step) : step)) }
}

/** How long each step took in a run that ended, ms. Steps that were taken over, or did not end, are left out. */
export function stepDurations(run: Pick<RunDetail, 'steps'>): ReadonlyMap<string, number> {
  return new Map(
    run.steps.flatMap(({ id, state, startedAt, endedAt }): [string, number][] => {
      if ((state !== 'succeeded' && state !== 'warning') || startedAt === null || endedAt === null) return []
      const ms = Date.parse(endedAt) - Date.parse(startedAt)
      return ms > 0 ? [[id, ms]] : []
    }),
  )
}

/** Steps as `withPast` made them: a step that did not change is the same object again, so that its row stays as it is. */
const guessed = new WeakMap<RunStep, RunStep>()

function expecting(step: RunStep, estimateMs: number | null): RunStep {
  if (estimateMs === step.estimateMs) return step
  const held = guessed.get(step)
  if (held?.estimateMs === estimateMs) return held
  const made = { ...step, estimateMs }
  guessed.set(step, made)
  return made
}

/** A run whose steps are expected to take what they took the last time; where nothing was measured, what was planned. */
export const withPast = (run: LiveRun, past: ReadonlyMap<string, number>): LiveRun =>
  past.size === 0 ? run : { ...run, steps: run.steps.map((step) => expecting(step, past.get(step.id) ?? step.estimateMs)) }

const WORKING = new Set(['queued', 'running'])

/** Whether something still moves. */
export const isLive = (run: { readonly state: string }): boolean => WORKING.has(run.state)

/** Working time so far, ms. */
export function elapsedMs(run: LiveRun, now: number): number {
  return run.state === 'running' ? run.durationMs + Math.max(0, now - run.seenAt) : run.durationMs
}

/**
 * Time left, ms: the longest path through what is not finished yet, from the engine's own estimates.
 * Null when a step on the way has none: better no number than a wrong one.
 */
export function msLeft(run: LiveRun, now: number): number | null {
  if (!isLive(run)) return null
  const ends = new Map<string, number>()
  let total = 0
  for (const step of run.steps) {
    const starts = Math.max(0, ...step.needs.map((id) => ends.get(id) ?? 0))
    const own = ownMsLeft(step, now)
    if (own === null) return null
    ends.set(step.id, starts + own)
    total = Math.max(total, starts + own)
  }
  return total
}

function ownMsLeft(step: RunStep, now: number): number | null {
  if (step.state === 'waiting') return step.estimateMs
  if (step.state !== 'running') return 0
  if (step.msLeft !== null) return step.msLeft
  if (step.estimateMs === null || step.startedAt === null) return null
  return Math.max(0, step.estimateMs - (now - Date.parse(step.startedAt)))
}

/** Share of the run that is done, 0 to 1: steps weighed by their estimates, equal when there are none. */
export function doneShare(run: LiveRun): number {
  const known = run.steps.every((step) => step.estimateMs !== null)
  let sum = 0
  let done = 0
  for (const step of run.steps) {
    const weight = known ? Math.max(1, step.estimateMs ?? 1) : 1
    sum += weight
    done += weight * stepShare(step)
  }
  return sum === 0 ? 0 : done / sum
}

/** Share of one step that is done, 0 to 1. */
export function stepShare(step: RunStep): number {
  if (step.state === 'running') return step.rows !== null && step.totalRows ? Math.min(1, step.rows / step.totalRows) : 0
  return step.state === 'waiting' ? 0 : 1
}
