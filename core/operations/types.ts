import type { z } from 'zod'
import type { Clock } from '#core/base/clock.ts'
import type { Failure, RegieError } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'

/* ───────────── states, once ───────────── */

/** `interrupted` is derived: the journal says running, but no living holder has the lease. */
export const RUN_STATES = ['queued', 'running', 'succeeded', 'failed', 'stopped', 'cancelled', 'interrupted'] as const
/** `stopped` = a gate stopped it (exit 4); `failed` = a fault (exit 1); a refused plan never becomes a run. */
export type RunState = (typeof RUN_STATES)[number]

export const STEP_STATES = ['waiting', 'running', 'succeeded', 'warning', 'failed', 'stopped', 'cancelled', 'skipped'] as const
export type StepState = (typeof STEP_STATES)[number]

/* ───────────── plan ───────────── */

/** A thing that a run may change, e.g. `sandbox/warehouse/reviews`. Locks are taken on these. */
export type Resource = string

export interface PlannedStep {
  readonly id: string
  readonly title: string
  /** The system it works on, as the operator calls it: "PostgreSQL → object store". */
  readonly where: string
  readonly needs: readonly string[]
  /** What it will do to what, one sentence; counts are estimates. */
  readonly effect: string
  readonly estimateMs?: number
  readonly estimateRows?: number
}

/** A frozen value: a pure function of input and observed state. Shown, saved, diffed, hashed. */
export interface Plan {
  readonly operation: string
  readonly version: number
  readonly title: string
  readonly environment: string
  readonly input: Json
  /** What the plan rests on; when it has changed since, the plan is refused as stale. */
  readonly observed: Json
  readonly steps: readonly PlannedStep[]
  readonly locks: readonly Resource[]
  /** How to go back, or why there is no way back. */
  readonly wayBack: string
  readonly warnings: readonly string[]
  /** Set when the plan may not be run at all. */
  readonly refuse?: Failure
  /** SHA-256 of the canonical JSON of all other members, hex. */
  readonly hash: string
}

/* ───────────── run ───────────── */

export interface Progress {
  readonly rows?: number
  readonly totalRows?: number
  readonly bytes?: number
  readonly totalBytes?: number
}

/** One piece of proof, read from the system it speaks of. */
export interface Evidence {
  /** What is proven, e.g. "Row count of warehouse reviews". */
  readonly what: string
  readonly state: 'proven' | 'not-proven' | 'disproven'
  /** Where it was read: "embedded warehouse, table reviews v3". */
  readonly readFrom: string
  readonly expected?: Json
  readonly found?: Json
  /** When not proven: what is absent and how to obtain it. */
  readonly missing?: string
}

export interface GateResult {
  readonly gate: string
  readonly title: string
  readonly verdict: 'passed' | 'warning' | 'stop'
  readonly value: number | null
  readonly warnAt?: number
  readonly stopAt?: number
  readonly unit?: string
  readonly detail?: string
}

/** Its functions may be taken apart from it: `act({ deps, log, progress })`. */
export interface StepContext<Input = unknown, Deps = unknown> {
  readonly runId: string
  readonly stepId: string
  readonly attempt: number
  readonly input: Input
  readonly deps: Deps
  readonly plan: Plan
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Fencing token of the run's lease: grows with every holder; writers to shared systems pass it on. */
  readonly fence: number
  /** Output of an earlier step of this run. Throws when that step has not finished. */
  readonly output: <T extends Json>(stepId: string) => T
  /** Throttled by the engine to 10 per second; absolute numbers, not deltas. */
  readonly progress: (progress: Progress) => void
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void
  /** Recorded at once; verdict 'stop' throws GateStopped: record the other gates first. */
  readonly gate: (result: GateResult) => void
  /** Named race point; a no-op outside tests. */
  readonly probe: (name: string) => Promise<void>
}

export interface Step<Input = unknown, Deps = unknown> extends PlannedStep {
  /**
   * 'safe': act may be run again after any crash or error. 'confirm': after a crash the engine first asks
   * `confirm` whether the effect is there, and only acts when it is not.
   */
  readonly again: 'safe' | 'confirm'
  /** Only meaningful with again: 'safe'. Full-jitter exponential back-off; only errors whose retry is not 'never'. */
  readonly retry?: { readonly attempts: number; readonly baseMs: number }
  act(context: StepContext<Input, Deps>): Promise<Json>
  /**
   * Reads the postcondition back from the system that was changed. Returns its evidence; one `disproven`
   * fails the step. Must not write. Also run on resume for every finished step: what no longer holds is redone.
   */
  confirm(context: StepContext<Input, Deps>, output: Json): Promise<readonly Evidence[]>
  /**
   * Only with again: 'confirm'. After a crash between act and its journal: reads back the output that act would have
   * returned, from the system; null when the effect isn't there. Without it `confirm` then gets null as output. Its
   * evidence decides: one `disproven` → act; else one `proven` → finished; else the step fails as EFFECT_UNKNOWN.
   */
  recall?(context: StepContext<Input, Deps>): Promise<Json>
}

