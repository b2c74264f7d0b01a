import type { Json } from '#core/base/json.ts'
import type { WarehouseSession } from '#core/connectors/types.ts'
import type { Filter, Listing } from './definition.ts'
import { ColumnNotDeclared } from './errors.ts'

export type Value = string | number | boolean

export interface Bounds {
  /** First value that counts. */
  readonly from?: number | string
  /** Last value that counts. */
  readonly to?: number | string
  /** First value that doesn't count any more. */
  readonly below?: number | string
}

/** What a reader asked for: of several values one must hold, of several filters all. */
export interface Selection {
  readonly values?: Readonly<Record<string, readonly Value[]>>
  readonly ranges?: Readonly<Record<string, Bounds>>
  readonly search?: string
}

export interface PageAsk {
  readonly sort?: { readonly column: string; readonly descending: boolean }
  readonly offset: number
  readonly limit: number
}

export type Row = Readonly<Record<string, Json>>

/** A literal of the engine's SQL. */
export const literal = (value: Value): string => (typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value))

const likeText = (text: string): string => literal(`%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`)

/** Characters of a text in a list: the whole of it is read with the one row. */
const CUT = 400

/**
 * Terms of a WHERE for what was asked, names checked against what the blueprint declares.
 * @throws ColumnNotDeclared
 */
export function termsOf(selection: Selection, filters: readonly Filter[], search: readonly string[]): string[] {
  const declared = (column: string): Filter => {
    const found = filters.find((filter) => filter.column === column)
    if (!found) throw new ColumnNotDeclared(column, filters.map((filter) => filter.column))
    return found
  }
  const values = Object.entries(selection.values ?? {}).flatMap(([column, list]) => (list.length === 0 ? [] : [`${declared(column).column} IN (${list.map(literal).join(', ')})`]))
  const ranges = Object.entries(selection.ranges ?? {}).flatMap(([column, { from, to, below }]) => {
    const measured = declared(column).kind === 'dates' ? `${column}::DATE` : column
    return [from === undefined ? null : `${measured} >= ${literal(from)}`, to === undefined ? null : `${measured} <= ${literal(to)}`, below === undefined ? null : `${measured} < ${literal(below)}`].filter((term) => term !== null)
  })
  const text = selection.search?.trim()
  const words = text && search.length > 0 ? [`(${search.map((column) => `${column}::VARCHAR ILIKE ${likeText(text)} ESCAPE '\\'`).join(' OR ')})`] : []
  return [...values, ...ranges, ...words]
}

export const where = (terms: readonly string[]): string => (terms.length > 0 ? ` WHERE ${terms.join(' AND ')}` : '')

/** A page of `from` as the listing sorts it, its long texts cut, and how many rows there are in all. @throws ColumnNotDeclared */
export async function readPage(session: WarehouseSession, from: string, listing: Pick<Listing, 'id' | 'sort' | 'columns' | 'detail'>, { sort = listing.sort, offset, limit }: PageAsk, terms: readonly string[], signal?: AbortSignal): Promise<{ total: number; rows: Row[] }> {
  const { id, columns, detail } = listing
  const names = [...new Set([id, ...columns.map(({ column }) => column), ...(detail?.image ? [detail.image] : [])])]
  if (sort.column !== listing.sort.column && !names.includes(sort.column)) throw new ColumnNotDeclared(sort.column, names)
  const [counted] = await session.rows<{ n: number }>(`SELECT count(*) AS n FROM ${from}${where(terms)}`, undefined, signal)
  const kinds = new Map((await session.rows<{ column_name: string; column_type: string }>(`DESCRIBE SELECT ${names.join(', ')} FROM ${from}`, undefined, signal)).map((row) => [row.column_name, row.column_type]))
  const shown = names.map((name) => (kinds.get(name) === 'VARCHAR' && name !== id ? `left(${name}, ${CUT}) AS ${name}` : name))
  const order = `ORDER BY ${sort.column} ${sort.descending ? 'DESC' : 'ASC'} NULLS LAST, ${id}`
  const rows = await session.rows(`SELECT ${shown.join(', ')} FROM ${from}${where(terms)} ${order} LIMIT ${limit} OFFSET ${offset}`, undefined, signal)
  return { total: counted?.n ?? 0, rows }
}

/** One row in full. */
export async function readRow(session: WarehouseSession, from: string, { id }: Pick<Listing, 'id'>, key: string, signal?: AbortSignal): Promise<Row | null> {
  const [row] = await session.rows(`SELECT * FROM ${from} WHERE ${id}::VARCHAR = ${literal(key)} LIMIT 1`, undefined, signal)
  return row ?? null
}

/** Values of a filter's column with their rows, most frequent first, under `terms` and the words typed. */
export async function readValues(session: WarehouseSession, from: string, { column, label = column }: Filter, terms: readonly string[], text: string, signal?: AbortSignal): Promise<{ value: Value; label: string; count: number }[]> {
  const typed = text.trim()
  const all = [...terms, `${column} IS NOT NULL`, ...(typed ? [`(${label}::VARCHAR ILIKE ${likeText(typed)} ESCAPE '\\' OR ${column}::VARCHAR ILIKE ${likeText(typed)} ESCAPE '\\')`] : [])]
  return session.rows<{ value: Value; label: string; count: number }>(
    `SELECT ${column} AS value, coalesce(any_value(${label})::VARCHAR, ${column}::VARCHAR) AS label, count(*) AS count FROM ${from}${where(all)} GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT 100`,
    undefined,
    signal,
  )
}

/** The selection without one column: what a filter's own values are counted under. */
export function without({ values = {}, ranges = {}, search }: Selection, column: string): Selection {
  const { [column]: _, ...otherValues } = values
  const { [column]: __, ...otherRanges } = ranges
  return { values: otherValues, ranges: otherRanges, search }
}
