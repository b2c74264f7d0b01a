import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { JsonSchema, procedure } from './base.ts'

export const AuditEntrySchema = z.object({
  /** 0-based index in the log = leaf index in the tree. */
  seq: z.number(),
  at: z.string(),
  actor: z.string(),
  /** run.planned, run.started, step.started, step.finished, run.refused, run.ended, … */
  kind: z.string(),
  environment: z.string().nullable(),
  runId: z.string().nullable(),
  /** One sentence for people. */
  summary: z.string(),
  /** Leaf hash, hex. */
  leafHash: z.string(),
})

export const AuditVerdictSchema = z.object({
  ok: z.boolean(),
  entries: z.number(),
  rootHash: z.string(),
  /** First entry that is not what was appended, and what is wrong with it. */
  firstBad: z.object({ seq: z.number(), problem: z.string() }).optional(),
})

export const audit = {
  list: procedure('audit.read')
    .input(
      z.object({
        before: z.number().int().optional(),
        kind: z.string().optional(),
        actor: z.string().optional(),
        runId: z.string().optional(),
        environment: z.string().optional(),
        search: z.string().optional(),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(200),
      }),
    )
    /** Newest first. */
    .output(z.object({ total: z.number(), entries: z.array(AuditEntrySchema) })),
  entry: procedure('audit.read')
    .input(z.object({ seq: z.number().int() }))
    .output(AuditEntrySchema.extend({ canonical: z.string(), body: JsonSchema, inclusionProof: z.array(z.string()), treeSize: z.number(), rootHash: z.string() })),
  head: procedure('audit.read').input(z.object({})).output(z.object({ entries: z.number(), rootHash: z.string(), at: z.string().nullable() })),
  verify: procedure('audit.verify')
    .input(z.object({}))
    .output(
      eventIterator(
        z.union([
          z.object({ kind: z.literal('progress'), done: z.number(), total: z.number() }),
          z.object({ kind: z.literal('verdict'), verdict: AuditVerdictSchema }),
        ]),
      ),
    ),
}
