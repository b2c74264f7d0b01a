import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Client, DataColumn, DataProfile, Json } from '#renderer/api/types.ts'
import type { Filter, System as TreeSystem } from './search.ts'

/** `scored`: files that runs of scoring wrote, by the run's id. */
type System = TreeSystem | 'scored'

export const PAGE = 200

/** The thing whose rows are shown. */
export interface At {
  readonly environment: string
  readonly system: System
  readonly name: string
  readonly version?: string
}

export interface Ask extends At {
  readonly filters: Filter[]
  readonly sort: { readonly column: string; readonly descending: boolean } | null
}

/** One row of a page. */
export interface Row {
  readonly index: number
  readonly cells: readonly Json[]
}

export const treeQuery = (client: Client, environment: string) =>
  queryOptions({ queryKey: ['data', 'tree', environment], queryFn: ({ signal }) => client.data.tree({ environment }, { signal }), staleTime: 10_000 })

export const describeQuery = (client: Client, at: At) =>
  queryOptions({ queryKey: ['data', 'describe', at], queryFn: ({ signal }) => client.data.describe(at, { signal }), staleTime: 10_000, retry: false })

export const countQuery = (client: Client, { sort: _, ...at }: Ask) =>
  queryOptions({ queryKey: ['data', 'count', at], queryFn: ({ signal }) => client.data.count(at, { signal }), staleTime: 10_000, retry: false, placeholderData: keepPreviousData })

/** One page of rows. Leaving the page aborts it, and the system cancels its statement. */
export const pageQuery = (client: Client, ask: Ask, page: number) =>
  queryOptions({
    queryKey: ['data', 'page', ask, page],
    queryFn: async ({ signal }): Promise<Row[]> => (await client.data.page({ ...ask, offset: page * PAGE, limit: PAGE }, { signal })).rows.map((cells, i) => ({ index: page * PAGE + i, cells })),
    staleTime: 30_000,
    retry: false,
    placeholderData: page === 0 ? keepPreviousData : undefined,
  })

export interface Profiled {
  readonly done: number
  readonly total: number
  readonly profiles: readonly DataProfile[]
}

/** Profiles as they come, column after column. */
export async function profileColumns(client: Client, at: At & { readonly filters: Filter[]; readonly columns?: string[] }, signal: AbortSignal, onProgress: (now: Profiled) => void): Promise<void> {
  const profiles: DataProfile[] = []
  for await (const { done, total, profile } of await client.data.profile(at, { signal })) {
    profiles.push(profile)
    onProgress({ done, total, profiles: [...profiles] })
  }
}

/** The filtered rows as a file of the browser's. Reports bytes; the file is handed over when it is whole. */
export async function downloadRows(client: Client, ask: Ask, format: 'csv' | 'parquet', fileName: string, signal: AbortSignal, onProgress: (share: number | null) => void): Promise<void> {
  const parts: BlobPart[] = []
  let bytes = 0
  let whole = 0
  for await (const event of await client.data.download({ ...ask, format }, { signal })) {
    if (event.kind === 'file') whole = event.bytes
    else {
      const part = Uint8Array.from(atob(event.base64), (character) => character.charCodeAt(0))
      parts.push(part)
      bytes += part.length
      onProgress(whole > 0 ? bytes / whole : null)
    }
  }
  const url = URL.createObjectURL(new Blob(parts, { type: format === 'csv' ? 'text/csv' : 'application/vnd.apache.parquet' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${fileName}.${format}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Values of one column that are copied at most. */
export const MOST_COPIED = 10_000

export async function columnValues(client: Client, ask: Ask, index: number): Promise<Json[]> {
  const values: Json[] = []
  while (values.length < MOST_COPIED) {
    const { rows } = await client.data.page({ ...ask, offset: values.length, limit: 1000 })
    values.push(...rows.map((row) => row[index] ?? null))
    if (rows.length < 1000) break
  }
  return values
}

/** How a filter or a sort may be asked of a column. */
export const opsOf = ({ kind, personal }: Pick<DataColumn, 'kind' | 'personal'>): readonly Filter['op'][] =>
  personal ? ['null', 'not-null'] : kind === 'number' || kind === 'time' ? ['equals', 'not-equals', 'from', 'to', 'null', 'not-null'] : kind === 'boolean' ? ['equals', 'null', 'not-null'] : ['contains', 'equals', 'not-equals', 'from', 'to', 'null', 'not-null']
