import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { useClient, useFeed } from '#renderer/api/core.tsx'
import { runKeys } from '#renderer/api/keys.ts'
import type { Client, LogLine } from '#renderer/api/types.ts'

const PAGE = 10_000
const MOST = 100_000

export interface LogLines {
  readonly total: number
  readonly lines: readonly LogLine[]
}

/** All lines of every level, up to 100,000: the newest count, so older ones are skipped when there are more. */
const logsQuery = (client: Client, runId: string) =>
  queryOptions({
    queryKey: runKeys.logs(runId),
    queryFn: async ({ signal }): Promise<LogLines> => {
      const ask = { runId, minimumLevel: 'debug' as const, limit: PAGE }
      const first = await client.runs.logs(ask, { signal })
      const lines: LogLine[] = first.total > MOST ? [] : [...first.lines]
      if (first.total > MOST) lines.push(...(await client.runs.logs({ ...ask, offset: first.total - MOST }, { signal })).lines)
      while (lines.length < Math.min(first.total, MOST)) {
        const next = (await client.runs.logs({ ...ask, after: lines.at(-1)?.id }, { signal })).lines
        if (next.length === 0) break
        lines.push(...next)
      }
      return { total: first.total, lines }
    },
  })

/** Lines that came by the stream, put behind those that were read; ids grow, so a line that is in both stands once. */
export function withNewLines(held: LogLines, news: readonly LogLine[]): LogLines {
  const last = held.lines.at(-1)?.id ?? -1
  const fresh = news.filter(({ id }) => id > last)
  if (fresh.length === 0) return held
  return { total: held.total + fresh.length, lines: [...held.lines, ...fresh].slice(-MOST) }
}

/** The whole log, growing while the run moves. */
export function useLogs(runId: string, live: boolean): { data: LogLines | undefined; error: unknown; refetch: () => void } {
  const client = useClient()
  const feed = useFeed()
  const cache = useQueryClient()
  const options = logsQuery(client, runId)
  const { data, error, refetch } = useQuery(options)
  const onLines = useEffectEvent((id: string, lines: readonly LogLine[]): void => {
    if (id === runId) cache.setQueryData<LogLines>(options.queryKey, (held) => (held ? withNewLines(held, lines) : held))
  })
  useEffect(() => feed.onLog((id, lines) => onLines(id, lines)), [feed])
  // The last lines of a run may be written after the last event that was read.
  useEffect(() => {
    if (!live) void refetch()
  }, [live, refetch])
  return { data, error, refetch: () => void refetch() }
}

export const changesQuery = (client: Client, runId: string) => queryOptions({ queryKey: [...runKeys.detail(runId), 'changes'], queryFn: ({ signal }) => client.pipelines.changes({ runId }, { signal }) })

export const seriesQuery = (client: Client, runId: string, live: boolean) =>
  queryOptions({ queryKey: [...runKeys.detail(runId), 'series'], queryFn: ({ signal }) => client.runs.series({ runId }, { signal }), refetchInterval: live ? 1000 : false })

/** A plan is a photograph: made when it is asked for. */
export const redoQuery = (client: Client, runId: string, what: 'rerun' | 'undo', step: string) =>
  queryOptions({
    queryKey: ['redo', runId, what, step],
    queryFn: async ({ signal }) => (what === 'undo' ? { plan: await client.runs.planUndo({ runId }, { signal }), takenOver: [] as string[] } : await client.runs.planRerun({ runId, fromStep: step }, { signal })),
    staleTime: Infinity,
    gcTime: 0,
  })

export const previewQuery = (client: Client, runId: string, stepId: string) =>
  queryOptions({
    queryKey: ['preview', runId, stepId],
    queryFn: ({ signal }) => client.pipelines.preview({ runId, stepId, limit: 50 }, { signal }),
    staleTime: 60_000,
  })
