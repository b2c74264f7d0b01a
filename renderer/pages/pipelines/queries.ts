import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import { runKeys } from '#renderer/api/keys.ts'
import type { Client, Plan } from '#renderer/api/types.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { noticeFailure } from '#renderer/shell/run-controls.tsx'

export const pipelineQuery = (client: Client, environment: string, pipeline: string) =>
  queryOptions({ queryKey: ['pipelines', environment, pipeline], queryFn: ({ signal }) => client.pipelines.get({ environment, pipeline }, { signal }) })

export const sourceQuery = (client: Client, environment: string, pipeline: string) =>
  queryOptions({ queryKey: ['pipeline-source', environment, pipeline], queryFn: ({ signal }) => client.pipelines.source({ environment, pipeline }, { signal }), staleTime: 60_000 })

/** Null when there is no run, or none before it. */
export const comparisonQuery = (client: Client, environment: string, pipeline: string, a: string | undefined, b: string | undefined) =>
  queryOptions({
    queryKey: ['comparison', environment, pipeline, a, b],
    queryFn: async ({ signal }) => {
      const last = b ?? (await client.runs.list({ environment, pipeline, operation: 'pipelines.run', limit: 1 }, { signal })).runs[0]?.runId
      if (last === undefined) return null
      const before = a ?? (await client.runs.list({ environment, pipeline, operation: 'pipelines.run', before: (await client.runs.get({ runId: last }, { signal })).number, limit: 1 }, { signal })).runs[0]?.runId
      return before === undefined ? null : await client.runs.compare({ a: before, b: last }, { signal })
    },
  })

/** The newest runs with their steps; read again with the lists of runs. */
export const historyQuery = (client: Client, environment: string, pipeline: string) =>
  queryOptions({ queryKey: [...runKeys.lists, 'history', environment, pipeline], queryFn: ({ signal }) => client.runs.history({ environment, pipeline, limit: 30 }, { signal }), placeholderData: keepPreviousData })

export const schedulesQuery = (client: Client, environment: string, pipeline?: string) =>
  queryOptions({ queryKey: ['schedules', environment, pipeline], queryFn: ({ signal }) => client.schedules.list({ environment, pipeline }, { signal }), refetchInterval: 15_000 })

/** A plan is a photograph: made when it is asked for, never by itself in the background. */
export const planQuery = (client: Client, environment: string, pipeline: string, days: { readonly from: string; readonly to: string } | null) =>
  queryOptions({
    queryKey: ['plan', environment, pipeline, days],
    queryFn: ({ signal }) => client.pipelines.plan({ environment, pipeline, ...(days ? { window: days } : {}) }, { signal }),
    staleTime: Infinity,
    gcTime: 0,
  })

/** Starts the plan with that hash and goes to its run. A stale plan is made anew and says so. */
export function useStart(pipeline: string): { start: (plan: Plan) => void; busy: boolean } {
  const client = useClient()
  const cache = useQueryClient()
  const environment = useEnvironment()
  const navigate = useNavigate()
  const { mutate, isPending } = useMutation({
    mutationFn: (plan: Plan) => client.pipelines.run({ environment, pipeline, planHash: plan.hash }),
    onSuccess: async (run) => {
      void cache.invalidateQueries({ queryKey: runKeys.lists })
      await navigate({ to: '/runs/$runId', params: { runId: run.runId } })
    },
    onError: (error) => {
      noticeFailure(failureOf(error))
      void cache.invalidateQueries({ queryKey: ['plan', environment, pipeline] })
    },
  })
  return { start: mutate, busy: isPending }
}
