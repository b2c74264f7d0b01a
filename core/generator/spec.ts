import { z } from 'zod'

/*
 * The language in which a blueprint describes generated tables. A table has `rows`, integer vectors (`draws`,
 * computed once, addressable from other tables as `table.draw`) and `columns` that turn a row number and the
 * draws into text. Rows and quotas are for scale 1; `fixed: true` keeps a table's rows at every scale.
 */

const Weights = z.record(z.string(), z.number().nonnegative())

export const DrawSpec = z.discriminatedUnion('draw', [
  /** Exact counts per value, shuffled. In `strata` (rows whose draw `on` is below `below`) the shares differ. */
  z.strictObject({
    draw: z.literal('quota'),
    counts: Weights,
    /** Value of all rows that the counts leave over. */
    rest: z.number().int().optional(),
    strata: z.array(z.strictObject({ on: z.string(), below: z.number().int(), shares: Weights })).default([]),
  }),
  /** Row numbers of `of`: exactly `reached` of them are hit, the first `largest.length` that often, the rest along the quantiles (share of reached → rows each). */
  z.strictObject({
    draw: z.literal('spread'),
    of: z.string(),
    reached: z.number().int(),
    largest: z.array(z.number().int()).min(1),
    quantiles: z.array(z.tuple([z.number(), z.number().int()])).min(1),
  }),
  /** Independent per row; with `on` the weights depend on another draw of the row. */
  z.strictObject({ draw: z.literal('chance'), on: z.string().optional(), weights: Weights.optional(), cases: z.record(z.string(), Weights).optional() }),
  z.strictObject({ draw: z.literal('uniform'), from: z.number().int(), to: z.number().int() }),
  /** Row numbers of `of`, each at most once. */
  z.strictObject({ draw: z.literal('distinct'), of: z.string() }),
  /** row modulo the rows of `of` */
  z.strictObject({ draw: z.literal('wrap'), of: z.string() }),
  /** floor(row / by) */
  z.strictObject({ draw: z.literal('each'), by: z.number().int() }),
  /** Another table's draw at the row that own draw `at` names. */
  z.strictObject({ draw: z.literal('follow'), from: z.string(), at: z.string() }),
  /** Exact total over the rows whose draw `on` is `is` (at least 1 each, at most `most`), 0 elsewhere. */
  z.strictObject({ draw: z.literal('split'), total: z.number().int(), on: z.string().optional(), is: z.number().int().default(1), most: z.number().int(), shape: z.number().default(0.5) }),
  /** For a child table: row number of the parent, each as often as its draw `counts` says. */
  z.strictObject({ draw: z.literal('children'), counts: z.string() }),
  /** For a child table: 1, 2, … within the parent. */
  z.strictObject({ draw: z.literal('ordinal'), parent: z.string() }),
  z.strictObject({ draw: z.literal('constant'), value: z.number().int() }),
  /** The last row number of a table. */
  z.strictObject({ draw: z.literal('last'), of: z.string() }),
  /** Own draws one after the other: the first `rows` rows take one, the next another; the last part has no `rows`. */
  z.strictObject({ draw: z.literal('concat'), parts: z.array(z.strictObject({ rows: z.number().int().optional(), of: z.string() })).min(1) }),
])
export type DrawSpec = z.infer<typeof DrawSpec>

const common = {
  /** Names or describes a person: gets a marker when markers are asked for. */
  personal: z.boolean().optional(),
  /** Literal value of the table's last row. */
  last: z.string().optional(),
  /** NULL where the draw has that value. */
  absent: z.strictObject({ on: z.string(), is: z.number().int() }).optional(),
  /** '' where the draw has that value. */
  empty: z.strictObject({ on: z.string(), is: z.number().int() }).optional(),
  /** Spaces only where the draw has that value. */
  blank: z.strictObject({ on: z.string(), is: z.number().int() }).optional(),
}

