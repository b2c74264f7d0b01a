import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { RUN_STATES, STEP_STATES, type RunEvent } from '#core/operations/types.ts'
import { EnvironmentName, FailureSchema, JsonSchema, procedure, RunId } from './base.ts'

export const EvidenceSchema = z.object({
  what: z.string(),
  state: z.enum(['proven', 'not-proven', 'disproven']),
  readFrom: z.string(),
  expected: JsonSchema.optional(),
  found: JsonSchema.optional(),
  missing: z.string().optional(),
})

export const GateSchema = z.object({
  gate: z.string(),
  title: z.string(),
  verdict: z.enum(['passed', 'warning', 'stop']),
  value: z.number().nullable(),
  warnAt: z.number().optional(),
  stopAt: z.number().optional(),
  unit: z.string().optional(),
  detail: z.string().optional(),
})

export const PlannedStepSchema = z.object({
  id: z.string(),
  title: z.string(),
  where: z.string(),
  needs: z.array(z.string()).readonly(),
  effect: z.string(),
  estimateMs: z.number().optional(),
  estimateRows: z.number().optional(),
})

export const PlanSchema = z.object({
  operation: z.string(),
  version: z.number(),
  title: z.string(),
  environment: z.string(),
  input: JsonSchema,
  observed: JsonSchema,
  steps: z.array(PlannedStepSchema).readonly(),
  locks: z.array(z.string()).readonly(),
  wayBack: z.string(),
  warnings: z.array(z.string()).readonly(),
  refuse: FailureSchema.optional(),
  hash: z.string(),
})

export const RunStepSchema = z.object({
  id: z.string(),
  title: z.string(),
  where: z.string(),
  needs: z.array(z.string()).readonly(),
  state: z.enum(STEP_STATES),
  attempt: z.number(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  rows: z.number().nullable(),
  totalRows: z.number().nullable(),
  bytes: z.number().nullable(),
  rowsPerSecond: z.number().nullable(),
  msLeft: z.number().nullable(),
  estimateMs: z.number().nullable(),
  evidence: z.array(EvidenceSchema).readonly(),
  gates: z.array(GateSchema).readonly(),
  failure: FailureSchema.nullable(),
  output: JsonSchema,
})

export const RunSchema = z.object({
  runId: z.string(),
  number: z.number(),
  operation: z.string(),
  version: z.number(),
  title: z.string(),
  environment: z.string(),
  actor: z.string(),
  state: z.enum(RUN_STATES),
  planHash: z.string(),
  input: JsonSchema,
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  durationMs: z.number(),
  sequence: z.number(),
  parentRunId: z.string().nullable(),
  failure: FailureSchema.nullable(),
  result: z.record(z.string(), JsonSchema).nullable(),
})

export const RunDetailSchema = RunSchema.extend({
  plan: PlanSchema,
  steps: z.array(RunStepSchema).readonly(),
  undo: z.object({ operation: z.string(), input: JsonSchema }).nullable(),
})

export const LogLineSchema = z.object({
  id: z.number(),
  at: z.string(),
  stepId: z.string().nullable(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
})

const RunBriefSchema = z.object({
  run: RunSchema,
  steps: z.array(z.object({ id: z.string(), title: z.string(), state: z.enum(STEP_STATES), startedAt: z.string().nullable(), endedAt: z.string().nullable() })),
})

const StepSideSchema = z.object({ state: z.enum(STEP_STATES), ms: z.number().nullable(), rows: z.number().nullable(), bytes: z.number().nullable() })
const Path = z.array(z.string()).readonly()
const Verdict = z.enum(['passed', 'warning', 'stop']).nullable()

export const FindingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), a: z.enum(RUN_STATES), b: z.enum(RUN_STATES) }),
  z.object({ kind: z.literal('step'), step: z.string(), a: z.enum(STEP_STATES).nullable(), b: z.enum(STEP_STATES).nullable() }),
  z.object({ kind: z.literal('gate'), gate: z.string(), a: Verdict, b: Verdict }),
  z.object({ kind: z.literal('count'), path: Path, a: z.number(), b: z.number() }),
  z.object({ kind: z.literal('duration'), a: z.number(), b: z.number(), step: z.string().nullable() }),
  z.object({ kind: z.literal('config'), differences: z.number() }),
  z.object({ kind: z.literal('content'), same: z.boolean() }),
])

