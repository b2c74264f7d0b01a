import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { EnvironmentName, JsonSchema, procedure, RunId } from './base.ts'
import { RunSchema } from './runs.ts'

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

export const ProofSchema = z.object({
  seq: z.number(),
  canonical: z.string(),
  leafHash: z.string(),
  proof: z.array(z.string()).readonly(),
  size: z.number(),
  rootHash: z.string(),
  /** Signed line over size and root. */
  head: z.string(),
  /** Signed lines that announce the keys. */
  keys: z.array(z.string()).readonly(),
})

export const HeadVerdictSchema = z.object({
  size: z.number(),
  at: z.string(),
  rootHash: z.string(),
  keyId: z.string(),
  ok: z.boolean(),
  problem: z.string().nullable(),
})

export const KeySchema = z.object({
  seq: z.number(),
  keyId: z.string(),
  publicKey: z.string(),
  at: z.string(),
  reason: z.enum(['first', 'rotated', 'lost']),
  previous: z.string().nullable(),
  line: z.string(),
})

export const AnchorSchema = z.object({
  runId: z.string(),
  at: z.string(),
  environment: z.string(),
  actor: z.string(),
  to: z.string(),
  where: z.string(),
  reference: z.string(),
  entries: z.number(),
  rootHash: z.string(),
  keyId: z.string(),
  line: z.string(),
  ok: z.boolean(),
  problem: z.string().nullable(),
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
  /** An entry with its way to the root of a signed head. */
  proof: procedure('audit.read').input(z.object({ seq: z.number().int() })).output(ProofSchema),
  /** That the first `from` entries of a log of `to` are what they were when there were only these. */
  consistency: procedure('audit.read')
    .input(z.object({ from: z.number().int(), to: z.number().int() }))
    .output(z.object({ from: z.number(), to: z.number(), fromRoot: z.string(), toRoot: z.string(), proof: z.array(z.string()).readonly() })),
  /** Every signed head that stands in a text, held against the log as it is stored; verify the log itself too. */
  check: procedure('audit.verify').input(z.object({ text: z.string().max(1_000_000) })).output(z.array(HeadVerdictSchema).readonly()),
  keys: procedure('audit.read').input(z.object({})).output(z.array(KeySchema).readonly()),
  rotateKey: procedure('audit.rotate-key').input(z.object({})).output(KeySchema.omit({ seq: true })),
  /** Newest first, each held against the log. */
  anchors: procedure('audit.read').input(z.object({})).output(z.array(AnchorSchema).readonly()),
  /** Starts the operation that signs the head and keeps it outside. */
  anchor: procedure('audit.anchor').input(z.object({ environment: EnvironmentName, to: z.enum(['object', 'database', 'git', 'line']) })).output(RunSchema),
  /** All evidence of one run as the text of one file; as a PDF too, in base64. */
  bundle: procedure('audit.read')
    .input(z.object({ runId: RunId, pdf: z.boolean().default(false) }))
    .output(z.object({ name: z.string(), text: z.string(), entries: z.number(), pdf: z.string().nullable() })),
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
