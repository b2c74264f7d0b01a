import { useQuery } from '@tanstack/react-query'
import { memo } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import type { LiveRun } from '#renderer/api/fold-run.ts'
import { runQuery } from '#renderer/api/queries.ts'
import type { Pipeline } from '#renderer/api/types.ts'
import { countOf } from '#renderer/pages/pipelines/counts.ts'
import { useCalm } from '#renderer/ui/time.tsx'
import { layTrack } from './track.ts'
import { TrackPlan } from './track-plan.tsx'

/** The track of a pipeline under its last run: the train moves once a second, the track with every change of a state. */
export function LiveTrack({ pipeline, run: settled }: { pipeline: Pipeline; run: LiveRun | undefined }): React.ReactElement {
  const { data } = useQuery({ ...runQuery(useClient(), settled?.runId ?? ''), enabled: settled !== undefined, refetchInterval: false })
  const run = useCalm(data ?? settled, `${settled?.runId} ${data?.state} ${data?.steps.map(({ state }) => state).join()}`)
  return <Plan pipeline={pipeline} run={run} />
}

const Plan = memo(function Plan({ pipeline, run }: { pipeline: Pipeline; run: LiveRun | undefined }): React.ReactNode {
  const steps = new Map(run?.steps.map((step) => [step.id, step]))
  const track = layTrack(pipeline.steps.map((step) => ({ ...step, run: steps.get(step.id) })))
  return track.main.length > 1 && <TrackPlan track={track} published={run ? countOf(run, 'accepted') : null} />
})
