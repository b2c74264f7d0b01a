import { selectionSearch, type SelectionSearch } from '#renderer/pages/dashboard/search.ts'

export interface ViewSearch extends SelectionSearch {
  readonly sort?: string
  readonly asc?: true
}

export const viewSearch = (raw: Record<string, unknown>): ViewSearch => ({
  ...selectionSearch(raw),
  ...(typeof raw.sort === 'string' && { sort: raw.sort }),
  ...((raw.asc === true || raw.asc === 'true') && { asc: true }),
})
