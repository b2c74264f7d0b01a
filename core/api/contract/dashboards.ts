import { z } from 'zod'
import { EnvironmentName, JsonSchema, procedure } from './base.ts'

/* A blueprint's dashboards and views: declared in YAML over SQL, drawn by the page from what is declared alone. */

const TextSchema = z.object({ en: z.string(), fr: z.string() })
const ShownSchema = z.object({ column: z.string(), title: TextSchema, unit: z.string().optional(), digits: z.number().optional() })
const SortSchema = z.object({ column: z.string(), descending: z.boolean() })
const Value = z.union([z.string(), z.number(), z.boolean()])
const WordsSchema = z.record(z.string(), z.record(z.string(), TextSchema))

export const FilterSchema = z.object({
  column: z.string(),
  title: TextSchema,
  /** values: several of them; range: numbers; dates: days; mark: set by a click on a mark only. */
  kind: z.enum(['values', 'range', 'dates', 'mark']),
  label: z.string().optional(),
  unit: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
})

const DetailSchema = z.object({
  heading: z.string().optional(),
  text: z.string().optional(),
  image: z.string().optional(),
  facts: z.array(ShownSchema),
  score: z
    .object({
      title: TextSchema,
      total: z.string(),
      of: z.number(),
      terms: z.array(z.object({ column: z.string(), title: TextSchema, weight: z.number(), how: TextSchema.optional(), from: z.string().optional() })),
      conditions: z.array(z.object({ column: z.string(), title: TextSchema, from: z.number() })),
      source: TextSchema,
      made: z.object({ theme: z.string().optional(), confidence: z.string().optional(), keyword: z.string().optional(), sentiment: z.string().optional() }).optional(),
    })
    .optional(),
})

const listing = { title: TextSchema, id: z.string(), search: z.array(z.string()), sort: SortSchema, columns: z.array(ShownSchema), detail: DetailSchema.optional() }
export const ListingSchema = z.object(listing)

export const ChartSchema = z.object({
  id: z.string(),
  title: TextSchema,
  subtitle: TextSchema.optional(),
  kind: z.enum(['figures', 'bars', 'share', 'table', 'histogram', 'line']),
  /** For bars, share, histogram, line: the column that names and the one that measures. */
  label: z.string().optional(),
  value: z.string().optional(),
  unit: z.string().optional(),
  figures: z.array(ShownSchema.extend({ compare: z.boolean(), of: z.string().optional() })).optional(),
  columns: z.array(ShownSchema).optional(),
  /** Column that a click on a mark filters by. */
  filters: z.string().optional(),
  /** Column that a click on a mark bounds, by columns of its row. */
  range: z.object({ column: z.string(), from: z.string().optional(), below: z.string().optional() }).optional(),
  /** What else holds for the rows behind a mark. */
  also: z.record(z.string(), z.array(Value)).optional(),
  /** Column whose value opens one row. */
  opens: z.string().optional(),
  chosen: z.number().optional(),
  note: TextSchema.optional(),
})

/** Of several values one must hold, of several filters all. */
const SelectionSchema = z.object({
  values: z.record(z.string(), z.array(Value).max(500)).optional(),
  ranges: z.record(z.string(), z.object({ from: z.union([z.number(), z.iso.date()]).optional(), to: z.union([z.number(), z.iso.date()]).optional(), below: z.union([z.number(), z.iso.date()]).optional() })).optional(),
  search: z.string().max(500).optional(),
})
const Page = { selection: SelectionSchema.default({}), sort: SortSchema.optional(), offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(5000).default(200) }
const RowSchema = z.record(z.string(), JsonSchema)
const Rows = z.object({ total: z.number(), rows: z.array(RowSchema) })
const Values = z.array(z.object({ value: Value, label: z.string(), count: z.number() }))
const ChartRows = z.record(z.string(), z.array(RowSchema))
const Version = z.object({ publishedAt: z.string(), runId: z.string() })
const of = { environment: EnvironmentName, dashboard: z.string() }
const inView = { environment: EnvironmentName, view: z.string() }
const Named = z.array(z.object({ id: z.string(), title: TextSchema }))

export const dashboards = {
  list: procedure('data.read').input(z.object({ environment: EnvironmentName })).output(Named),
  get: procedure('data.read')
    .input(z.object(of))
    .output(
      z.object({
        id: z.string(),
        title: TextSchema,
        table: z.string().optional(),
        /** Published table version behind it; null when nothing was published yet. */
        publishedAt: z.string().nullable(),
        runId: z.string().nullable(),
        /** The version that it replaced. */
        previous: Version.nullable(),
        charts: z.array(ChartSchema),
        filters: z.array(FilterSchema),
        rows: ListingSchema.nullable(),
        words: WordsSchema,
        notProven: z.array(z.object({ title: TextSchema, reason: TextSchema })),
      }),
    ),
  /** Rows of all charts, in one consistent read; `before`: the compared figures of the version before. */
  query: procedure('data.read')
    .input(z.object({ ...of, selection: SelectionSchema.default({}) }))
    .output(z.object({ rows: ChartRows, selected: z.number(), before: Version.extend({ rows: ChartRows }).nullable() })),
  /** A page of the rows behind the charts, long texts cut. */
  page: procedure('data.read').input(z.object({ ...of, ...Page })).output(Rows),
  row: procedure('data.read').input(z.object({ ...of, id: z.string() })).output(RowSchema),
  /** What a filter can be set to, counted under all others. */
  values: procedure('data.read').input(z.object({ ...of, column: z.string(), selection: SelectionSchema.default({}), text: z.string().max(200).default('') })).output(Values),
}

export const views = {
  list: procedure('data.read').input(z.object({ environment: EnvironmentName })).output(Named),
  get: procedure('data.read')
    .input(z.object(inView))
    .output(
      z.object({
        id: z.string(),
        title: TextSchema,
        words: WordsSchema,
        items: z.object({ ...listing, name: z.string(), filters: z.array(FilterSchema) }),
        rows: z.object({ ...listing, of: z.string(), dashboard: z.string().optional(), filters: z.array(FilterSchema) }),
        publishedAt: z.string().nullable(),
      }),
    ),
  items: procedure('data.read').input(z.object({ ...inView, ...Page })).output(Rows),
  item: procedure('data.read').input(z.object({ ...inView, item: z.string() })).output(RowSchema),
  /** Rows of one item, whole. */
  rows: procedure('data.read').input(z.object({ ...inView, item: z.string(), ...Page })).output(Rows),
  values: procedure('data.read')
    .input(z.object({ ...inView, part: z.enum(['items', 'rows']), item: z.string().optional(), column: z.string(), selection: SelectionSchema.default({}), text: z.string().max(200).default('') }))
    .output(Values),
}
