import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { EnvironmentName, FailureSchema, JsonSchema, procedure } from './base.ts'

/** `scored`: files that runs of scoring wrote, by the run's id; they stand in no tree. */
const System = z.enum(['postgresql', 'object-store', 'warehouse', 'document-store', 'scored'])

export const DataFilterSchema = z.object({
  column: z.string().max(200),
  op: z.enum(['contains', 'equals', 'not-equals', 'from', 'to', 'null', 'not-null']),
  value: z.union([z.string().max(2000), z.number(), z.boolean()]).optional(),
})

/** One thing of an environment that can be looked at: a table, a view, an object or a collection. */
export const DataRefSchema = z.object({ environment: EnvironmentName, system: System, name: z.string().min(1).max(1024), version: z.string().max(200).optional() })
const Filters = z.array(DataFilterSchema).max(40).default([])
const Sort = z.object({ column: z.string().max(200), descending: z.boolean() }).nullable().default(null)

export const DataColumnSchema = z.object({
  name: z.string(),
  type: z.string(),
  kind: z.enum(['text', 'number', 'boolean', 'time', 'other']),
  nullable: z.boolean(),
  /** Names a person by the blueprint's rule: no value of it is ever read. */
  personal: z.boolean(),
})

export const ColumnProfileSchema = z.object({
  column: z.string(),
  kind: DataColumnSchema.shape.kind,
  personal: z.boolean(),
  rows: z.number(),
  nulls: z.number(),
  distinct: z.number().nullable(),
  min: JsonSchema,
  max: JsonSchema,
  mean: z.number().nullable(),
  /** Numbers, and times as ms since 1970. */
  histogram: z.array(z.object({ from: z.number(), to: z.number(), count: z.number() })).readonly().nullable(),
  top: z.array(z.object({ value: z.string(), count: z.number() })).readonly(),
})

const DataItemSchema = z.object({
  name: z.string(),
  kind: z.enum(['table', 'view', 'object', 'collection']),
  rows: z.number().nullable(),
  /** The rows are the server's estimate. */
  estimated: z.boolean(),
  bytes: z.number().nullable(),
  at: z.string().nullable(),
  personal: z.enum(['none', 'some', 'all']),
})

export const data = {
  tables: procedure('data.read').input(z.object({ environment: EnvironmentName })).output(
    z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['table', 'view']),
        rows: z.number().nullable(),
        version: z.number().nullable(),
        publishedAt: z.string().nullable(),
        runId: z.string().nullable(),
        contentHash: z.string().nullable(),
      }),
    ),
  ),
  /** A page of a published table or view. */
  rows: procedure('data.read')
    .input(z.object({ environment: EnvironmentName, table: z.string(), offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(1000).default(100) }))
    .output(z.object({ columns: z.array(z.string()), rows: z.array(z.array(JsonSchema)), total: z.number() })),
  /** What every system of the environment holds; a system that doesn't answer says so and hides no other. */
  tree: procedure('data.read')
    .input(z.object({ environment: EnvironmentName }))
    .output(z.array(z.object({ system: System.exclude(['scored']), items: z.array(DataItemSchema).readonly(), more: z.boolean(), failure: FailureSchema.nullable() }))),
  describe: procedure('data.read')
    .input(DataRefSchema)
    .output(
      z.object({
        columns: z.array(DataColumnSchema).readonly(),
        versions: z.array(z.object({ version: z.string(), state: z.enum(['current', 'previous', 'staged']), at: z.string(), rows: z.number().nullable(), bytes: z.number().nullable(), runId: z.string().nullable() })).readonly(),
        version: z.string().nullable(),
      }),
    ),
  /** Rows as the system itself filters, sorts and cuts them; cells in the order of the columns, personal ones null. */
  page: procedure('data.read')
    .input(DataRefSchema.extend({ filters: Filters, sort: Sort, offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(1000).default(200) }))
    .output(z.object({ rows: z.array(z.array(JsonSchema).readonly()).readonly() })),
  /** Rows that the filters leave. */
  count: procedure('data.read').input(DataRefSchema.extend({ filters: Filters })).output(z.object({ rows: z.number() })),
  /** One column after the other, over the rows that the filters leave; default: all columns. */
  profile: procedure('data.read')
    .input(DataRefSchema.extend({ filters: Filters, columns: z.array(z.string()).max(1000).optional() }))
    .output(eventIterator(z.object({ done: z.number(), total: z.number(), profile: ColumnProfileSchema }))),
  /** Writes to a file on the core's machine; returns what was written, read back. Personal columns are left out. */
  export: procedure('data.export')
    .input(
      z.object({
        environment: EnvironmentName,
        system: System.default('warehouse'),
        /** Name of the table, view, object or collection. */
        table: z.string(),
        version: z.string().optional(),
        filters: Filters,
        sort: Sort,
        file: z.string(),
        replace: z.boolean().default(false),
      }),
    )
    .output(z.object({ file: z.string(), rows: z.number(), bytes: z.number(), sha256: z.string() })),
  /** The same for a page: the file's bytes, base64, piece by piece; the first event says how many there are. */
  download: procedure('data.export')
    .input(DataRefSchema.extend({ filters: Filters, sort: Sort, format: z.enum(['csv', 'parquet']) }))
    .output(
      eventIterator(
        z.union([
          z.object({ kind: z.literal('file'), rows: z.number(), bytes: z.number() }),
          z.object({ kind: z.literal('part'), base64: z.string() }),
        ]),
      ),
    ),
}
