import { Button } from '@mantine/core'
import { IconCalendarRepeat, IconPlayerPlay, IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { stepDurations } from '#renderer/api/fold-run.ts'
import { runQuery } from '#renderer/api/queries.ts'
import type { Pipeline, Plan } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { usePlace } from '#renderer/shell/environment.tsx'
import { EnvironmentChip } from '#renderer/ui/badges.tsx'
import { Id } from '#renderer/ui/copy-text.tsx'
import { Figure, FigureStrip } from '#renderer/ui/figures.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { useHoldEnvironment } from '#renderer/ui/hold.ts'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Stations } from '#renderer/ui/stations.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { BackfillForm, type Days } from './backfill-form.tsx'
import { planQuery, useStart } from './queries.ts'
import { StepList } from './step-list.tsx'
import { WindowDays, windowIn } from './window-days.tsx'

/** Longest path through the estimates, ms; null when a step has none. */
export function planMs(plan: Pick<Plan, 'steps'>): number | null {
  const ends = new Map<string, number>()
  for (const { id, needs, estimateMs } of plan.steps) {
    if (estimateMs === undefined) return null
    ends.set(id, Math.max(0, ...needs.map((need) => ends.get(need) ?? 0)) + estimateMs)
  }
  return Math.max(0, ...ends.values())
}

/** What will happen, to what, how long, and the way back: before anything changes. */
export function PlanView({ pipeline, days, onDays, onLeave }: { pipeline: Pipeline; days: Days | null; onDays: (days: Days) => void; onLeave: () => void }): React.ReactElement {
  const { t } = useWords()
  const { environment, info } = usePlace()
  useHoldEnvironment()
  const now = useNow()
  const client = useClient()
  const { data: plan, error, refetch, isFetching, dataUpdatedAt } = useQuery(planQuery(client, environment.name, pipeline.id, days))
  const [other, setOther] = useState(false)
  const { start, busy } = useStart(pipeline.id)
  const last = useQuery({ ...runQuery(client, pipeline.lastRun?.runId ?? ''), enabled: pipeline.lastRun?.state === 'succeeded' }).data
  const past = last ? stepDurations(last) : new Map<string, number>()
  const stations = [{ title: t('pipelines.pipeline'), beside: pipeline.title }, { title: t('pipelines.planAndChecks') }, { title: t('pipelines.stationRun') }, { title: t('pipelines.result') }]
  return (
    <div className="page-fill">
      <PageHead
        title={plan ? (plan.refuse ? t('pipelines.refused', { title: plan.title }) : t('pipelines.planTitle', { title: plan.title })) : t('pipelines.planning', { title: pipeline.title })}
        badge={<EnvironmentChip of={environment.class} />}
        actions={
          <>
            <Button variant="quiet" onClick={onLeave}>
              {t('pipelines.leavePlan')}
            </Button>
            {days && (
              <Button leftSection={<IconCalendarRepeat size={16} stroke={1.6} />} onClick={() => setOther(true)}>
                {t('pipelines.backfill.other')}
              </Button>
            )}
            <Button leftSection={<IconRefresh size={16} stroke={1.6} />} disabled={isFetching} onClick={() => void refetch()}>
              {t('pipelines.planAgain')}
            </Button>
            <Button variant="act" leftSection={<IconPlayerPlay size={16} stroke={1.6} />} disabled={!plan || Boolean(plan.refuse) || busy} onClick={() => plan && start(plan)}>
              {t('pipelines.run')}
            </Button>
          </>
        }
      >
        {plan && <span>{t('run.plan')} <Id value={plan.hash} /></span>}
        {plan && <span>{t('pipelines.made')} <Ago at={new Date(dataUpdatedAt).toISOString()} /></span>}
        {t('pipelines.nothingChangedYet')}
      </PageHead>
      <Stations items={stations} here={1} label={t('pipelines.stations')} />
      {error ? (
        <div className="run-msg">
          <FailingPicture error={error} retry={() => void refetch()} />
        </div>
      ) : !plan ? (
        <div className="run-msg">
          <LoadingPicture what={t('pipelines.planAndChecks')} since={now} />
        </div>
      ) : (
        <PlanBody plan={plan} past={past} likeRun={last?.number ?? null} command={`regie pipeline ${days ? `backfill ${pipeline.id} --from ${days.from} --to ${days.to}` : `run ${pipeline.id}`} --env ${plan.environment} --workspace ${info.workspace.path}`} />
      )}
      {other && (
        <BackfillForm
          pipeline={pipeline}
          days={days}
          onClose={() => setOther(false)}
          onPlan={(wanted) => {
            setOther(false)
            onDays(wanted)
          }}
        />
      )}
    </div>
  )
}

export interface PlanBodyProps {
  readonly plan: Plan
  /** What its steps took before, ms. */
  readonly past: ReadonlyMap<string, number>
  /** Number of the run that they took it in. */
  readonly likeRun: number | null
  readonly command: string
  /** Steps that take over what another run put out. */
  readonly takenOver?: readonly string[]
}

/** What a plan will do, to what, how long, and the way back. */
export function PlanBody({ plan, past, likeRun, command, takenOver = [] }: PlanBodyProps): React.ReactElement {
  const { t, f } = useWords()
  const steps = plan.steps.map((step) => ({ ...step, estimateMs: takenOver.includes(step.id) ? 0 : (past.get(step.id) ?? step.estimateMs) }))
  const ms = planMs({ steps })
  const window = windowIn(plan)
  const rows = Math.max(0, ...plan.steps.map((step) => step.estimateRows ?? 0))
  return (
    <>
      <FigureStrip label={t('pipelines.planAndChecks')}>
        <Figure label={t('pipelines.takes')} value={ms === null ? <span className="no-figure">{t('ui.notEnoughData')}</span> : f.duration(ms)} beside={ms === null ? t('pipelines.noRunToEstimate') : likeRun !== null ? t('pipelines.likeRun', { number: f.n(likeRun) }) : t('pipelines.estimate')} />
        {rows > 0 && <Figure label={t('ui.rows')} value={f.n(rows)} beside={t('pipelines.largestStep')} />}
        {window && <Figure label={t('pipelines.backfill.rows')} value={f.n(window.rows)} beside={t('pipelines.backfill.about')} />}
        {window && <Figure label={t('pipelines.backfill.replaces')} value={window.replaces === null ? <span className="no-figure">{t('pipelines.backfill.unknown')}</span> : f.n(window.replaces)} beside={t('pipelines.backfill.published')} />}
        <Figure label={t('pipelines.steps')} value={f.n(plan.steps.length - takenOver.length)} beside={takenOver.length > 0 ? t('pipelines.takenOver', { count: takenOver.length, n: f.n(takenOver.length) }) : undefined} />
        <Figure label={t('pipelines.locks')} value={f.n(plan.locks.length)} beside={plan.locks.length === 1 ? plan.locks[0] : undefined} />
      </FigureStrip>
      <div className="split" style={{ borderTop: 0 }}>
        <StepList
          steps={steps}
          roomy
          head={[t('pipelines.whatHappens'), t('ui.where'), t('pipelines.effect'), t('pipelines.takes')]}
          renderRight={(step) => {
            if (takenOver.includes(step.id)) return <span className="faint">{t('pipelines.kept')}</span>
            const estimate = steps.find(({ id }) => id === step.id)?.estimateMs
            return estimate === undefined ? '' : f.duration(estimate)
          }}
        />
        <PlanChecks plan={plan} command={command} />
      </div>
    </>
  )
}

function PlanChecks({ plan, command }: { plan: Plan; command: string }): React.ReactElement {
  const { t } = useWords()
  const window = windowIn(plan)
  return (
    <aside className="aside" aria-label={t('pipelines.checks')}>
      {window && <WindowDays window={window} />}
      <section>
        <div className="sec-h">
          <h2>{t('pipelines.checks')}</h2>
        </div>
        <ul className="checks">
          {plan.refuse && (
            <li>
              <StateGlyph look="failed" />
              <div>
                <span className="b failed">{plan.refuse.what}</span>
                <p>{[plan.refuse.untouched, plan.refuse.next].filter(Boolean).join(' ')}</p>
              </div>
            </li>
          )}
          {plan.warnings.map((warning) => (
            <li key={warning}>
              <StateGlyph look="warning" />
              <span className="b warning">{warning}</span>
            </li>
          ))}
          {!plan.refuse && (
            <li>
              <StateGlyph look="succeeded" />
              <div>
                {t('pipelines.guardsPassed')}
                <p>{t('pipelines.guardsAgain')}</p>
              </div>
            </li>
          )}
        </ul>
      </section>
      <section>
        <div className="sec-h">
          <h2>{t('pipelines.wayBack')}</h2>
        </div>
        <p className="note">{plan.wayBack}</p>
      </section>
      <section>
        <div className="sec-h">
          <h2>{t('pipelines.locks')}</h2>
          <span className="faint">{t('pipelines.locksMore')}</span>
        </div>
        <ul>
          {plan.locks.map((lock) => (
            <li key={lock} className="mono mut">
              {lock}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <div className="sec-h">
          <h2>{t('pipelines.asCommand')}</h2>
        </div>
        <pre className="codebox" tabIndex={0}>{command}</pre>
      </section>
    </aside>
  )
}
