import { memo } from 'react'
import { useFeed } from '#renderer/api/core.tsx'
import { doneShare, elapsedMs, isLive, msLeft, stepShare, withPast, type LiveRun } from '#renderer/api/fold-run.ts'
import { useCountedRun } from '#renderer/api/queries.ts'
import type { Gate, RunStep } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Sparkline } from '#renderer/ui/charts.tsx'
import { useGateWords } from '#renderer/ui/evidence.tsx'
import { Figure, FigureStrip } from '#renderer/ui/figures.tsx'
import { useCalm, useNow } from '#renderer/ui/time.tsx'

/** Rows, rate, elapsed, time left, and the number that a gate watches, with its limit. Once a second. */
export function RunFigures({ run: settled, past }: { run: LiveRun; past: ReadonlyMap<string, number> }): React.ReactElement {
  const run = useCountedRun(settled)
  const calm = useCalm(run, `${run.runId} ${run.state} ${run.steps.map((step) => step.state).join()}`)
  return <Strip run={calm} past={past} />
}

const Strip = memo(function Strip({ run, past }: { run: LiveRun; past: ReadonlyMap<string, number> }): React.ReactElement {
  const { t, f } = useWords()
  const calm = withPast(run, past)
  const now = useNow()
  const live = isLive(calm)
  const running = calm.steps.filter((step) => step.state === 'running')
  const step = [...running].sort((a, b) => (b.totalRows ?? 0) - (a.totalRows ?? 0))[0]
  const left = msLeft(calm, now)
  const gates = calm.steps.flatMap((each) => each.gates)
  return (
    <FigureStrip label={t('run.figures')}>
      {step ? <RowsFigure step={step} /> : <ResultFigures run={calm} />}
      {step && step.rowsPerSecond !== null && <RateFigure runId={calm.runId} step={step} rate={step.rowsPerSecond} />}
      <Figure label={live ? t('run.elapsed') : t('run.took')} value={f.duration(live ? Math.floor(elapsedMs(calm, now) / 1000) * 1000 : calm.durationMs)} />
      {live && (
        <Figure
          label={t('run.timeLeft')}
          value={left === null ? <span className="no-figure">{t('ui.notEnoughData')}</span> : f.duration(Math.ceil(left / 1000) * 1000)}
          beside={left === null ? undefined : t('run.endsNear', { time: f.time(now + left) })}
        />
      )}
      <GateFigure gates={gates} />
      {live && <Figure label={t('run.steps')} value={f.n(calm.steps.filter((each) => stepShare(each) === 1).length)} beside={t('run.ofSteps', { n: f.n(calm.steps.length) })} share={doneShare(calm)} tone="done" width={112} />}
    </FigureStrip>
  )
})

function RowsFigure({ step }: { step: RunStep }): React.ReactElement {
  const { t, f } = useWords()
  return (
    <Figure
      label={step.title}
      value={step.rows === null ? t('run.started') : f.n(step.rows)}
      beside={step.rows !== null && step.totalRows !== null ? t('run.ofRows', { n: f.n(step.totalRows) }) : undefined}
      share={step.rows !== null && step.totalRows ? stepShare(step) : null}
      width={212}
    />
  )
}

function RateFigure({ runId, step, rate }: { runId: string; step: RunStep; rate: number }): React.ReactElement {
  const { t, f } = useWords()
  const rates = useFeed().rates(runId, step.id)
  return (
    <Figure label={t('run.rate')} value={f.n(rate)} beside={t('run.rowsPerSecond')}>
      <Sparkline values={rates} label={t('run.rateLastMinute')} />
    </Figure>
  )
}

/** What a run that has ended proved: the numbers of its last line. */
function ResultFigures({ run }: { run: LiveRun }): React.ReactNode {
  const { t, f } = useWords()
  const counts = run.result?.counts
  if (typeof counts !== 'object' || counts === null || Array.isArray(counts)) {
    const ended = run.steps.filter((step) => step.state === 'succeeded' || step.state === 'warning').length
    return <Figure label={t('run.steps')} value={f.n(ended)} beside={t('run.ofSteps', { n: f.n(run.steps.length) })} />
  }
  return Object.entries(counts).flatMap(([name, value]) =>
    typeof value === 'number' ? [<Figure key={name} label={countName(name, t)} value={f.n(value)} />] : [],
  )
}

const COUNTS = ['accepted', 'rejected', 'relevant', 'irrelevant'] as const

function countName(name: string, t: ReturnType<typeof useWords>['t']): string {
  const known = COUNTS.find((each) => each === name)
  return known ? t(`run.counts.${known}`) : name
}

/** The gate nearest to its limit. */
function GateFigure({ gates }: { gates: readonly Gate[] }): React.ReactNode {
  const words = useGateWords()
  const worst = nearestToLimit(gates)
  if (!worst) return null
  const { value, limit } = words(worst)
  return <Figure label={worst.title} value={<span className={worst.verdict === 'stop' ? 'failed' : worst.verdict === 'warning' ? 'warning' : undefined}>{value}</span>} beside={limit} />
}

function share(gate: Gate): number {
  const limit = gate.stopAt ?? gate.warnAt
  if (gate.verdict !== 'passed') return gate.verdict === 'stop' ? Infinity : Number.MAX_VALUE
  return gate.value === null || !limit ? -1 : gate.value / limit
}

/** A gate that did not pass, else the one whose number is the largest share of its limit; none when all stand at zero. */
export function nearestToLimit(gates: readonly Gate[]): Gate | undefined {
  return gates.filter((gate) => share(gate) > 0).sort((a, b) => share(b) - share(a))[0]
}
