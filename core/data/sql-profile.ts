import type { Json } from '#core/base/json.ts'
import { cellOf } from './cells.ts'
import { identifier, whereSql } from './sql.ts'
import type { SqlTable } from './sql-shelf.ts'
import type { ColumnProfile, DataColumn, DataFilter, HistogramBar } from './types.ts'

/** Bars of a histogram, and values of a list of the most frequent. */
export const BARS = 24
export const TOP = 12

interface Profiled extends Pick<SqlTable, 'from' | 'query'> {
  readonly columns: readonly DataColumn[]
}

/** Nulls, distinct values, range and distribution of one column, in at most three statements of its engine. */
export async function profileColumn({ columns, from, query }: Profiled, column: DataColumn, filters: readonly DataFilter[], signal: AbortSignal): Promise<ColumnProfile> {
  const { name, kind, personal } = column
  const where = whereSql(columns, filters)
  const own = identifier(name)
  const base = { column: name, kind, personal }
  if (personal) {
    const [found] = await query(`SELECT count(*) AS n, count(${own}) AS k FROM ${from}${where}`, signal)
    const rows = Number(found?.n ?? 0)
    return { ...base, rows, nulls: rows - Number(found?.k ?? 0), distinct: null, min: null, max: null, mean: null, histogram: null, top: [] }
  }
  const ordered = kind === 'number' || kind === 'time' ? own : `CAST(${own} AS VARCHAR)`
  const position = kind === 'number' ? `CAST(${own} AS FLOAT8)` : `CAST(EXTRACT(EPOCH FROM CAST(${own} AS TIMESTAMP)) * 1000 AS FLOAT8)`
  const measured = kind === 'number' || kind === 'time' ? `, min(${position}) AS low, max(${position}) AS high${kind === 'number' ? `, avg(${position}) AS mean` : ''}` : ''
  const [found] = await query(
    `SELECT count(*) AS n, count(${own}) AS k, count(DISTINCT ${ordered}) AS d, left(CAST(min(${ordered}) AS VARCHAR), 200) AS lo, left(CAST(max(${ordered}) AS VARCHAR), 200) AS hi${measured} FROM ${from}${where}`,
    signal,
  )
  const [rows, known, distinct] = [Number(found?.n ?? 0), Number(found?.k ?? 0), Number(found?.d ?? 0)]
  const [low, high] = [numberOf(found?.low), numberOf(found?.high)]
  const histogram = low === null || high === null ? null : await bars({ from, query }, where, position, low, high, known, signal)
  const top =
    distinct === known
      ? []
      : (await query(`SELECT left(CAST(${own} AS VARCHAR), 200) AS v, count(*) AS n FROM ${from}${whereSql(columns, filters, [`${own} IS NOT NULL`])} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${TOP}`, signal)).map(({ v, n }) => ({
          value: v as string,
          count: Number(n),
        }))
  return { ...base, rows, nulls: rows - known, distinct, min: cellOf(found?.lo, kind), max: cellOf(found?.hi, kind), mean: kind === 'number' ? numberOf(found?.mean) : null, histogram, top }
}

async function bars({ from, query }: Pick<SqlTable, 'from' | 'query'>, where: string, position: string, low: number, high: number, known: number, signal: AbortSignal): Promise<HistogramBar[]> {
  if (low === high) return [{ from: low, to: high, count: known }]
  const width = (high - low) / BARS
  const bar = `least(floor((${position} - (${low})) / ${width}), ${BARS - 1})`
  const found = await query(`SELECT ${bar} AS bar, count(*) AS n FROM ${from}${where} GROUP BY 1`, signal)
  const counts = new Map(found.flatMap(({ bar: at, n }) => (at === null ? [] : [[Number(at), Number(n)] as const])))
  return Array.from({ length: BARS }, (_, i) => ({ from: low + i * width, to: low + (i + 1) * width, count: counts.get(i) ?? 0 }))
}

function numberOf(value: Json | undefined): number | null {
  if (value === null || value === undefined) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}
