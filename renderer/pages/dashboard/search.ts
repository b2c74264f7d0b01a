export type FilterValue = string | number | boolean

export interface DashboardSearch {
  /** Column → allowed values. */
  readonly f?: Readonly<Record<string, readonly FilterValue[]>>
}

const plain = (value: unknown): value is FilterValue => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

export function dashboardSearch(raw: Record<string, unknown>): DashboardSearch {
  if (typeof raw.f !== 'object' || raw.f === null) return {}
  const kept = Object.entries(raw.f).flatMap(([column, values]): [string, FilterValue[]][] => {
    const list = Array.isArray(values) ? values.filter(plain) : []
    return list.length > 0 ? [[column, list]] : []
  })
  return kept.length > 0 ? { f: Object.fromEntries(kept) } : {}
}

/** Filters with one value added when it was absent and removed when it was there. */
export function toggled(filters: DashboardSearch['f'], column: string, value: FilterValue): DashboardSearch['f'] {
  const held = filters?.[column] ?? []
  const next = held.includes(value) ? held.filter((each) => each !== value) : [...held, value]
  const { [column]: _, ...others } = filters ?? {}
  const all = next.length > 0 ? { ...others, [column]: next } : others
  return Object.keys(all).length > 0 ? all : undefined
}
