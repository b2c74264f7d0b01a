import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import { stepDurations, type LiveRun } from '#renderer/api/fold-run.ts'
import { runKeys } from '#renderer/api/keys.ts'
import { failureOf } from '#renderer/api/open.ts'
import { pipelineOf } from '#renderer/api/queries.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { PlanBody } from '#renderer/pages/pipelines/plan.tsx'
import { usePlace } from '#renderer/shell/environment.tsx'
import { noticeFailure } from '#renderer/shell/run-controls.tsx'
import { Id } from '#renderer/ui/copy-text.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Stations } from '#renderer/ui/stations.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { KeyBar } from '#renderer/ui/wizard/key-bar.tsx'
import { redoQuery } from './queries.ts'

export interface RedoProps {
  readonly run: LiveRun
  /** rerun: a new run from a step on. undo: the recorded way back. */
  readonly what: 'rerun' | 'undo'
  readonly step: { readonly id: string; readonly title: string } | undefined
  readonly onLeave: () => void
}

/** The plan of what goes out from a run: what will happen, to what, how long, the way back; then one confirms. */
export function Redo({ run, what, step, onLeave }: RedoProps): React.ReactElement {
  const { t, f } = useWords()
  const { environment, info } = usePlace()
  const client = useClient()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const now = useNow()
  const stepId = step?.id ?? ''
  const { data, error, refetch, isFetching } = useQuery(redoQuery(client, run.runId, what, stepId))
  const plan = data?.plan
  const { mutate, isPending } = useMutation({
    mutationFn: (planHash: string) => (what === 'undo' ? client.runs.undo({ runId: run.runId, planHash }) : client.runs.rerun({ runId: run.runId, fromStep: stepId, planHash })),
    onSuccess: async (started) => {
      await cache.invalidateQueries({ queryKey: runKeys.lists })
      await navigate({ to: '/runs/$runId', params: { runId: started.runId } })
    },
    onError: (thrown) => {
      noticeFailure(failureOf(thrown))
      void refetch()
    },
  })
  const title = what === 'undo' ? t('run.undoTitle', { number: f.n(run.number) }) : t('run.rerunTitle', { number: f.n(run.number), step: step?.title ?? '' })
  const action = what === 'undo' ? t('run.undoNow') : t('run.rerunNow')
  const stations = [{ title: t('shell.run', { number: f.n(run.number) }), beside: step?.title }, { title: t('pipelines.planAndChecks') }, { title: t('pipelines.stationRun') }, { title: t('pipelines.result') }]
  return (
    <div className="page-fill">
      <PageHead
        title={title}
        actions={
          <>
            <Button variant="quiet" onClick={onLeave}>{t('pipelines.leavePlan')}</Button>
            <Button leftSection={<IconRefresh size={16} stroke={1.6} />} disabled={isFetching} onClick={() => void refetch()}>{t('pipelines.planAgain')}</Button>
          </>
        }
      >
        {plan && <span>{t('run.plan')} <Id value={plan.hash} /></span>}
        {t('pipelines.nothingChangedYet')}
      </PageHead>
      <Stations items={stations} here={1} label={t('pipelines.stations')} />
      {error ? (
        <div className="run-msg"><FailingPicture error={error} retry={() => void refetch()} /></div>
      ) : !plan ? (
        <div className="run-msg"><LoadingPicture what={t('pipelines.planAndChecks')} since={now} /></div>
      ) : (
        <>
          <div className="redo-body">
          <PlanBody
            plan={plan}
            past={what === 'rerun' ? stepDurations(run) : new Map()}
            likeRun={what === 'rerun' ? run.number : null}
            takenOver={data.takenOver}
            command={`regie run ${what === 'undo' ? 'undo' : 'rerun'} ${run.runId}${what === 'rerun' ? ` --from ${stepId}` : ''} --workspace ${info.workspace.path}`}
          />
          </div>
          <KeyBar
            place={environment}
            target={pipelineOf(run) ?? run.operation}
            action={action}
            actor={info.actor}
            blocked={plan.refuse ? plan.refuse.what : null}
            busy={isPending}
            onBack={onLeave}
            onConfirm={() => mutate(plan.hash)}
          />
        </>
      )}
    </div>
  )
}
