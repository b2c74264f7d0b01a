import { memo } from 'react'
import type { RunStep } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StepBadge } from '#renderer/ui/badges.tsx'
import type { GanttBar } from './gantt.ts'

/** Where the words of a bar stand. */
export type Side = 'behind' | 'before' | 'inside' | 'none'

export interface StepRowProps {
  readonly id: string
  readonly step: RunStep
  readonly bar: GanttBar | undefined
  readonly side: Side
  readonly picked: boolean
  readonly active: boolean
  /** Everything that this waiting step needs is done. */
  readonly next: boolean
}

const sameBar = (a: GanttBar | undefined, b: GanttBar | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.kind === b.kind && a.from === b.from && a.to === b.to && a.expected === b.expected && a.ms === b.ms)

/** Bars are laid anew for all steps together: those that came out the same don't draw their row again. */
const sameRow = (a: StepRowProps, b: StepRowProps): boolean =>
  a.id === b.id && a.step === b.step && a.side === b.side && a.picked === b.picked && a.active === b.active && a.next === b.next && sameBar(a.bar, b.bar)

/** One step: name, place, state, rows and bar. Bars stand in ms; the graph's `--total` makes a place of them. */
export const StepRow = memo(function StepRow({ id, step, bar, side, picked, active, next }: StepRowProps): React.ReactElement {
  const { f } = useWords()
  const { title, where, state, rows } = step
  const ahead = state === 'waiting' || state === 'skipped'
  return (
    <div id={id} className="sg-row" role="option" aria-selected={picked} data-step={step.id} data-active={active || undefined} data-state={state}>
      <span />
      <span className={`tr${picked ? ' b' : ''}${ahead ? ' faint' : ''}`}>{title}</span>
      <span className="where tr">{where}</span>
      <span>
        <StepBadge state={state} next={next} />
      </span>
      <span className={`n tn${state === 'running' ? ' b running' : ''}`}>{rows === null || ahead ? '' : f.n(rows)}</span>
      <span className="sg-track">{bar && <Bar bar={bar} side={side} state={state} />}</span>
    </div>
  )
}, sameRow)

const BAR: Partial<Record<RunStep['state'], string>> = { failed: 'failed', stopped: 'failed', warning: 'warning', cancelled: 'cancelled' }

/** A place on the axis from ms. */
export const placeOf = (ms: number): string => `calc(${ms} / var(--total) * 100%)`
const span = (from: number, to: number): React.CSSProperties => ({ left: placeOf(from), width: placeOf(Math.max(0, to - from)) })

function Bar({ bar, side, state }: { bar: GanttBar; side: Side; state: RunStep['state'] }): React.ReactElement {
  const { t, f } = useWords()
  const text = bar.kind === 'running' ? (bar.expected === null ? f.duration(bar.ms) : t('ui.expected', { duration: f.duration(bar.expected - bar.from) })) : f.duration(bar.ms)
  return (
    <>
      {bar.kind === 'running' && bar.expected !== null && <i className="sg-bar expected" style={span(bar.from, bar.expected)} />}
      <i className={`sg-bar ${bar.kind === 'done' ? (BAR[state] ?? '') : bar.kind}`} style={span(bar.from, bar.to)} />
      {bar.kind !== 'ahead' && side !== 'none' && (
        <i className={`sg-label ${side}${bar.kind === 'running' ? ' running' : ''}`} style={{ left: placeOf(side === 'behind' ? Math.max(bar.to, bar.expected ?? 0) : bar.from) }}>
          {text}
        </i>
      )}
    </>
  )
}
