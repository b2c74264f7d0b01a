import { ColumnPersonal, ColumnUnknown, FilterInvalid } from './errors.ts'
import { LONGEST_CELL, type ColumnKind, type DataColumn, type DataFilter, type DataSort } from './types.ts'

/* SQL that PostgreSQL and DuckDB both read. Values stand in it as literals: a COPY takes no parameters. */

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A text literal of standard SQL. Throws FilterInvalid for the one character that no text may hold. */
export function literal(column: string, value: string): string {
  if (value.includes('\0')) throw new FilterInvalid(column, 'it holds the character NUL')
  return `'${value.replaceAll("'", "''")}'`
}

/** A column's kind by the name of its type. */
export function kindOf(type: string): ColumnKind {
  const name = type.toLowerCase()
  if (/^(timestamp|date|datetime)/.test(name)) return 'time'
  if (/\[\]$|^(struct|map|list|union)/.test(name)) return 'other'
  if (/^(u?(tiny|small|big|huge)?int|integer|numeric|decimal|real|double|float|smallserial|serial|bigserial|money)/.test(name) && name !== 'interval') return 'number'
  if (name.startsWith('bool')) return 'boolean'
  if (/^(character|varchar|char|text|bpchar|name|uuid|enum)/.test(name)) return 'text'
  return 'other'
}

/** The column of that name whose values may be read. Throws ColumnUnknown, ColumnPersonal. */
export function openColumn(columns: readonly DataColumn[], name: string): DataColumn {
  const found = columns.find((column) => column.name === name)
  if (!found) throw new ColumnUnknown(name, columns.map((column) => column.name))
  if (found.personal) throw new ColumnPersonal(name)
  return found
}

const ISO = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** A filter's value as SQL, in the column's own kind. Throws FilterInvalid. */
function valueSql({ name, kind }: DataColumn, value: DataFilter['value']): string {
  if (value === undefined || value === '') throw new FilterInvalid(name, 'it has no value')
  if (kind === 'number') {
    const number = typeof value === 'number' ? value : Number(value)
    if (!Number.isFinite(number) || typeof value === 'boolean') throw new FilterInvalid(name, `${String(value).slice(0, 40)} is no number`)
    return typeof value === 'string' && /^-?\d+$/.test(value) ? value : String(number)
  }
  if (kind === 'boolean') {
    if (!/^(true|false)$/i.test(String(value))) throw new FilterInvalid(name, 'it must be true or false')
    return String(value).toLowerCase()
  }
  if (kind === 'time') {
    if (!ISO.test(String(value)) || Number.isNaN(Date.parse(String(value)))) throw new FilterInvalid(name, 'it must be a date or a time, like 2026-11-21 or 2026-11-21T14:30')
    return `CAST(${literal(name, String(value).replace('T', ' ').replace(/Z$/, ''))} AS TIMESTAMP)`
  }
  return literal(name, String(value))
}

/** What is compared: a text column itself, so that its index serves; anything unordered as its text. */
const compared = ({ name, kind }: DataColumn): string => (kind === 'other' ? `CAST(${identifier(name)} AS VARCHAR)` : identifier(name))

function filterSql(columns: readonly DataColumn[], { column: name, op, value }: DataFilter): string {
  const known = columns.find((one) => one.name === name)
  if (!known) throw new ColumnUnknown(name, columns.map((one) => one.name))
  if (op === 'null') return `${identifier(name)} IS NULL`
  if (op === 'not-null') return `${identifier(name)} IS NOT NULL`
  const column = openColumn(columns, name)
  if (op === 'contains') {
    if (value === undefined || value === '') throw new FilterInvalid(name, 'it has no value')
    return `CAST(${identifier(name)} AS VARCHAR) ILIKE ${literal(name, `%${String(value).replaceAll(/[!%_]/g, (mark) => `!${mark}`)}%`)} ESCAPE '!'`
  }
  const sql = valueSql(column, value)
  const left = compared(column)
  const wholeDay = column.kind === 'time' && String(value).length === 10
  switch (op) {
    case 'from':
      return `${left} >= ${sql}`
    case 'to':
      return wholeDay ? `${left} < ${sql} + INTERVAL '1 day'` : `${left} <= ${sql}`
    case 'equals':
      return wholeDay ? `(${left} >= ${sql} AND ${left} < ${sql} + INTERVAL '1 day')` : `${left} = ${sql}`
    default:
      return wholeDay ? `(${left} < ${sql} OR ${left} >= ${sql} + INTERVAL '1 day' OR ${left} IS NULL)` : `${left} IS DISTINCT FROM ${sql}`
  }
}

/** ` WHERE …`, or nothing. Throws ColumnUnknown, ColumnPersonal, FilterInvalid. */
export function whereSql(columns: readonly DataColumn[], filters: readonly DataFilter[], more: readonly string[] = []): string {
  const terms = [...filters.map((filter) => filterSql(columns, filter)), ...more]
  return terms.length === 0 ? '' : ` WHERE ${terms.join(' AND ')}`
}

/** ` ORDER BY …` with `ties` behind it, so that no page repeats or loses a row; NULL comes last. */
export function orderSql(columns: readonly DataColumn[], sort: DataSort | null, ties: readonly string[]): string {
  const first = sort === null ? [] : [`${compared(openColumn(columns, sort.column))} ${sort.descending ? 'DESC' : 'ASC'} NULLS LAST`]
  const terms = [...first, ...ties]
  return terms.length === 0 ? '' : ` ORDER BY ${terms.join(', ')}`
}

/** Every column that may be read, as text of at most LONGEST_CELL + 1 characters, named c<index>. */
export function cellsSql(columns: readonly DataColumn[]): string {
  const cells = columns.flatMap(({ name, personal }, i) => (personal ? [] : [`left(CAST(${identifier(name)} AS VARCHAR), ${LONGEST_CELL + 1}) AS c${i}`]))
  return cells.length === 0 ? '1 AS nothing' : cells.join(', ')
}

/** The columns of an export by their own names; personal ones are left out. */
export const exportedSql = (columns: readonly DataColumn[]): string => columns.filter(({ personal }) => !personal).map(({ name }) => identifier(name)).join(', ')
