import { Button } from '@mantine/core'
import { IconArrowBackUp, IconCheck, IconCopy } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph, type Look } from '#renderer/ui/glyphs.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'
import { Ago } from '#renderer/ui/time.tsx'

export interface PlanRow {
  readonly id: string
  readonly what: string
  readonly touches: string
  /** Estimate, ms; null = no run to estimate from. */
  readonly ms: number | null
  readonly back: string
  /** The first step that readers can notice: one tinted row. */
  readonly noticed?: boolean
}

/** What will happen, in order: step, what it touches, how long, how to go back from there. */
export function PlanTable({ rows, label }: { rows: readonly PlanRow[]; label: string }): React.ReactElement {
  const { t, f } = useWords()
  return (
    <table className="table plan-table" aria-label={label}>
      <thead>
        <tr>
          <th className="n">
            <span className="vh">{t('ui.plan.number')}</span>
          </th>
          <th>{t('ui.step')}</th>
          <th>{t('ui.plan.touches')}</th>
          <th className="n">{t('ui.plan.takes')}</th>
          <th>{t('ui.plan.back')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={row.id} className={row.noticed ? 'noticed' : undefined}>
            <td className="mut tn">{f.n(i + 1)}</td>
            <td className="b">
              {row.what}
              {row.noticed && <span className="vh">{t('ui.plan.noticed')}</span>}
            </td>
            <td className="mut">{row.touches}</td>
            <td className="n">{row.ms === null ? <span className="faint">{t('ui.notEnoughData')}</span> : f.duration(row.ms)}</td>
            <td className="mut">{row.back}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export interface Check {
  readonly id: string
  readonly look: Extract<Look, 'succeeded' | 'warning' | 'failed' | 'unproven' | 'running' | 'ahead' | 'stale'>
  readonly title: string
  readonly detail?: string
  /** What mends it. */
  readonly action?: ReactNode
}

/** Checks of a plan with their counts; what needs a person stands in its colour, shape and word. */
export function CheckList({ checks, title, note }: { checks: readonly Check[]; title?: string; note?: string }): React.ReactElement {
  const { t, f } = useWords()
  const count = (look: Look): number => checks.filter((check) => check.look === look).length
  const counts = (['succeeded', 'warning', 'failed', 'unproven'] as const).flatMap((look) => {
    const n = count(look)
    return n === 0 ? [] : [t(`ui.checks.${look}`, { count: n, n: f.n(n) })]
  })
  return (
    <section>
      <div className="sec-h">
        <h2>{title ?? t('ui.checks.title')}</h2>
        <span className="sp" />
        <span className="faint" role="status">
          {counts.join(' · ')}
        </span>
      </div>
      <ul className="checks">
        {checks.map((check) => (
          <li key={check.id}>
            <StateGlyph look={check.look} />
            <div>
              <span className={check.look === 'succeeded' || check.look === 'ahead' || check.look === 'running' ? undefined : `b ${check.look}`}>{check.title}</span>
              <span className="vh">{t(`ui.look.${check.look}`)}</span>
              {check.detail && <p>{check.detail}</p>}
              {check.action && <div className="row">{check.action}</div>}
            </div>
          </li>
        ))}
      </ul>
      {note && <p className="note">{note}</p>}
    </section>
  )
}

/** The same operation for a terminal; always there. */
export function CommandBox({ command }: { command: string }): React.ReactElement {
  const { t } = useWords()
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <div className="command">
      <pre className="codebox" tabIndex={0}>
        {command}
      </pre>
      <Button size="sm" leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />} onClick={() => void copy()}>
        {copied ? t('ui.copied') : t('ui.wizard.copyCommand')}
      </Button>
    </div>
  )
}

export interface UndoProps {
  /** What undoing does, and to whom. */
  readonly text: string
  /** ISO; until when it is possible. null = for good. */
  readonly until: string | null
  /** Share of the time that is left, 0 to 1. */
  readonly share?: number
  readonly action: string
  /** Why it is not possible; null = it is. */
  readonly why?: string | null
  readonly onUndo: () => void
  readonly onKeep?: () => void
}

/** The way back of an operation that has ended. It opens a plan of its own; nothing happens at once. */
export function UndoCard({ text, until, share, action, why = null, onUndo, onKeep }: UndoProps): React.ReactElement {
  const { t, f } = useWords()
  return (
    <section className="undo">
      <div className="sec-h">
        <h2>{t('ui.undo.title')}</h2>
        <span className="sp" />
        <span className="faint">{until === null ? t('ui.undo.forGood') : <Ago at={until} />}</span>
      </div>
      <p className="note">{text}</p>
      {share !== undefined && <ProgressBar share={share} done label={t('ui.undo.left')} />}
      {until !== null && <p className="note">{t('ui.undo.until', { at: f.absolute(until) })}</p>}
      <div className="row">
        <Button leftSection={<IconArrowBackUp size={16} stroke={1.6} />} disabled={why !== null} onClick={onUndo}>
          {action}
        </Button>
        {onKeep && (
          <Button variant="quiet" onClick={onKeep}>
            {t('ui.undo.keep')}
          </Button>
        )}
        {why !== null && <span className="why">{why}</span>}
      </div>
    </section>
  )
}

export interface TimedStep {
  readonly id: string
  readonly title: string
  readonly look: Look
  /** Start and end on the axis of the whole, ms. */
  readonly planned: readonly [from: number, to: number]
  readonly took: readonly [from: number, to: number] | null
}

/** Planned and real time of each step on one axis. */
export function StepTimes({ steps }: { steps: readonly TimedStep[] }): React.ReactElement {
  const { t, f } = useWords()
  const total = Math.max(1, ...steps.flatMap(({ planned, took }) => [planned[1], took?.[1] ?? 0]))
  const span = ([from, to]: readonly [number, number]): React.CSSProperties => ({ left: `${(from / total) * 100}%`, width: `${(Math.max(0, to - from) / total) * 100}%` })
  return (
    <section className="times">
      <div className="sec-h">
        <h2>{t('ui.steps')}</h2>
        <span className="sp" />
        <span className="faint meta key">
          <i className="planned" />
          {t('ui.times.planned')} <i className="took" />
          {t('ui.times.took')}
        </span>
      </div>
      <ul>
        {steps.map((step) => (
          <li key={step.id}>
            <StateGlyph look={step.look} />
            <span className="tr" title={step.title}>
              {step.title}
            </span>
            <span className="tk" aria-hidden="true">
              <i className="planned" style={span(step.planned)} />
              {step.took && <i className="took" style={span(step.took)} />}
            </span>
            <span className="n tn">{step.took ? f.duration(step.took[1] - step.took[0]) : ''}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
