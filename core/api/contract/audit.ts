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

/** Who, what, where, when: of several values one must hold, of several filters all. */
const Filter = z.object({
  /** Only entries with a smaller number. */
  before: z.number().int().optional(),
  kinds: z.array(z.string()).max(100).optional(),
  actors: z.array(z.string()).max(100).optional(),
  environments: z.array(z.string()).max(100).optional(),
  runId: z.string().optional(),
  /** Moments, ISO 8601 UTC: from counts, to doesn't. */
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  search: z.string().max(500).optional(),
})
const Values = z.array(z.object({ value: z.string(), count: z.number() }))

export const audit = {
  /** A page by keyset, newest first: `next` is the `before` of the page after it. */
  list: procedure('audit.read')
    .input(Filter.extend({ limit: z.number().int().min(1).max(1000).default(200) }))
    .output(z.object({ entries: z.array(AuditEntrySchema), next: z.number().nullable() })),
  count: procedure('audit.read').input(Filter).output(z.object({ total: z.number() })),
  /** What one can filter by: every value with its number of entries, most frequent first. */
  values: procedure('audit.read').input(z.object({})).output(z.object({ kinds: Values, actors: Values, environments: Values })),
  /** NDJSON of all that match, oldest first: each line is the hashed bytes of one entry. */
  export: procedure('audit.read').input(Filter).output(eventIterator(z.object({ lines: z.string(), entries: z.number() }))),
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
