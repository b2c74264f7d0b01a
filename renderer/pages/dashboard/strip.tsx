import type { Chart, ChartRow, ChartRows } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Figure, FigureStrip } from '#renderer/ui/figures.tsx'
import { showMeasure, type Speaker } from './values.ts'

/** Figures of one row, each beside its share of the whole or what it was in the version before. */
export function Strip({ chart, rows, before, speak }: { chart: Chart; rows: readonly ChartRow[]; before: ChartRows['before']; speak: Speaker }): React.ReactElement {
  const { t, f } = useWords()
  const row = rows[0] ?? {}
  const old = before?.rows[chart.id]?.[0]
  return (
    <FigureStrip label={speak.say(chart.title)}>
      {(chart.figures ?? []).map(({ column, title, unit, digits, compare, of }) => {
        const value = row[column]
        const was = compare ? old?.[column] : undefined
        const whole = of === undefined ? undefined : row[of]
        const share = typeof value === 'number' && typeof whole === 'number' && whole > 0 ? f.pct(value / whole) : null
        const change = typeof value === 'number' && typeof was === 'number' ? value - was : null
        const step = digits === undefined ? 1 : 10 ** -digits
        const changed = change === null ? null : Math.abs(change) < step / 2 ? t('dashboard.asBefore') : t('dashboard.change', { change: `${change > 0 ? '+' : '−'}${showMeasure(Math.abs(change), unit, f, digits)}` })
        return <Figure key={column} label={speak.say(title)} value={typeof value === 'number' ? showMeasure(value, unit, f, digits) : t('ui.notEnoughData')} beside={[share, changed].filter(Boolean).join(' · ') || undefined} />
      })}
    </FigureStrip>
  )
}
