import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { useClient, useFeed } from '#renderer/api/core.tsx'
import { runKeys } from '#renderer/api/keys.ts'
import type { Client, LogLine } from '#renderer/api/types.ts'

export interface LogFilter {
  readonly stepId?: string
  readonly minimumLevel: LogLine['level']
  readonly search?: string
}

const PAGE = 2000
const MOST = 20_000
const RANK = { debug: 0, info: 1, warn: 2, error: 3 } as const

export interface LogLines {
  readonly total: number
  readonly lines: readonly LogLine[]
}

/** All lines that match, up to 20,000: the newest count, so older ones are skipped when there are more. */
const logsQuery = (client: Client, runId: string, filter: LogFilter) =>
  queryOptions({
    queryKey: [...runKeys.logs(runId), filter],
    queryFn: async ({ signal }): Promise<LogLines> => {
      const first = await client.runs.logs({ runId, ...filter, limit: PAGE }, { signal })
      const lines: LogLine[] = first.total > MOST ? [] : [...first.lines]
      for (let offset = first.total > MOST ? first.total - MOST : PAGE; offset < first.total; offset += PAGE)
        lines.push(...(await client.runs.logs({ runId, ...filter, offset, limit: PAGE }, { signal })).lines)
      return { total: first.total, lines }
    },
    placeholderData: keepPreviousData,
  })

const sameLine = (a: LogLine, b: LogLine): boolean => a.at === b.at && a.stepId === b.stepId && a.message === b.message

/** Lines that came by the stream, put behind those that were read; a line that is in both stands once. */
export function withNewLines(held: LogLines, news: readonly LogLine[], filter: LogFilter): LogLines {
  const tail = held.lines.slice(-200)
  const search = filter.search?.toLowerCase()
  const fresh = news.filter(
    (line) =>
      (filter.stepId === undefined || line.stepId === filter.stepId) &&
      RANK[line.level] >= RANK[filter.minimumLevel] &&
      (search === undefined || line.message.toLowerCase().includes(search)) &&
      !tail.some((old) => sameLine(old, line)),
  )
  if (fresh.length === 0) return held
  return { total: held.total + fresh.length, lines: [...held.lines, ...fresh].slice(-MOST) }
}

/** The log under a filter, growing while the run moves. */
export function useLogs(runId: string, filter: LogFilter, live: boolean): { data: LogLines | undefined; error: unknown; refetch: () => void } {
  const client = useClient()
  const feed = useFeed()
  const cache = useQueryClient()
  const options = logsQuery(client, runId, filter)
  const { data, error, refetch } = useQuery(options)
  const onLines = useEffectEvent((id: string, lines: readonly LogLine[]): void => {
    if (id === runId) cache.setQueryData<LogLines>(options.queryKey, (held) => (held ? withNewLines(held, lines, filter) : held))
  })
  useEffect(() => feed.onLog((id, lines) => onLines(id, lines)), [feed])
  // The last lines of a run may be written after the last event that was read.
  useEffect(() => {
    if (!live) void refetch()
  }, [live, refetch])
  return { data, error, refetch: () => void refetch() }
}

export const previewQuery = (client: Client, runId: string, stepId: string) =>
  queryOptions({
    queryKey: ['preview', runId, stepId],
    queryFn: ({ signal }) => client.pipelines.preview({ runId, stepId, limit: 50 }, { signal }),
    staleTime: 60_000,
  })
