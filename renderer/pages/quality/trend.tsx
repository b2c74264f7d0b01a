import type { QualityGate } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useGateValue } from './gate-words.ts'

const [W, H] = [132, 26]

/** What a gate measured in the runs, oldest left; the dashed line is the limit that comes first. */
export function Trend({ gate: { title, unit, warn, stop, points: all } }: { gate: QualityGate }): React.ReactElement {
  const { t, f } = useWords()
  const show = useGateValue()
  const points = all.flatMap(({ number, value, verdict }) => (value === null ? [] : [{ number, value, verdict }]))
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < 2) return <span className="faint meta quality-trend">{points.length === 1 ? t('quality.oneRun') : ''}</span>
  const limit = warn ?? stop
  const most = Math.max(...points.map(({ value }) => value), 1e-9)
  // a limit far above all that was ever measured would press the line flat: then it is not drawn
  const drawn = limit !== undefined && limit <= most * 6 ? limit : undefined
  const top = Math.max(most, drawn ?? 0)
  const x = (i: number): number => 4 + (i / (points.length - 1)) * (W - 8)
  const y = (value: number): number => H - 4 - (value / top) * (H - 8)
  return (
    <svg className="quality-trend" width={W} height={H} viewBox={`0 0 ${W} ${H}`} role="img" aria-label={t('quality.trendOf', { title, from: show(first.value, unit), to: show(last.value, unit), n: f.n(points.length) })}>
      {drawn !== undefined && <path d={`M0 ${y(drawn)}H${W}`} stroke="var(--line-strong)" strokeDasharray="2 3" />}
      <path d={points.map(({ value }, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('')} fill="none" stroke="var(--ink-3)" strokeWidth="1.5" />
      {points.map(({ number, value, verdict }, i) => (verdict === 'passed' ? null : <rect key={number} x={x(i) - 2.5} y={y(value) - 2.5} width="5" height="5" fill={verdict === 'warning' ? 'var(--warning-mark)' : 'var(--failed-mark)'} />))}
      <circle cx={x(points.length - 1)} cy={y(last.value)} r="2" fill="var(--ink)" />
    </svg>
  )
}
