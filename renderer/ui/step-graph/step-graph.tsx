import { memo, useEffect, useId, useMemo, type KeyboardEvent, type MouseEvent } from 'react'
import type { RunStep } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useCalm } from '#renderer/ui/time.tsx'
import { layGantt, roomFor, ticksOf, type Gantt, type GanttBar } from './gantt.ts'
import { layRail, type Rail as RailLayout, type RailStep } from './lanes.ts'
import { Rail, railWidth } from './rail.tsx'
import { placeOf, StepRow, type Side } from './step-row.tsx'

export interface StepGraphProps {
  readonly steps: readonly RunStep[]
  /** Page clock, ms, while the run moves; null when it has ended. */
  readonly now: number | null
  readonly picked: string | null
  readonly onPick: (stepId: string) => void
}

/**
 * Rail left, bars right, one row per step; the picked row is one band across all of it. A step whose rows are counted
 * draws its own row; bars move once a second and with every change of a state.
 */
export function StepGraph({ steps, now, picked, onPick }: StepGraphProps): React.ReactElement {
  const { t } = useWords()
  const id = useId()
  // The rail depends on the graph's shape and states alone, not on the figures that come several times a second.
  const shape = JSON.stringify(steps.map(({ id: step, needs }) => ({ id: step, needs })))
  const rail = useMemo(() => layRail(JSON.parse(shape) as RailStep[]), [shape])
  const states = steps.map(({ state }) => state).join()
  const laid = useCalm(steps, `${states} ${steps.map(({ startedAt, endedAt }) => endedAt ?? startedAt).join()}`)
  const gantt = useMemo(() => layGantt(laid, now), [laid, now])
  // A moving run gets room in whole steps, so that the axis doesn't creep under the eye.
  const total = now === null ? gantt.total : roomFor(gantt.total)
  const done = useMemo(() => new Set(laid.filter((step) => step.state !== 'waiting' && step.state !== 'running').map((step) => step.id)), [laid])
  const at = Math.max(0, steps.findIndex((step) => step.id === picked))

  useEffect(() => {
    document.getElementById(`${id}-${picked}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, picked])
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, Home: -steps.length, End: steps.length }
    const move = moves[event.key]
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    const next = steps[Math.max(0, Math.min(steps.length - 1, at + move))]
    if (next) onPick(next.id)
    event.preventDefault()
    event.stopPropagation()
  }
  const onClick = ({ target }: MouseEvent): void => {
    const step = target instanceof Element ? target.closest<HTMLElement>('.sg-row')?.dataset['step'] : undefined
    if (step !== undefined) onPick(step)
  }
  return (
    <div
      className="sg"
      role="listbox"
      tabIndex={0}
      aria-label={t('ui.steps')}
      aria-activedescendant={picked ? `${id}-${picked}` : undefined}
      data-primary-list=""
      style={{ '--rail': `${railWidth(rail.width)}px`, '--total': total }}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div className="sg-head" aria-hidden="true">
        <span />
        <span>{t('ui.step')}</span>
        <span>{t('ui.where')}</span>
        <span>{t('ui.state')}</span>
        <span className="n">{t('ui.rows')}</span>
        <Axis now={gantt.now} total={total} />
      </div>
      <div className="sg-rows">
        <SteadyRail rail={rail} states={states} />
        <Grid gaps={gantt.gaps} now={gantt.now} total={total} />
        {steps.map((step, i) => {
          const bar = gantt.bars.get(step.id)
          return (
            <StepRow
              key={step.id}
              id={`${id}-${step.id}`}
              step={step}
              bar={bar}
              side={sideOf(bar, total)}
              picked={step.id === picked}
              active={i === at}
              next={step.state === 'waiting' && step.needs.every((need) => done.has(need))}
            />
          )
        })}
      </div>
    </div>
  )
}

const SteadyRail = memo(function SteadyRail({ rail, states }: { rail: RailLayout; states: string }): React.ReactElement {
  return <Rail rail={rail} states={states === '' ? [] : (states.split(',') as RunStep['state'][])} />
})

/** Behind the bar while there is room, before it when not, inside it when neither side has any. */
function sideOf(bar: GanttBar | undefined, total: number): Side {
  if (!bar) return 'none'
  if (Math.max(bar.to, bar.expected ?? 0) / total <= 0.74) return 'behind'
  if (bar.from / total > 0.16) return 'before'
  return (bar.to - bar.from) / total > 0.22 ? 'inside' : 'none'
}

const Axis = memo(function Axis({ now, total }: { now: number | null; total: number }): React.ReactElement {
  const { f } = useWords()
  const near = (at: number): boolean => now !== null && Math.abs(at - now) < total * 0.07
  return (
    <span className="sg-axis">
      {ticksOf(total).map((at) => (
        <i key={at} style={{ left: placeOf(at), visibility: near(at) ? 'hidden' : undefined }}>
          {at === 0 ? '0' : f.duration(at)}
        </i>
      ))}
      {now !== null && (
        <i className="now" style={{ left: placeOf(now) }}>
          {f.duration(Math.floor(now / 1000) * 1000)}
        </i>
      )}
    </span>
  )
})

/** The lines behind all rows, once. */
function Grid({ gaps, now, total }: { gaps: Gantt['gaps']; now: number | null; total: number }): React.ReactElement {
  return (
    <span className="sg-over" aria-hidden="true">
      <span className="sg-grid">
        {ticksOf(total).map((at) => (
          <i key={at} style={{ left: placeOf(at) }} />
        ))}
        {gaps.map(({ at }) => (
          <i key={`gap${at}`} className="gap" style={{ left: placeOf(at) }} />
        ))}
        {now !== null && <i className="now" style={{ left: placeOf(now) }} />}
      </span>
    </span>
  )
}
