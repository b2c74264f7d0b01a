import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Client } from '#renderer/api/types.ts'
import type { DashboardSearch } from './search.ts'

export const dashboardQuery = (client: Client, environment: string, dashboard: string) =>
  queryOptions({ queryKey: ['dashboards', environment, dashboard], queryFn: ({ signal }) => client.dashboards.get({ environment, dashboard }, { signal }) })

/** All charts under the filters, in one consistent read. */
export const chartsQuery = (client: Client, environment: string, dashboard: string, filters: DashboardSearch['f']) =>
  queryOptions({
    queryKey: ['dashboards', environment, dashboard, 'rows', filters ?? {}],
    queryFn: ({ signal }) =>
      client.dashboards.query({ environment, dashboard, filters: Object.fromEntries(Object.entries(filters ?? {}).map(([column, values]) => [column, [...values]])) }, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
