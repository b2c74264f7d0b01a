import { z } from 'zod'
import { EnvironmentName, JsonSchema, procedure } from './base.ts'

export const RejectSchema = z.object({
  id: z.string(),
  runId: z.string(),
  reviewId: z.string(),
  reason: z.string(),
  rejectedAt: z.string(),
  errorDetails: z.string(),
  /** The row as extracted: pseudonymised. */
  originalData: z.record(z.string(), JsonSchema),
})

export const rejects = {
  list: procedure('rejects.read')
    .input(
      z.object({
        environment: EnvironmentName,
        /** Default: the last run that published. */
        runId: z.string().optional(),
        reason: z.string().optional(),
        search: z.string().optional(),
        sort: z.enum(['reviewId', 'reason', 'rejectedAt']).default('reviewId'),
        descending: z.boolean().default(false),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(200),
      }),
    )
    .output(
      z.object({
        runId: z.string().nullable(),
        total: z.number(),
        byReason: z.record(z.string(), z.number()),
        rows: z.array(RejectSchema),
      }),
    ),
}
