import { Button, Modal } from '@mantine/core'
import { IconCalendarRepeat, IconCode, IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { isLive, withPast, type LiveRun } from '#renderer/api/fold-run.ts'
import { useCountedRun, usePast, useSettledRun } from '#renderer/api/queries.ts'
import type { Pipeline } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { RunBadge } from '#renderer/ui/badges.tsx'
import { BarePage } from '#renderer/ui/bare-page.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { BackfillForm, type Days } from './backfill-form.tsx'
import { countOf } from './counts.ts'
import { StepGraph } from '#renderer/ui/step-graph/step-graph.tsx'
import { History } from './history.tsx'
import { HistoryStrip } from './history-strip.tsx'
import { PlanView } from './plan.tsx'
import { historyQuery, pipelineQuery, sourceQuery } from './queries.ts'
import { Schedules } from './schedules.tsx'
import { Trends } from './trend.tsx'
import { StepList } from './step-list.tsx'

const route = getRouteApi('/pipelines/$pipeline')

export function PipelinePage(): React.ReactElement {
  const { pipeline } = route.useParams()
  const { plan, from, to } = route.useSearch()
  const days = from && to ? { from, to } : null
  const navigate = route.useNavigate()
  const { data, error, refetch } = useQuery(pipelineQuery(useClient(), useEnvironment(), pipeline))
  const since = useNow()
  const leave = (): void => void navigate(plan ? { search: {} } : { to: '/pipelines' })
  useEscape(leave)
  const planDays = (wanted: Days | null): void => void navigate({ search: { plan: true, ...wanted } })
  if (data) return plan ? <PlanView pipeline={data} days={days} onDays={planDays} onLeave={leave} /> : <Definition pipeline={data} onPlan={planDays} />
  return <BarePage title={pipeline}>{error ? <FailingPicture error={error} retry={() => void refetch()} /> : <LoadingPicture what={pipeline} since={since} />}</BarePage>
}

function Definition({ pipeline, onPlan }: { pipeline: Pipeline; onPlan: (days: Days | null) => void }): React.ReactElement {
  const { t, f } = useWords()
  const [source, setSource] = useState(false)
  const [backfill, setBackfill] = useState(false)
  const { lastRun } = pipeline
  const accepted = lastRun ? countOf(lastRun, 'accepted') : null
  const client = useClient()
  const history = useQuery(historyQuery(client, useEnvironment(), pipeline.id))
  const moving = lastRun !== null && isLive(lastRun)
  const live = useSettledRun(moving ? lastRun.runId : undefined).data
  return (
    <div className="page-fill">
      <PageHead
        title={sentence(pipeline, accepted, t, f)}
        badge={lastRun && <RunBadge state={lastRun.state} pill />}
        actions={
          <>
            <Button leftSection={<IconCode size={16} stroke={1.6} />} onClick={() => setSource(true)}>
              {t('pipelines.source')}
            </Button>
            {pipeline.window && (
              <Button leftSection={<IconCalendarRepeat size={16} stroke={1.6} />} onClick={() => setBackfill(true)}>
                {t('pipelines.backfill.action')}
              </Button>
            )}
            <Button variant="act" leftSection={<IconPlayerPlay size={16} stroke={1.6} />} onClick={() => onPlan(null)}>
              {t('pipelines.planRun')}
            </Button>
          </>
        }
      >
        {lastRun && (
            <Link className="link" to="/runs/$runId" params={{ runId: lastRun.runId }}>
              {t('shell.run', { number: f.n(lastRun.number) })}
            </Link>
          )}
        {lastRun && <Ago at={lastRun.createdAt} />}
        {lastRun?.endedAt && t('pipelines.tookFact', { duration: f.duration(lastRun.durationMs) })}
        {t('pipelines.version', { version: pipeline.version })}
      </PageHead>
      <p className="mut" style={{ padding: '0 var(--gutter) 10px', maxWidth: '96ch' }}>{pipeline.description}</p>
      <div className="pipe">
        <div className="pipe-main" tabIndex={0} role="region" aria-label={pipeline.title}>
          <section className="bare" aria-label={t('ui.steps')}>
            {moving && live ? (
              <LiveGraph run={live} />
            ) : (
              <StepList
                steps={pipeline.steps}
                head={[t('ui.step'), t('ui.where'), t('pipelines.effect'), t('pipelines.kind')]}
                renderRight={(step) => <span className="faint meta">{pipeline.steps.find(({ id }) => id === step.id)?.kind}</span>}
              />
            )}
          </section>
          {history.data && history.data.length > 0 && (
            <section aria-label={t('pipelines.strip')}>
              <div className="sec-h">
                <h2>{t('pipelines.strip')}</h2>
                <span className="faint">{t('pipelines.stripMore')}</span>
              </div>
              <HistoryStrip history={history.data.slice(0, 20)} />
            </section>
          )}
          <section aria-label={t('pipelines.history')}>
            <History pipeline={pipeline.id} />
          </section>
        </div>
        <aside className="pipe-side" aria-label={t('pipelines.planned')} tabIndex={0}>
          <Schedules pipeline={pipeline.id} />
          {history.data && <Trends history={history.data} />}
        </aside>
      </div>
      {backfill && <BackfillForm pipeline={pipeline} days={null} onClose={() => setBackfill(false)} onPlan={onPlan} />}
      {source && <SourceOverlay pipeline={pipeline} onClose={() => setSource(false)} />}
    </div>
  )
}

function LiveGraph({ run: settled }: { run: LiveRun }): React.ReactElement {
  const navigate = useNavigate()
  const past = usePast(settled)
  const run = withPast(useCountedRun(settled), past)
  const now = useNow()
  return <StepGraph steps={run.steps} now={Math.max(now, run.seenAt)} picked={null} onPick={(step) => void navigate({ to: '/runs/$runId', params: { runId: run.runId }, search: { step } })} />
}

function sentence(pipeline: Pipeline, accepted: number | null, t: ReturnType<typeof useWords>['t'], f: ReturnType<typeof useWords>['f']): string {
  const { lastRun, title } = pipeline
  if (!lastRun) return t('pipelines.sentenceNever', { title })
  if (isLive(lastRun)) return t('pipelines.sentenceRunning', { title })
  if (lastRun.state === 'succeeded') return accepted === null ? t('pipelines.sentenceDone', { title }) : t('pipelines.sentenceRows', { title, rows: f.n(accepted) })
  return t('pipelines.sentenceEnded', { title })
}

/** The definition as its author wrote it. */
function SourceOverlay({ pipeline, onClose }: { pipeline: Pipeline; onClose: () => void }): React.ReactElement {
  const { t } = useWords()
  const { data, error, refetch } = useQuery(sourceQuery(useClient(), useEnvironment(), pipeline.id))
  const since = useNow()
  return (
    <Modal opened onClose={onClose} title={data?.file ?? pipeline.id} size="min(860px, 92vw)">
      {error ? <FailingPicture error={error} retry={() => void refetch()} /> : data ? <pre className="codebox" style={{ maxHeight: '68vh' }} tabIndex={0}>{data.yaml}</pre> : <LoadingPicture what={t('pipelines.source')} since={since} />}
    </Modal>
  )
}