/* ───────────── operation ───────────── */

export interface PlanDraft {
  readonly title: string
  readonly steps: readonly PlannedStep[]
  readonly wayBack: string
  readonly warnings?: readonly string[]
  readonly refuse?: RegieError | null
}

export type Guard<Input, Deps> = (
  input: Input,
  plan: Plan,
  context: { deps: Deps; actor: string; environmentClass: EnvironmentClass },
) => RegieError | null | Promise<RegieError | null>

export const ENVIRONMENT_CLASSES = ['sandbox', 'development', 'preproduction', 'production'] as const
export type EnvironmentClass = (typeof ENVIRONMENT_CLASSES)[number]

/**
 * One kind of change. Read top to bottom it is a runbook:
 * input → observe → plan → guards → steps → prove → undo.
 */
export interface Operation<Input, Observed extends Json, Deps> {
  readonly id: string
  /** Raised when the order or meaning of steps changes; say in a comment what the old one did. */
  readonly version: number
  readonly capability: string
  readonly input: z.ZodType<Input>
  environment(input: Input): string
  locks(input: Input): readonly Resource[]
  /** Reads only. */
  observe(input: Input, deps: Deps, signal: AbortSignal): Promise<Observed>
  /** Pure: no clock, no random, no I/O. */
  plan(input: Input, observed: Observed): PlanDraft
  readonly guards: readonly Guard<Input, Deps>[]
  /** The same steps, by id, as `plan` listed. Rebuilt from the journalled plan on resume. */
  steps(input: Input, plan: Plan): readonly Step<Input, Deps>[]
  /** What the run's last line says: counts, hashes, versions. Reads journalled outputs only. */
  prove(outputs: ReadonlyMap<string, Json>, plan: Plan): { readonly [key: string]: Json }
  /** The recorded way back as a request for another operation; null where there is none. */
  undo(outputs: ReadonlyMap<string, Json>, plan: Plan): { operation: string; input: Json } | null
}

/** Keeps inference of Input, Observed and Deps; returns its argument frozen. */
export function operation<Input, Observed extends Json, Deps>(
  declaration: Operation<Input, Observed, Deps>,
): Operation<Input, Observed, Deps> {
  return Object.freeze(declaration)
}

/* ───────────── what others see ───────────── */

export interface RunStep {
  readonly id: string
  readonly title: string
  readonly where: string
  readonly needs: readonly string[]
  readonly state: StepState
  readonly attempt: number
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly rows: number | null
  readonly totalRows: number | null
  readonly bytes: number | null
  readonly rowsPerSecond: number | null
  readonly msLeft: number | null
  readonly estimateMs: number | null
  readonly evidence: readonly Evidence[]
  readonly gates: readonly GateResult[]
  readonly failure: Failure | null
  readonly output: Json
}

export interface Run {
  readonly runId: string
  /** Counts up per home: "Run 12". */
  readonly number: number
  readonly operation: string
  readonly version: number
  readonly title: string
  readonly environment: string
  readonly actor: string
  readonly state: RunState
  readonly planHash: string
  readonly input: Json
  readonly createdAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  /** Working time, summed over interruptions. */
  readonly durationMs: number
  /** Last journal sequence: commands pass the one they saw, a stale one is refused. */
  readonly sequence: number
  readonly parentRunId: string | null
  readonly failure: Failure | null
  /** `prove`'s answer, once ended. */
  readonly result: { readonly [key: string]: Json } | null
}

export interface RunDetail extends Run {
  readonly plan: Plan
  readonly steps: readonly RunStep[]
  readonly undo: { readonly operation: string; readonly input: Json } | null
}

/** One event of a run, in order of `id` (grows per home; a watcher resumes after the last it saw). */
export type RunEvent = { readonly id: number; readonly at: string; readonly runId: string } & (
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'step'; readonly step: RunStep }
  | { readonly kind: 'progress'; readonly stepId: string; readonly rows: number | null; readonly totalRows: number | null; readonly bytes: number | null; readonly rowsPerSecond: number | null; readonly msLeft: number | null }
  | { readonly kind: 'log'; readonly stepId: string | null; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly kind: 'gate'; readonly stepId: string; readonly gate: GateResult }
)