/** Two runs side by side; `findings` in the order of what matters first. */
export const RunComparisonSchema = z.object({
  a: RunSchema,
  b: RunSchema,
  findings: z.array(FindingSchema).readonly(),
  steps: z.array(z.object({ id: z.string(), title: z.string(), a: StepSideSchema.nullable(), b: StepSideSchema.nullable() })).readonly(),
  counts: z.array(z.object({ path: Path, a: z.number().nullable(), b: z.number().nullable() })).readonly(),
  gates: z.array(z.object({ stepId: z.string(), gate: z.string(), title: z.string(), a: GateSchema.nullable(), b: GateSchema.nullable() })).readonly(),
  differences: z.array(z.object({ part: z.enum(['input', 'observed', 'output', 'result']), path: Path, a: JsonSchema, b: JsonSchema })).readonly(),
})

/** Watch with `after` this and nothing that follows the answer is missed. */
const LastEventId = z.number()

export const runs = {
  list: procedure('runs.read')
    .input(
      z.object({
        environment: EnvironmentName.optional(),
        operation: z.string().optional(),
        /** Pipeline id, for runs of `pipelines.run`. */
        pipeline: z.string().optional(),
        states: z.array(z.enum(RUN_STATES)).optional(),
        before: z.number().int().optional(),
        limit: z.number().int().min(1).max(500).default(50),
      }),
    )
    /** Newest first; `total` counts all that match without `before`. */
    .output(z.object({ total: z.number(), runs: z.array(RunSchema), lastEventId: LastEventId })),

  get: procedure('runs.read').input(z.object({ runId: RunId })).output(RunDetailSchema.extend({ lastEventId: LastEventId })),

  /** Events from `after` on (default: only new ones). Event ids resume a cut stream. */
  watch: procedure('runs.read')
    .input(z.object({ runId: RunId.optional(), after: z.number().int().optional() }))
    .output(eventIterator(z.custom<RunEvent>())),

  logs: procedure('runs.read')
    .input(
      z.object({
        runId: RunId,
        stepId: z.string().optional(),
        minimumLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
        search: z.string().optional(),
        offset: z.number().int().min(0).default(0),
        /** Only lines after this id: pages without an offset to count through. */
        after: z.number().int().optional(),
        limit: z.number().int().min(1).max(10_000).default(500),
      }),
    )
    .output(z.object({ total: z.number(), lines: z.array(LogLineSchema) })),

  /** The newest runs of a pipeline with their steps, newest first: for pictures of the history. */
  history: procedure('runs.read')
    .input(z.object({ environment: EnvironmentName, pipeline: z.string(), limit: z.number().int().min(1).max(100).default(40) }))
    .output(z.array(RunBriefSchema)),

  /** Rows and bytes over time, by step. */
  series: procedure('runs.read')
    .input(z.object({ runId: RunId }))
    .output(z.array(z.object({ stepId: z.string(), points: z.array(z.object({ at: z.string(), rows: z.number().nullable(), bytes: z.number().nullable() })).readonly() }))),

  /** `a`: the earlier look. */
  compare: procedure('runs.read').input(z.object({ a: RunId, b: RunId })).output(RunComparisonSchema),

  cancel: procedure('runs.control').input(z.object({ runId: RunId, sequence: z.number().int() })).output(RunSchema),
  resume: procedure('runs.control').input(z.object({ runId: RunId, sequence: z.number().int() })).output(RunSchema),
  /** A new run of the same plan input that takes over the outputs of all steps not downstream of `fromStep`. */
  rerun: procedure('runs.control').input(z.object({ runId: RunId, fromStep: z.string(), planHash: z.string().optional() })).output(RunSchema),
  /** What a rerun would do, and which steps it takes over; start it with the plan's hash. */
  planRerun: procedure('runs.read').input(z.object({ runId: RunId, fromStep: z.string() })).output(z.object({ plan: PlanSchema, takenOver: z.array(z.string()) })),

  /** Plan of the recorded way back of a run. Refused (NOTHING_TO_UNDO) where there is none. */
  planUndo: procedure('runs.read').input(z.object({ runId: RunId })).output(PlanSchema),
  undo: procedure('runs.control').input(z.object({ runId: RunId, planHash: z.string() })).output(RunSchema),
}
