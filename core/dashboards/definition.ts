import { z } from 'zod'

/* What a blueprint declares in dashboards/*.yaml and views/*.yaml. No table or column is known outside those files. */

export const Name = z.string().regex(/^[a-z][a-z0-9_-]*$/, 'must be lower-case letters, digits, - and _')
export const Column = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and _')

const Both = z.strictObject({ en: z.string().min(1), fr: z.string().min(1) })
/** A text in both languages; one text stands for both. */
export const Text = z.union([Both, z.string().min(1).transform((text) => ({ en: text, fr: text }))])
export type Text = z.infer<typeof Both>

export const Filter = z.strictObject({
  column: Column,
  title: Text,
  /** values: several of them; range: numbers; dates: days; mark: set by a click on a mark only. */
  kind: z.enum(['values', 'range', 'dates', 'mark']).default('values'),
  /** What names a value to people, where that is another column. */
  label: Column.optional(),
  unit: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
})
export type Filter = z.infer<typeof Filter>

export const Shown = z.strictObject({ column: Column, title: Text, unit: z.string().optional(), digits: z.number().int().min(0).max(10).optional() })

const Sort = z.strictObject({ column: Column, descending: z.boolean().default(false) })

/** One row in full: its text, its image's name, facts, and how its score was made. */
export const Detail = z.strictObject({
  heading: Column.optional(),
  text: Column.optional(),
  /** Column with an image's name or address: shown as a reference, never fetched. */
  image: Column.optional(),
  facts: z.array(Shown).default([]),
  score: z
    .strictObject({
      title: Text,
      total: Column,
      /** The score is `of` times the weighted sum of the terms. */
      of: z.number().positive(),
      terms: z.array(z.strictObject({ column: Column, title: Text, weight: z.number(), how: Text.optional(), from: Column.optional() })).min(1),
      conditions: z.array(z.strictObject({ column: Column, title: Text, from: z.number() })).default([]),
      /** Where the formula stands. */
      source: Text,
      /** Columns that the scorer made from `text`; they are compared with what it says now. */
      made: z.strictObject({ theme: Column.optional(), confidence: Column.optional(), keyword: Column.optional(), sentiment: Column.optional() }).optional(),
    })
    .optional(),
})

/** Rows that people page through: by what they are found, how they are sorted and what of them is shown. */
export const Listing = z.strictObject({
  title: Text,
  /** Column that names one row. */
  id: Column,
  /** Columns that a word is looked for in. */
  search: z.array(Column).default([]),
  sort: Sort,
  columns: z.array(Shown).min(1),
  detail: Detail.optional(),
})
export type Listing = z.infer<typeof Listing>

const Chart = z.strictObject({
  id: Name,
  title: Text,
  subtitle: Text.optional(),
  kind: z.enum(['figures', 'bars', 'share', 'table', 'histogram', 'line']),
  label: Column.optional(),
  value: Column.optional(),
  unit: z.string().optional(),
  /** Of figures: columns of the one row, with their names. `compare`: beside the version before. */
  figures: z.array(Shown.extend({ compare: z.boolean().default(false), of: Column.optional() })).optional(),
  /** Of a table: names of its columns; default: the columns of the result. */
  columns: z.array(Shown).optional(),
  /** Column of `filters` that a click on a mark sets: to the row's column of that name, else to its label. */
  filters: Column.optional(),
  /** Column of `filters` that a click bounds: from and below are columns of the row. */
  range: z.strictObject({ column: Column, from: Column.optional(), below: Column.optional() }).optional(),
  /** What else holds for the rows behind a mark, beside the filter that a click sets. */
  also: z.record(Column, z.array(z.union([z.string(), z.number(), z.boolean()]))).optional(),
  /** Column whose value opens one row of `rows`. */
  opens: Column.optional(),
  /** Of a line: the label at which a choice was made. */
  chosen: z.number().optional(),
  note: Text.optional(),
  /** A SELECT over `filtered`, the rows of `table` that the filters leave. */
  sql: z.string().min(1),
})

export const DashboardFile = z.strictObject({
  id: Name,
  title: Text,
  /** The published table whose columns the filters name. */
  table: Column,
  filters: z.array(Filter).default([]),
  rows: Listing.optional(),
  charts: z.array(Chart).min(1),
  /** Column → value → what people read instead. */
  words: z.record(Column, z.record(z.string(), Text)).default({}),
  /** What can't be shown, and why. */
  notProven: z.array(z.strictObject({ title: Text, reason: Text })).default([]),
})
export type DashboardFile = z.infer<typeof DashboardFile>

export const ViewFile = z.strictObject({
  id: Name,
  title: Text,
  /** Published tables that it reads: until they exist it is empty. */
  tables: z.array(Column).min(1),
  /** What one chooses from. */
  items: z.strictObject({ ...Listing.shape, name: Column, filters: z.array(Filter).default([]), sql: z.string().min(1) }),
  /** What belongs to the chosen one. `of`: the column that holds the item's id. */
  /** `dashboard`: where one row opens with its scores explained. */
  rows: z.strictObject({ ...Listing.shape, of: Column, dashboard: Name.optional(), filters: z.array(Filter).default([]), sql: z.string().min(1) }),
  words: z.record(Column, z.record(z.string(), Text)).default({}),
})
export type ViewFile = z.infer<typeof ViewFile>
