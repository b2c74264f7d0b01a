import type { BothText, Chart, ChartRow, Json, Shown, ValueWords } from '#renderer/api/types.ts'
import type { Format } from '#renderer/i18n/format.ts'
import type { FilterValue, RangeValue } from './search.ts'

/** A measure as its unit wants it; without digits a whole number stays whole. */
export function showMeasure(value: Json | undefined, unit: string | undefined, f: Format, digits?: number): string {
  if (typeof value !== 'number') return cellText(value)
  if (unit === '%') return `${f.n(value, digits ?? 1)}\u00A0%`
  const kept = digits ?? (Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1)
  return unit ? `${f.n(value, kept)}\u00A0${unit}` : f.n(value, kept)
}

/** Any JSON value as text. */
export const cellText = (cell: Json | undefined): string => (cell === null || cell === undefined ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell))

/** `text_length` → "text length": a column's name as words. */
export const columnWords = (column: string): string => column.replaceAll('_', ' ').toLowerCase()

export interface Speaker {
  readonly say: (text: BothText | undefined) => string
  /** A value of a column in the words of the blueprint, else in its own; true and false in the reader's. */
  readonly value: (column: string | undefined, value: Json | undefined) => string
  /** A cell of a declared column. */
  readonly cell: (column: Shown, value: Json | undefined) => string
}

export function speaker(words: ValueWords, language: 'en' | 'fr', f: Format, yes: string, no: string): Speaker {
  const value = (column: string | undefined, cell: Json | undefined): string => {
    const known = column === undefined ? undefined : words[column]?.[cellText(cell)]
    return known ? known[language] : cell === true ? yes : cell === false ? no : cellText(cell)
  }
  return {
    say: (text) => text?.[language] ?? '',
    value,
    cell: ({ column, unit, digits }, cell) => (typeof cell === 'number' ? showMeasure(cell, unit, f, digits) : value(column, cell)),
  }
}

export const measureOf = (chart: Chart, row: ChartRow): number => {
  const value = row[chart.value ?? '']
  return typeof value === 'number' ? value : 0
}

/** What a click on the mark filters by; null when it can't. */
export function filterValueOf(chart: Chart, row: ChartRow): FilterValue | null {
  if (!chart.filters) return null
  const value = row[chart.filters] ?? row[chart.label ?? '']
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** What a click on the mark bounds; null when it can't. */
export function rangeOf({ range }: Chart, row: ChartRow): RangeValue | null {
  if (!range) return null
  const bound = (column: string | undefined): number | undefined => {
    const value = column === undefined ? undefined : row[column]
    return typeof value === 'number' ? value : undefined
  }
  const bounds = { from: bound(range.from), below: bound(range.below) }
  return bounds.from === undefined && bounds.below === undefined ? null : bounds
}

/** Names of a chart's columns with what they are called. */
export const columnsOf = (chart: Chart, rows: readonly ChartRow[]): readonly Shown[] =>
  chart.columns ?? Object.keys(rows[0] ?? {}).map((column) => ({ column, title: { en: columnWords(column), fr: columnWords(column) } }))
