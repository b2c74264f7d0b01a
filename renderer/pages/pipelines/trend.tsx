import type { RunBrief } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { countOf } from './counts.ts'

interface Point {
  readonly number: number
  readonly value: number
}

/** How long runs that ended well took, and how many rows they published, oldest to newest. */
export function Trends({ history }: { history: readonly RunBrief[] }): React.ReactElement {
  const { t, f } = useWords()
  const ended = [...history].reverse().filter(({ run }) => run.state === 'succeeded')
  const points = (value: (brief: RunBrief) => number | null): Point[] =>
    ended.flatMap((brief) => {
      const found = value(brief)
      return found === null ? [] : [{ number: brief.run.number, value: found }]
    })
  return (
    <section aria-label={t('pipelines.trend')}>
      <div className="sec-h">
        <h2>{t('pipelines.trend')}</h2>
        <span className="faint">{ended.length > 2 ? t('pipelines.trendMore', { count: ended.length, n: f.n(ended.length) }) : ''}</span>
      </div>
      {ended.length < 3 ? (
        <p className="faint">{t('pipelines.trendFew')}</p>
      ) : (
        <>
          <Line title={t('pipelines.took')} points={points(({ run }) => run.durationMs)} show={f.duration} />
          <Line title={t('run.counts.accepted')} points={points(({ run }) => countOf(run, 'accepted'))} show={f.n} />
        </>
      )}
    </section>
  )
}

/** One emphasis: the last value. The band of all others is named by its ends. */
function Line({ title, points, show }: { title: string; points: readonly Point[]; show: (value: number) => string }): React.ReactElement | null {
  const { t } = useWords()
  const last = points.at(-1)
  if (!last || points.length < 3) return null
  const values = points.map(({ value }) => value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const x = (i: number): number => (i / (points.length - 1)) * 300
  const y = (value: number): number => (high === low ? 23 : 42 - ((value - low) / (high - low)) * 38)
  const range = low === high ? t('pipelines.trendSame') : t('pipelines.trendRange', { low: show(low), high: show(high) })
  return (
    <div className="trend">
      <div className="row">
        <span>{title}</span>
        <span className="b tn">{show(last.value)}</span>
      </div>
      <svg viewBox="0 0 300 46" preserveAspectRatio="none" role="img" aria-label={`${title}: ${show(last.value)}; ${range}`}>
        <path d="M0 45.5H300" stroke="var(--line)" vectorEffect="non-scaling-stroke" />
        <path d={points.map(({ value }, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('')} fill="none" stroke="var(--ink-3)" strokeWidth="1.5" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
        <path d={`M${x(points.length - 1)} ${y(last.value)}h0`} stroke="var(--ink)" strokeWidth="6" strokeLinecap="round" vectorEffect="non-scaling-stroke" />
      </svg>
      <span className="faint meta tn">{range}</span>
    </div>
  )
}
