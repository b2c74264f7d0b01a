import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Client } from '#renderer/api/types.ts'
import { selectionOf, type DashboardSearch, type SelectionSearch } from './search.ts'

/** Rows of one page of the list. */
export const PAGE = 300

export const dashboardQuery = (client: Client, environment: string, dashboard: string) =>
  queryOptions({ queryKey: ['dashboards', environment, dashboard], queryFn: ({ signal }) => client.dashboards.get({ environment, dashboard }, { signal }) })

const only = ({ f, r, q }: SelectionSearch): SelectionSearch => ({ f, r, q })

/** All charts under the filters, in one consistent read; a newer question ends the older one in the core. */
export const chartsQuery = (client: Client, environment: string, dashboard: string, search: SelectionSearch) =>
  queryOptions({
    queryKey: ['dashboards', environment, dashboard, 'charts', only(search)],
    queryFn: ({ signal }) => client.dashboards.query({ environment, dashboard, selection: selectionOf(search) }, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })

/** The rows behind the charts, page by page. */
export const rowsQuery = (client: Client, environment: string, dashboard: string, search: DashboardSearch) =>
  infiniteQueryOptions({
    queryKey: ['dashboards', environment, dashboard, 'rows', only(search), search.sort ?? null, search.asc ?? false],
    queryFn: ({ pageParam, signal }) =>
      client.dashboards.page({ environment, dashboard, selection: selectionOf(search), sort: search.sort === undefined ? undefined : { column: search.sort, descending: search.asc !== true }, offset: pageParam, limit: PAGE }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (last, _, offset) => (offset + last.rows.length < last.total && last.rows.length > 0 ? offset + last.rows.length : undefined),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })

export const rowQuery = (client: Client, environment: string, dashboard: string, id: string) =>
  queryOptions({ queryKey: ['dashboards', environment, dashboard, 'row', id], queryFn: ({ signal }) => client.dashboards.row({ environment, dashboard, id }, { signal }) })

export const explainQuery = (client: Client, text: string) =>
  queryOptions({ queryKey: ['explain', text], queryFn: ({ signal }) => client.scoring.explain({ text }, { signal }), staleTime: Infinity, gcTime: 60_000 })
