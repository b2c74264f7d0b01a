import { Button, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconPlayerPlay, IconPlayerStop, IconRepeat } from '@tabler/icons-react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { isLive, withPast, type LiveRun } from '#renderer/api/fold-run.ts'
import { pipelineOf, useCountedRun, usePast, useSettledRun } from '#renderer/api/queries.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { useRunControls } from '#renderer/shell/run-controls.tsx'
import { RunBadge } from '#renderer/ui/badges.tsx'
import { Id } from '#renderer/ui/copy-text.tsx'
import { BarePage } from '#renderer/ui/bare-page.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { StepGraph } from '#renderer/ui/step-graph/step-graph.tsx'
import { Moment, useNow } from '#renderer/ui/time.tsx'
import { RunFigures } from './figures.tsx'
import { RunLog } from './log.tsx'
import { RunSide } from './side.tsx'
import { Redo } from './redo.tsx'
import { RunMessage } from './message.tsx'
import { PreviewOverlay } from './preview.tsx'
import { controlsOf, stepOfInterest } from './verdict.ts'

const route = getRouteApi('/runs/$runId')

export function RunPage(): React.ReactElement {
  const { t } = useWords()
  const { runId } = route.useParams()
  const { data, error, refetch, isPending } = useSettledRun(runId)
  if (data) return <RunView run={data} />
  return (
    <BarePage title={t('run.theRun')}>
      {error ? <FailingPicture error={error} retry={() => void refetch()} /> : isPending && <LoadingPicture what={t('run.theRun')} />}
    </BarePage>
  )
}

/** Drawn when something happened. What counts in between, draws itself: the graph, the figures, the log. */
function RunView({ run: held }: { run: LiveRun }): React.ReactElement {
  const { t, f } = useWords()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const pipeline = pipelineOf(held)
  const past = usePast(held)
  const run = withPast(held, past)
  const live = isLive(run)
  const picked = run.steps.find((step) => step.id === search.step) ?? run.steps.find((step) => step.id === stepOfInterest(run))
  useEscape(search.do ? () => void navigate({ search: (old) => ({ ...old, do: undefined }) }) : pipeline ? () => void navigate({ to: '/pipelines/$pipeline', params: { pipeline } }) : null)
  const { do: redo } = search
  const leave = (): void => void navigate({ search: (old) => ({ ...old, do: undefined }) })
  if (redo && !live && (redo === 'rerun' ? picked : run.undo)) return <Redo run={run} what={redo} step={redo === 'rerun' ? picked : undefined} onLeave={leave} />
  return (
    <div className="page-fill">
      <PageHead
        title={t('run.title', { number: f.n(run.number), title: run.title })}
        badge={<RunBadge state={run.state} pill />}
        actions={<Actions run={run} picked={picked?.id} onPlan={(what) => void navigate({ search: (old) => ({ ...old, step: picked?.id, do: what }) })} />}
        why={live ? null : whyNot(run, picked, t)}
      >
        <span>
            {t('run.startedBy', { actor: run.actor })} <Moment at={run.startedAt ?? run.createdAt} />
          </span>
        <span>
            {t('run.plan')} <Id value={run.planHash} />
          </span>
        <Outcome run={run} />
        {pipeline && !live && (
          <Link className="link" to="/pipelines/$pipeline/compare" params={{ pipeline }} search={{ b: run.runId }}>
            {t('run.compare')}
          </Link>
        )}
        {run.parentRunId && (
            <Link className="link" to="/runs/$runId" params={{ runId: run.parentRunId }}>
              {t('run.parent')}
            </Link>
          )}
      </PageHead>
      <RunMessage run={run} />
      <RunFigures run={held} past={past} />
      <Graph run={held} past={past} picked={picked?.id ?? null} />
      <div className="run-low">
        <RunLog run={run} stepId={picked?.id} stepTitle={picked?.title} />
        <RunSide run={run} picked={picked} onPreview={() => picked && void navigate({ search: (old) => ({ ...old, step: picked.id, preview: true }) })} />
      </div>
      {search.preview && picked && (
        <PreviewOverlay runId={run.runId} stepId={picked.id} title={picked.title} onClose={() => void navigate({ search: (old) => ({ ...old, preview: undefined }) })} />
      )}
    </div>
  )
}

function Graph({ run: settled, past, picked }: { run: LiveRun; past: ReadonlyMap<string, number>; picked: string | null }): React.ReactElement {
  const navigate = route.useNavigate()
  const run = withPast(useCountedRun(settled), past)
  const now = useNow()
  return <StepGraph steps={run.steps} now={run.state === 'running' ? Math.max(now, run.seenAt) : null} picked={picked} onPick={(step) => void navigate({ search: (old) => ({ ...old, step }), replace: true })} />
}

/** What readers see of it. */
function Outcome({ run }: { run: LiveRun }): React.ReactNode {
  const { t } = useWords()
  if (run.state === 'succeeded') return null
  if (run.failure?.untouched) return null
  return isLive(run) ? t('run.wayBack', { wayBack: run.plan.wayBack }) : null
}

function Actions({ run, picked, onPlan }: { run: LiveRun; picked: string | undefined; onPlan: (what: 'rerun' | 'undo') => void }): React.ReactElement {
  const { t } = useWords()
  const controls = useRunControls()
  const step = run.steps.find(({ id }) => id === picked)
  const can = controlsOf(run, step)
  return (
    <>
      {can.rerun.shown && !can.cancel.shown && step && (
        <Tooltip label={t('run.rerunAt', { step: step.title })}>
          <Button leftSection={<IconRepeat size={16} stroke={1.6} />} disabled={can.rerun.why !== null || controls.busy} onClick={() => onPlan('rerun')}>
            {t('run.rerunFrom')}
          </Button>
        </Tooltip>
      )}
      {run.undo && !can.cancel.shown && (
        <Button leftSection={<IconArrowBackUp size={16} stroke={1.6} />} onClick={() => onPlan('undo')}>
          {t('run.undo')}
        </Button>
      )}
      {can.resume.shown && (
        <Button variant="act" leftSection={<IconPlayerPlay size={16} stroke={1.6} />} disabled={controls.busy} onClick={() => controls.resume(run)}>
          {t('run.resume')}
        </Button>
      )}
      {can.cancel.shown && (
        <Button leftSection={<IconPlayerStop size={16} stroke={1.6} />} disabled={controls.busy} onClick={() => controls.cancel(run)}>
          {t('run.cancel')}
        </Button>
      )}
    </>
  )
}

function whyNot(run: LiveRun, step: LiveRun['steps'][number] | undefined, t: ReturnType<typeof useWords>['t']): string | null {
  const { why } = controlsOf(run, step).rerun
  if (!step || why === null) return null
  return why === 'moving' ? t('run.rerunMoving') : t('run.rerunNeverDone', { step: step.title })
}