export const ColumnSpec = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sequence'), start: z.number().int().default(1), ...common }),
  /** An identifier that is unique per row: prefix + characters of the alphabet (`length` together) + suffix. */
  z.strictObject({ kind: z.literal('code'), prefix: z.string().default(''), alphabet: z.enum(['base32', 'base36', 'digits', 'base64']), length: z.number().int(), suffix: z.string().default(''), ...common }),
  /** The value of `table.column` at row `at` (own draw), or row by row from its first row on, or up to its last. */
  z.strictObject({ kind: z.literal('ref'), to: z.string(), at: z.string().optional(), align: z.enum(['start', 'end']).default('start'), ...common }),
  z.strictObject({ kind: z.literal('draw'), of: z.string(), plus: z.number().int().default(0), ...common }),
  z.strictObject({ kind: z.literal('integer'), from: z.number().int(), to: z.number().int(), ...common }),
  /** Log-uniform between from and to, with that many decimals. */
  z.strictObject({ kind: z.literal('price'), from: z.number(), to: z.number(), decimals: z.number().int().default(2), ...common }),
  z.strictObject({ kind: z.literal('pick'), values: z.union([z.array(z.string()), Weights]), ...common }),
  z.strictObject({ kind: z.literal('map'), on: z.string(), values: z.record(z.string(), z.string()), ...common }),
  /** ISO date: from + draw (or uniform up to `to`) days. */
  z.strictObject({ kind: z.literal('date'), from: z.iso.date(), to: z.iso.date().optional(), plus: z.string().optional(), ...common }),
  /** Phrase of the list: {list} expands, {#} is the row number, [a|b] chooses. */
  z.strictObject({ kind: z.literal('phrase'), of: z.string(), ...common }),
  /** Prose of the phrase banks: by language, mood and theme; lengths log-normal, in characters. */
  z.strictObject({
    kind: z.literal('prose'),
    language: z.string(),
    mood: z.string(),
    theme: z.string(),
    median: z.number(),
    sigma: z.number(),
    most: z.number().int(),
    ...common,
  }),
  /** A short line of the phrase banks, by language and mood. */
  z.strictObject({ kind: z.literal('headline'), language: z.string(), mood: z.string(), ...common }),
  z.strictObject({ kind: z.literal('absent'), ...common }),
])
export type ColumnSpec = z.infer<typeof ColumnSpec>

export const TableSpec = z.strictObject({
  rows: z.number().int().nonnegative(),
  fixed: z.boolean().default(false),
  draws: z.record(z.string(), DrawSpec).default({}),
  columns: z.record(z.string(), ColumnSpec),
})
export type TableSpec = z.infer<typeof TableSpec>

const Phrases = z.array(z.string()).min(1)
const ByTheme = z.record(z.string(), Phrases)

/** One language: `lists` are named choices for {slots}; the tiers go from a word to a sentence. */
export const LanguageSpec = z.strictObject({
  /** Between two sentences: a space, or nothing in Chinese and Japanese. */
  between: z.string().default(' '),
  lists: z.record(z.string(), Phrases),
  tiny: z.record(z.string(), Phrases),
  headlines: z.record(z.string(), Phrases),
  sentences: z.record(z.string(), ByTheme),
  /** Now and then at the end: emojis, signs. */
  endings: z.record(z.string(), Phrases),
})
export type LanguageSpec = z.infer<typeof LanguageSpec>

export const GeneratorSpec = z.strictObject({
  version: z.literal(1),
  title: z.string(),
  /** Tables that a first pipeline run needs, loaded before the others. */
  first: z.array(z.string()),
  tables: z.record(z.string(), TableSpec),
  /** Phrase lists for `phrase` columns. */
  phrases: z.record(z.string(), Phrases).default({}),
  /** Values of the draws `language`, `mood` and `theme`, in order from 0. */
  languages: z.array(z.string()).default([]),
  moods: z.array(z.string()).default([]),
  themes: z.array(z.string()).default([]),
})
export type GeneratorSpec = z.infer<typeof GeneratorSpec>
