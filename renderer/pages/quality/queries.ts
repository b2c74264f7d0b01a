import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Client, Reject } from '#renderer/api/types.ts'
import type { QualitySearch } from './search.ts'

export const PAGE = 200

interface Ask {
  readonly environment: string
  readonly runId?: string
  readonly reason?: string
  readonly search?: string
  readonly sort: 'reviewId' | 'reason' | 'rejectedAt'
  readonly descending: boolean
}

export const askOf = (environment: string, { run, reason, q, sort, desc }: QualitySearch): Ask => ({
  environment,
  runId: run,
  reason,
  search: q,
  sort: sort ?? 'reviewId',
  descending: desc ?? false,
})

export const rejectsPage = (client: Client, ask: Ask, page: number) =>
  queryOptions({
    queryKey: ['rejects', ask, page],
    queryFn: ({ signal }) => client.rejects.list({ ...ask, offset: page * PAGE, limit: PAGE }, { signal }),
    placeholderData: page === 0 ? keepPreviousData : undefined,
    staleTime: 10_000,
  })

/** Rules and gates of a pipeline with what its runs measured. */
export const boardQuery = (client: Client, environment: string, pipeline: string) =>
  queryOptions({ queryKey: ['quality', environment, pipeline], queryFn: ({ signal }) => client.quality.board({ environment, pipeline }, { signal }), enabled: pipeline !== '' })

/** Every row that matches, for the export. */
export async function allRejects(client: Client, ask: Ask): Promise<Reject[]> {
  const rows: Reject[] = []
  for (;;) {
    const { rows: more, total } = await client.rejects.list({ ...ask, offset: rows.length, limit: 1000 })
    rows.push(...more)
    if (more.length === 0 || rows.length >= total) return rows
  }
}
