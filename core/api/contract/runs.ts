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
        limit: z.number().int().min(1).max(2000).default(500),
      }),
    )
    .output(z.object({ total: z.number(), lines: z.array(LogLineSchema) })),

  cancel: procedure('runs.control').input(z.object({ runId: RunId, sequence: z.number().int() })).output(RunSchema),
  resume: procedure('runs.control').input(z.object({ runId: RunId, sequence: z.number().int() })).output(RunSchema),
  /** A new run of the same plan input that takes over the outputs of all steps not downstream of `fromStep`. */
  rerun: procedure('runs.control').input(z.object({ runId: RunId, fromStep: z.string() })).output(RunSchema),
}
