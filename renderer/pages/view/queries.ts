import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Client } from '#renderer/api/types.ts'
import { selectionOf, type SelectionSearch } from '#renderer/pages/dashboard/search.ts'
import type { ViewSearch } from './search.ts'

const ITEMS = 300
/** Reviews of one look: the product application shows ten. */
const ROWS = 10

export const viewQuery = (client: Client, environment: string, view: string) =>
  queryOptions({ queryKey: ['views', environment, view], queryFn: ({ signal }) => client.views.get({ environment, view }, { signal }) })

const only = ({ f, r, q }: SelectionSearch): SelectionSearch => ({ f, r, q })
const next = (last: { total: number; rows: readonly unknown[] }, _: unknown, offset: number): number | undefined => (last.rows.length > 0 && offset + last.rows.length < last.total ? offset + last.rows.length : undefined)

export const itemsQuery = (client: Client, environment: string, view: string, search: ViewSearch) =>
  infiniteQueryOptions({
    queryKey: ['views', environment, view, 'items', only(search), search.sort ?? null, search.asc ?? false],
    queryFn: ({ pageParam, signal }) =>
      client.views.items({ environment, view, selection: selectionOf(search), sort: search.sort === undefined ? undefined : { column: search.sort, descending: search.asc !== true }, offset: pageParam, limit: ITEMS }, { signal }),
    initialPageParam: 0,
    getNextPageParam: next,
    placeholderData: keepPreviousData,
  })

export const itemQuery = (client: Client, environment: string, view: string, item: string) =>
  queryOptions({ queryKey: ['views', environment, view, 'item', item], queryFn: ({ signal }) => client.views.item({ environment, view, item }, { signal }) })

export const itemRowsQuery = (client: Client, environment: string, view: string, item: string, search: SelectionSearch) =>
  infiniteQueryOptions({
    queryKey: ['views', environment, view, 'item', item, 'rows', only(search)],
    queryFn: ({ pageParam, signal }) => client.views.rows({ environment, view, item, selection: selectionOf(search), offset: pageParam, limit: ROWS }, { signal }),
    initialPageParam: 0,
    getNextPageParam: next,
    placeholderData: keepPreviousData,
  })
