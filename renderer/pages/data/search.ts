import { flag, oneOf, text } from '#renderer/api/search.ts'

export const OPS = ['contains', 'equals', 'not-equals', 'from', 'to', 'null', 'not-null'] as const
export type Op = (typeof OPS)[number]
export interface Filter {
  readonly column: string
  readonly op: Op
  readonly value?: string | number | boolean
}
export const SYSTEMS = ['postgresql', 'object-store', 'warehouse', 'document-store'] as const
export type System = (typeof SYSTEMS)[number]

/** How rows are looked at; the same wherever rows are shown. */
export interface RowsSearch {
  readonly f?: readonly Filter[]
  readonly sort?: string
  readonly desc?: true
  /** Place of the row that is open, from 0. */
  readonly row?: number
  /** The column profile is open. */
  readonly profile?: true
}

export interface DataSearch extends RowsSearch {
  readonly system?: System
  readonly name?: string
  readonly version?: string
}

const filterOf = (raw: unknown): Filter[] => {
  if (typeof raw !== 'object' || raw === null) return []
  const { column, op, value } = raw as Record<string, unknown>
  const known = OPS.find((one) => one === op)
  if (typeof column !== 'string' || !known) return []
  if (known === 'null' || known === 'not-null') return [{ column, op: known }]
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [{ column, op: known, value }] : []
}

export function rowsSearch(raw: Record<string, unknown>): RowsSearch {
  const f = Array.isArray(raw.f) ? raw.f.flatMap(filterOf).slice(0, 40) : []
  const row = raw.row
  return {
    f: f.length > 0 ? f : undefined,
    sort: text(raw, 'sort'),
    desc: flag(raw, 'desc'),
    row: typeof row === 'number' && Number.isInteger(row) && row >= 0 ? row : undefined,
    profile: flag(raw, 'profile'),
  }
}

export const dataSearch = (raw: Record<string, unknown>): DataSearch => ({ system: oneOf(raw, 'system', SYSTEMS), name: text(raw, 'name'), version: text(raw, 'version'), ...rowsSearch(raw) })
