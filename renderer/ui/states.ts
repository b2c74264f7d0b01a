import type { Evidence, Gate, RunState, StepState } from '#renderer/api/types.ts'
import type { Look } from './glyphs.tsx'

/* Shape of each state, once. Words stand in copy under the same names. */

/** A gate that stopped a run needs a person: filled, like a failure, and its word says which it was. */
export const RUN_LOOK = {
  queued: 'waiting',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  stopped: 'failed',
  cancelled: 'cancelled',
  interrupted: 'waiting',
} as const satisfies Record<RunState, Look>

export const STEP_LOOK = {
  waiting: 'ahead',
  running: 'running',
  succeeded: 'succeeded',
  warning: 'warning',
  failed: 'failed',
  stopped: 'failed',
  cancelled: 'cancelled',
  skipped: 'ahead',
} as const satisfies Record<StepState, Look>

export const EVIDENCE_LOOK = {
  proven: 'succeeded',
  'not-proven': 'unproven',
  disproven: 'failed',
} as const satisfies Record<Evidence['state'], Look>

export const GATE_LOOK = {
  passed: 'succeeded',
  warning: 'warning',
  stop: 'failed',
} as const satisfies Record<Gate['verdict'], Look>
