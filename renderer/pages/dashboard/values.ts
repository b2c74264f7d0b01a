import type { Chart, ChartRow, Json } from '#renderer/api/types.ts'
import type { Format } from '#renderer/i18n/format.ts'
import type { FilterValue } from './search.ts'

/** A measure as its chart's unit wants it. */
export function showMeasure(value: Json | undefined, unit: string | undefined, f: Format): string {
  if (typeof value !== 'number') return cellText(value)
  if (unit === '%') return `${f.n(value, 1)}\u00A0%`
  if (unit === 'share') return f.pct(value)
  const digits = Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1
  return unit ? `${f.n(value, digits)}\u00A0${unit}` : f.n(value, digits)
}

/** Any JSON value as text. */
export const cellText = (cell: Json | undefined): string => (cell === null || cell === undefined ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell))

/** `text_length` → "text length": a column's name as words. */
export const columnWords = (column: string): string => column.replaceAll('_', ' ').toLowerCase()

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

export interface FigureValue {
  readonly label: string
  readonly value: Json
  readonly unit?: string
}

/** Figures come as rows of name and value, or as the columns of one row. */
export function figuresOf(chart: Chart, rows: readonly ChartRow[]): FigureValue[] {
  const { label, value } = chart
  if (label && value) return rows.map((row) => ({ label: cellText(row[label]), value: row[value] ?? null, unit: typeof row.unit === 'string' ? row.unit : chart.unit }))
  return Object.entries(rows[0] ?? {}).map(([column, cell]) => ({ label: columnWords(column), value: cell, unit: undefined }))
}
