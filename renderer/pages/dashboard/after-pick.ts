import type { Chart } from '#renderer/api/types.ts'
import type { Pick } from './chart.tsx'
import { sameRange, toggled, withRange, withValues, type DashboardSearch } from './search.ts'

/** The address after a click on a mark: the filter toggled, or with Shift the rows behind it. */
export function afterPick(search: DashboardSearch, pick: Pick): DashboardSearch {
  if (pick.kind === 'row') return { ...search, row: pick.id }
  const { column, also, drill } = pick
  const narrowedTo: DashboardSearch =
    pick.kind === 'value'
      ? { ...search, f: drill ? withValues(search.f, column, [pick.value]) : toggled(search.f, column, pick.value) }
      : { ...search, r: withRange(search.r, column, !drill && sameRange(search.r?.[column], pick.bounds) ? {} : pick.bounds) }
  return drill ? { ...withAlso(narrowedTo, also), show: 'rows', row: undefined } : narrowedTo
}

/** Filters with what else holds for the rows of a chart. */
export const withAlso = (search: DashboardSearch, also: Chart['also']): DashboardSearch => Object.entries(also ?? {}).reduce<DashboardSearch>((held, [column, values]) => ({ ...held, f: withValues(held.f, column, values) }), search)
