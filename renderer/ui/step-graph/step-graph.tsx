import { useEffect, useId, useMemo, useRef, type KeyboardEvent } from 'react'
import type { RunStep } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StepBadge } from '#renderer/ui/badges.tsx'
import { layGantt, type Gantt, type GanttBar } from './gantt.ts'
import { layRail, type RailStep } from './lanes.ts'
import { Rail, railWidth } from './rail.tsx'

export interface StepGraphProps {
  readonly steps: readonly RunStep[]
  /** Page clock, ms, while the run moves; null when it has ended. */
  readonly now: number | null
  readonly picked: string | null
  readonly onPick: (stepId: string) => void
}

/** Rail left, bars right, one row per step; the picked row is one band across all of it. */
export function StepGraph({ steps, now, picked, onPick }: StepGraphProps): React.ReactElement {
  const { t, f } = useWords()
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  // The rail depends on the graph's shape alone, not on the states that change ten times a second.
  const shape = JSON.stringify(steps.map(({ id: step, needs }) => ({ id: step, needs })))
  const rail = useMemo(() => layRail(JSON.parse(shape) as RailStep[]), [shape])
  const gantt = layGantt(steps, now)
  const done = new Set(steps.filter((step) => step.state !== 'waiting' && step.state !== 'running').map((step) => step.id))
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
  return (
    <div
      ref={box}
      className="sg"
      role="listbox"
      tabIndex={0}
      aria-label={t('ui.steps')}
      aria-activedescendant={picked ? `${id}-${picked}` : undefined}
      data-primary-list=""
      style={{ '--rail': `${railWidth(rail.width)}px` }}
      onKeyDown={onKeyDown}
    >
      <div className="sg-head" aria-hidden="true">
        <span />
        <span>{t('ui.step')}</span>
        <span>{t('ui.where')}</span>
        <span>{t('ui.state')}</span>
        <span className="n">{t('ui.rows')}</span>
        <Axis gantt={gantt} />
      </div>
      <div className="sg-rows">
        <Rail rail={rail} states={steps.map((step) => step.state)} />
        {steps.map((step, i) => {
          const bar = gantt.bars.get(step.id)
          const ahead = step.state === 'waiting' || step.state === 'skipped'
          return (
            <div
              key={step.id}
              id={`${id}-${step.id}`}
              className="sg-row"
              role="option"
              aria-selected={step.id === picked}
              data-active={i === at || undefined}
              data-state={step.state}
              onClick={() => onPick(step.id)}
            >
              <span />
              <span className={`tr${step.id === picked ? ' b' : ''}${ahead ? ' faint' : ''}`}>{step.title}</span>
              <span className="where tr">{step.where}</span>
              <span>
                <StepBadge state={step.state} next={step.needs.every((need) => done.has(need))} />
              </span>
              <span className={`n tn${step.state === 'running' ? ' b running' : ''}`}>{step.rows === null || ahead ? '' : f.n(step.rows)}</span>
              <span className="sg-track">
                <Grid gantt={gantt} />
                {bar && <Bar bar={bar} total={gantt.total} state={step.state} />}
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}

const share = (at: number, total: number): string => `${(at / total) * 100}%`

function Axis({ gantt }: { gantt: Gantt }): React.ReactElement {
  const { f } = useWords()
  const near = (at: number): boolean => gantt.now !== null && Math.abs(at - gantt.now) < gantt.total * 0.07
  return (
    <span className="sg-axis">
      {gantt.ticks.map((at) => (
        <i key={at} style={{ left: share(at, gantt.total), visibility: near(at) ? 'hidden' : undefined }}>
          {at === 0 ? '0' : f.duration(at)}
        </i>
      ))}
      {gantt.now !== null && (
        <i className="now" style={{ left: share(gantt.now, gantt.total) }}>
          {f.duration(Math.floor(gantt.now / 1000) * 1000)}
        </i>
      )}
    </span>
  )
}

function Grid({ gantt }: { gantt: Gantt }): React.ReactElement {
  return (
    <span className="sg-grid">
      {gantt.ticks.map((at) => (
        <i key={at} style={{ left: share(at, gantt.total) }} />
      ))}
      {gantt.gaps.map(({ at }) => (
        <i key={`gap${at}`} className="gap" style={{ left: share(at, gantt.total) }} />
      ))}
      {gantt.now !== null && <i className="now" style={{ left: share(gantt.now, gantt.total) }} />}
    </span>
  )
}

const BAR: Partial<Record<RunStep['state'], string>> = { failed: 'failed', stopped: 'failed', warning: 'warning', cancelled: 'cancelled' }

function Bar({ bar, total, state }: { bar: GanttBar; total: number; state: RunStep['state'] }): React.ReactElement {
  const { t, f } = useWords()
  const span = (from: number, to: number): React.CSSProperties => ({ left: share(from, total), width: share(Math.max(0, to - from), total) })
  const end = Math.max(bar.to, bar.expected ?? 0)
  // Behind the bar while there is room, before it when not, inside it when neither side has any.
  const side = end / total <= 0.74 ? 'behind' : bar.from / total > 0.16 ? 'before' : (bar.to - bar.from) / total > 0.22 ? 'inside' : 'none'
  const text = bar.kind === 'running' ? (bar.expected === null ? f.duration(bar.ms) : t('ui.expected', { duration: f.duration(bar.expected - bar.from) })) : f.duration(bar.ms)
  return (
    <>
      {bar.kind === 'running' && bar.expected !== null && <i className="sg-bar expected" style={span(bar.from, bar.expected)} />}
      <i className={`sg-bar ${bar.kind === 'done' ? (BAR[state] ?? '') : bar.kind}`} style={span(bar.from, bar.to)} />
      {bar.kind !== 'ahead' && side !== 'none' && (
        <i className={`sg-label ${side}${bar.kind === 'running' ? ' running' : ''}`} style={{ left: share(side === 'behind' ? end : bar.from, total) }}>
          {text}
        </i>
      )}
    </>
  )
}
