import { z } from 'zod'
import { EnvironmentName, procedure } from './base.ts'
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

export const quality = {
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
