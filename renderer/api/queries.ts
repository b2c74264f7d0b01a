import { keepPreviousData, queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import { useClient } from './core.tsx'
import { isLive, settle, stepDurations, type LiveRun } from './fold-run.ts'
import { runKeys } from './keys.ts'
import type { Client, Run, RunState, SystemInfo } from './types.ts'

/* What more than one page asks. Everything else stands in the page's own queries.ts. */

export const infoQuery = (client: Client) =>
  queryOptions({ queryKey: ['info'], queryFn: ({ signal }) => client.system.info({}, { signal }), staleTime: 60_000 })

export const runsQuery = (client: Client, filter: { environment: string; pipeline?: string; operation?: string; states?: RunState[]; limit?: number }) =>
  queryOptions({
    queryKey: [...runKeys.lists, filter],
    queryFn: ({ signal }) => client.runs.list({ ...filter, limit: filter.limit ?? 50 }, { signal }),
    placeholderData: keepPreviousData,
  })

export const runQuery = (client: Client, runId: string) =>
  queryOptions({
    queryKey: runKeys.detail(runId),
    queryFn: async ({ signal }): Promise<LiveRun> => ({ ...(await client.runs.get({ runId }, { signal })), seenAt: Date.now() }),
    // The feed keeps it true while it moves; a slow read mends what a lost line may have hidden.
    refetchInterval: ({ state }) => (state.data && isLive(state.data) ? 5000 : false),
  })

function settling(): (next: LiveRun) => LiveRun {
  let held: LiveRun | undefined
  return (next) => (held = settle(held, next))
}

/** A run as of its last change of a state; rows that are counted meanwhile draw nothing anew. Not asked while it is undefined. */
export function useSettledRun(runId: string | undefined): UseQueryResult<LiveRun> {
  const [select] = useState(settling)
  return useQuery({ ...runQuery(useClient(), runId ?? ''), enabled: runId !== undefined, select })
}

/** A run with every figure, as it comes: for the small parts that count. */
export function useCountedRun(settled: LiveRun): LiveRun {
  return useQuery({ ...runQuery(useClient(), settled.runId), refetchInterval: false }).data ?? settled
}

export const systemsQuery = (client: Client, environment: string) =>
  queryOptions({
    queryKey: ['systems', environment],
    queryFn: ({ signal }) => client.environments.systems({ environment }, { signal }),
    refetchInterval: 15_000,
  })

export const headQuery = (client: Client) =>
  queryOptions({ queryKey: ['audit', 'head'], queryFn: ({ signal }) => client.audit.head({}, { signal }), refetchInterval: 30_000 })

export const pipelinesQuery = (client: Client, environment: string) =>
  queryOptions({ queryKey: ['pipelines', environment], queryFn: ({ signal }) => client.pipelines.list({ environment }, { signal }) })

export const dashboardsQuery = (client: Client, environment: string) =>
  queryOptions({ queryKey: ['dashboards', environment], queryFn: ({ signal }) => client.dashboards.list({ environment }, { signal }) })

export const viewsQuery = (client: Client, environment: string) =>
  queryOptions({ queryKey: ['views', environment], queryFn: ({ signal }) => client.views.list({ environment }, { signal }) })

export const sandboxQuery = (client: Client, environment: string) =>
  queryOptions({ queryKey: ['sandbox', environment], queryFn: ({ signal }) => client.environments.sandbox({ environment }, { signal }) })

export const useInfo = (): UseQueryResult<SystemInfo> => useQuery(infoQuery(useClient()))

/** Runs that move now, newest first. */
export function useLiveRuns(environment: string): readonly Run[] {
  const { data } = useQuery(runsQuery(useClient(), { environment, limit: 30 }))
  return (data?.runs ?? []).filter(isLive)
}

/** The pipeline that a run runs; null when it is another operation. */
export function pipelineOf({ input }: Pick<Run, 'input'>): string | null {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return null
  const pipeline = (input as { readonly pipeline?: unknown }).pipeline
  return typeof pipeline === 'string' ? pipeline : null
}

const NONE: ReadonlyMap<string, number> = new Map()

/** What the steps of a run took in the last one of its kind that succeeded before it, ms. Asked only while it moves. */
export function usePast(run: Run): ReadonlyMap<string, number> {
  const client = useClient()
  const pipeline = pipelineOf(run)
  const { data } = useQuery({
    queryKey: ['past', run.runId],
    queryFn: async ({ signal }) => {
      const { runs } = await client.runs.list({ environment: run.environment, operation: run.operation, ...(pipeline ? { pipeline } : {}), states: ['succeeded'], before: run.number, limit: 1 }, { signal })
      return runs[0] ? stepDurations(await client.runs.get({ runId: runs[0].runId }, { signal })) : NONE
    },
    enabled: isLive(run),
    staleTime: Infinity,
  })
  return data ?? NONE
}
