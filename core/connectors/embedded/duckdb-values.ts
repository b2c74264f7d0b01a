import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBDataChunk,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { Json } from '#core/base/json.ts'

const DAY_MS = 86_400_000

/** Beyond the years that JavaScript knows (and for DuckDB's infinity) the value's own text. */
const isoOf = (ms: number, otherwise: DuckDBValue): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(otherwise))

/**
 * A DuckDB value as plain JSON: big integers as numbers where exact and as strings where not, dates as
 * YYYY-MM-DD, timestamps as ISO 8601 in UTC, decimals as numbers, anything else as DuckDB prints it.
 */
export function plainValue(value: DuckDBValue): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
    default:
  }
  if (value === null || value === undefined) return null
  if (value instanceof DuckDBDateValue) return isoOf(value.days * DAY_MS, value).replace(/T.*$/, '')
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return isoOf(Number(value.micros / 1000n), value)
  if (value instanceof DuckDBTimestampMillisecondsValue) return isoOf(Number(value.millis), value)
  if (value instanceof DuckDBTimestampSecondsValue) return isoOf(Number(value.seconds) * 1000, value)
  if (value instanceof DuckDBTimestampNanosecondsValue) return isoOf(Number(value.nanos / 1_000_000n), value)
  if (value instanceof DuckDBDecimalValue) return value.toDouble()
  if (value instanceof DuckDBListValue) return value.items.map(plainValue)
  if (value instanceof DuckDBStructValue) return Object.fromEntries(Object.entries(value.entries).map(([key, member]) => [key, plainValue(member)]))
  return String(value)
}

/** Rows of one chunk as plain objects. */
export function plainRows(chunk: DuckDBDataChunk, names: readonly string[]): Record<string, Json>[] {
  const columns = names.map((_, index) => chunk.getColumnValues(index))
  return Array.from({ length: chunk.rowCount }, (_, row) => {
    const object: Record<string, Json> = {}
    for (let column = 0; column < names.length; column += 1) object[names[column] as string] = plainValue(columns[column]?.[row] as DuckDBValue)
    return object
  })
}
