import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { useClient, useFeed } from '#renderer/api/core.tsx'
import { runKeys } from '#renderer/api/keys.ts'
import type { Client, LogLine } from '#renderer/api/types.ts'
import { coreChooses, readLog, WHOLE, withNewLines, type LogAsk, type LogLines } from './read-log.ts'

/** Under the whole log's own key stand parts of it that the core chose. */
const logsQuery = (client: Client, runId: string, ask: LogAsk = WHOLE) =>
  queryOptions({
    queryKey: ask === WHOLE ? runKeys.logs(runId) : [...runKeys.logs(runId), ask],
    queryFn: ({ signal }) => readLog(client, runId, ask, signal),
  })

/**
 * The log, growing while the run moves. What is longer than the page holds is searched and sifted by the core; its
 * answer is read again every few seconds while lines come.
 */
export function useLogs(runId: string, live: boolean, ask: LogAsk): { data: LogLines | undefined; reading: boolean; error: unknown; refetch: () => void } {
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
  const chosen = data !== undefined && coreChooses(data, ask)
  const part = useQuery({ ...logsQuery(client, runId, ask), enabled: chosen, placeholderData: keepPreviousData, refetchInterval: live ? 5000 : false })
  if (chosen && part.error) return { data: undefined, reading: false, error: part.error, refetch: () => void part.refetch() }
  return { data: chosen && part.data ? { total: data.total, lines: part.data.lines } : data, reading: data === undefined || (chosen && (part.isPending || part.isPlaceholderData)), error, refetch: () => void refetch() }
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
