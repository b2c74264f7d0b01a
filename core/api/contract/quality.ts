import { z } from 'zod'
import { EnvironmentName, JsonSchema, procedure } from './base.ts'
import { GateSchema } from './runs.ts'

const Verdict = GateSchema.shape.verdict
const Ref = z.object({ environment: EnvironmentName, pipeline: z.string() })

export const RuleSchema = z.object({
  /** Its place in the file's list. */
  index: z.number(),
  reason: z.string(),
  /** A predicate over the joined row; true = rejected. */
  when: z.string().optional(),
  /** All but the first row with the same values in these columns. */
  repeats: z.array(z.string()).readonly().optional(),
  details: z.string(),
  enforce: z.enum(['reject', 'warn', 'off']),
  family: z.enum(['type', 'reference']).optional(),
  /** Rows of the last run under its reason; null: not asked, or counted with an earlier rule of the same reason. */
  found: z.number().nullable(),
})

export const GateTrendSchema = z.object({
  id: z.string(),
  stepId: z.string(),
  title: z.string(),
  /** null: recorded by runs, but no gate of the file. */
  kind: z.string().nullable(),
  warn: z.number().optional(),
  stop: z.number().optional(),
  unit: z.string().optional(),
  /** Oldest first, each with the limits under which it was judged. */
  points: z
    .array(
      z.object({
        runId: z.string(),
        number: z.number(),
        endedAt: z.string().nullable(),
        value: z.number().nullable(),
        verdict: Verdict,
        warnAt: z.number().optional(),
        stopAt: z.number().optional(),
        detail: z.string().optional(),
      }),
    )
    .readonly(),
})

const Counts = z.record(z.string(), z.number())
const Percent = z.number().min(0).max(1_000_000).nullable()

export const RowsPreviewSchema = z.object({
  total: z.number(),
  rejected: z.number(),
  rejectedBefore: z.number(),
  /** Rows that only the edited rules reject, only the present ones, and both but for another reason. */
  newly: z.number(),
  gone: z.number(),
  otherReason: z.number(),
  byReason: Counts,
  byReasonBefore: Counts,
  /** Rows that an edited predicate fits, whatever rule comes first. */
  rules: z.array(z.object({ index: z.number(), fits: z.number().nullable(), fitsBefore: z.number().nullable() })).readonly(),
  /** First rows of each change, without personal columns. */
  sample: z.object({
    columns: z.array(z.string()).readonly(),
    rows: z.array(z.object({ change: z.enum(['new', 'gone', 'other', 'same']), reason: z.string().nullable(), before: z.string().nullable(), cells: z.array(JsonSchema).readonly() })).readonly(),
  }),
})

export const GatePreviewSchema = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string().optional(),
  value: z.number().nullable(),
  valueBefore: z.number().nullable(),
  verdict: Verdict,
  verdictBefore: Verdict,
  /** What these limits would have said of the last runs. */
  history: z.object({ runs: z.number(), warning: z.number(), stop: z.number() }),
})

export const quality = {
  /** What edited rules and limits would have given on the last run's rows. Changes nothing; null before the first run. */
  preview: procedure('data.read')
    .input(
      Ref.extend({
        rules: z.array(z.object({ index: z.number().int().min(0), reason: z.string(), when: z.string().min(1).max(4000).optional(), enforce: z.enum(['reject', 'warn', 'off']).optional() })).max(60).default([]),
        gates: z.array(z.object({ id: z.string(), warn: Percent, stop: Percent })).max(60).default([]),
      }),
    )
    .output(z.object({ runId: z.string(), number: z.number(), rows: RowsPreviewSchema.nullable(), gates: z.array(GatePreviewSchema).readonly() }).nullable()),
  /** The reject rules and gates of the pipeline's file, and what its last runs measured. */
  board: procedure('runs.read')
    .input(Ref.extend({ limit: z.number().int().min(1).max(100).default(30) }))
    .output(
      z.object({
        file: z.string(),
        lastRun: z.object({ runId: z.string(), number: z.number(), state: z.enum(['succeeded', 'stopped']), endedAt: z.string().nullable(), rows: z.number().nullable(), rejected: z.number().nullable() }).nullable(),
        rules: z.array(RuleSchema).readonly(),
        gates: z.array(GateTrendSchema).readonly(),
      }),
    ),
}
