export type FilterValue = string | number | boolean

export interface RangeValue {
  readonly from?: number | string
  readonly to?: number | string
  /** First value that doesn't count any more. */
  readonly below?: number | string
}

/** What narrows the rows, as the address holds it. */
export interface SelectionSearch {
  /** Column → allowed values. */
  readonly f?: Readonly<Record<string, readonly FilterValue[]>>
  /** Column → bounds. */
  readonly r?: Readonly<Record<string, RangeValue>>
  readonly q?: string
}

export interface DashboardSearch extends SelectionSearch {
  /** The rows behind the charts instead of the charts. */
  readonly show?: 'rows'
  /** Id of the row that is open. */
  readonly row?: string
  readonly sort?: string
  readonly asc?: true
}

const plain = (value: unknown): value is FilterValue => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
const bound = (value: unknown): value is number | string => typeof value === 'number' || (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value))
const entries = (raw: unknown): [string, unknown][] => (typeof raw === 'object' && raw !== null ? Object.entries(raw) : [])
const some = <T>(found: readonly [string, T][]): Record<string, T> | undefined => (found.length > 0 ? Object.fromEntries(found) : undefined)

/** What fits of an address; people type them too. */
export function selectionSearch(raw: Record<string, unknown>): SelectionSearch {
  const f = some(
    entries(raw.f).flatMap(([column, values]): [string, FilterValue[]][] => {
      const list = Array.isArray(values) ? values.filter(plain) : []
      return list.length > 0 ? [[column, list]] : []
    }),
  )
  const r = some(
    entries(raw.r).flatMap(([column, bounds]): [string, RangeValue][] => {
      const kept = entries(bounds).filter((each): each is [keyof RangeValue, number | string] => ['from', 'to', 'below'].includes(each[0]) && bound(each[1]))
      return kept.length > 0 ? [[column, Object.fromEntries(kept)]] : []
    }),
  )
  const q = typeof raw.q === 'string' && raw.q !== '' ? raw.q : typeof raw.q === 'number' ? String(raw.q) : undefined
  return { ...(f && { f }), ...(r && { r }), ...(q && { q }) }
}

export function dashboardSearch(raw: Record<string, unknown>): DashboardSearch {
  const row = typeof raw.row === 'string' || typeof raw.row === 'number' ? String(raw.row) : undefined
  return {
    ...selectionSearch(raw),
    ...(raw.show === 'rows' && { show: 'rows' }),
    ...(row && { row }),
    ...(typeof raw.sort === 'string' && { sort: raw.sort }),
    ...((raw.asc === true || raw.asc === 'true') && { asc: true }),
  }
}

/** Filters with one value added when it was absent and removed when it was there. */
export function toggled(filters: SelectionSearch['f'], column: string, value: FilterValue): SelectionSearch['f'] {
  const held = filters?.[column] ?? []
  return withValues(filters, column, held.includes(value) ? held.filter((each) => each !== value) : [...held, value])
}

/** Filters with one column set; without values it is left out. */
export function withValues(filters: SelectionSearch['f'], column: string, values: readonly FilterValue[]): SelectionSearch['f'] {
  const { [column]: _, ...others } = filters ?? {}
  const all = values.length > 0 ? { ...others, [column]: values } : others
  return Object.keys(all).length > 0 ? all : undefined
}

export function withRange(ranges: SelectionSearch['r'], column: string, bounds: RangeValue): SelectionSearch['r'] {
  const { [column]: _, ...others } = ranges ?? {}
  const kept = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined))
  const all = Object.keys(kept).length > 0 ? { ...others, [column]: kept } : others
  return Object.keys(all).length > 0 ? all : undefined
}

export const sameRange = (a: RangeValue | undefined, b: RangeValue): boolean => a?.from === b.from && a?.to === b.to && a?.below === b.below

export const narrowed = ({ f, r, q }: SelectionSearch): boolean => f !== undefined || r !== undefined || q !== undefined

/** As the core wants it. */
export const selectionOf = ({ f, r, q }: SelectionSearch) => ({
  values: f && Object.fromEntries(Object.entries(f).map(([column, values]) => [column, [...values]])),
  ranges: r && Object.fromEntries(Object.entries(r).map(([column, bounds]) => [column, { ...bounds }])),
  search: q,
})
