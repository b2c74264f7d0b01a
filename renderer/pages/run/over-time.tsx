import { useQuery } from '@tanstack/react-query'
import { useClient } from '#renderer/api/core.tsx'
import type { LiveRun } from '#renderer/api/fold-run.ts'
import type { StepSeries } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { FailingPicture } from '#renderer/ui/pictures.tsx'
import { seriesQuery } from './queries.ts'

/** Rows and bytes of each step that counts them, on the run's own time axis. */
export function OverTime({ run, live }: { run: LiveRun; live: boolean }): React.ReactElement {
  const { t, f } = useWords()
  const { data, error, refetch } = useQuery(seriesQuery(useClient(), run.runId, live))
  if (error && !data) return <FailingPicture error={error} retry={() => void refetch()} />
  if (!data) return <p className="faint">{t('ui.reading', { what: t('run.sideTime') })}</p>
  if (data.length === 0) return <p className="faint">{t('run.noSeries')}</p>
  const times = data.flatMap(({ points }) => points.map(({ at }) => Date.parse(at)))
  const [from, to] = [Math.min(...times), Math.max(...times)]
  return (
    <>
      <Curves title={t('ui.rows')} series={data} value="rows" from={from} to={to} show={f.n} run={run} />
      <Curves title={t('run.volume')} series={data} value="bytes" from={from} to={to} show={f.bytes} run={run} />
      <div className="strip-axis" style={{ margin: 0 }}>
        <span>{f.time(from)}</span>
        <span>{f.duration(to - from)}</span>
      </div>
      <p className="faint meta" style={{ marginTop: 8 }}>{t('run.seriesMore')}</p>
    </>
  )
}

interface CurvesProps {
  readonly title: string
  readonly series: readonly StepSeries[]
  readonly value: 'rows' | 'bytes'
  readonly from: number
  readonly to: number
  readonly show: (value: number) => string
  readonly run: LiveRun
}

function Curves({ title, series, value, from, to, show, run }: CurvesProps): React.ReactElement | null {
  const lines = series.flatMap(({ stepId, points }) => {
    const counted = points.flatMap((point) => (point[value] === null ? [] : [{ at: Date.parse(point.at), n: point[value] }]))
    return counted.length > 1 ? [{ stepId, points: counted, last: counted.at(-1)?.n ?? 0 }] : []
  })
  const most = Math.max(1, ...lines.map(({ last }) => last))
  const lead = [...lines].sort((a, b) => b.last - a.last)[0]
  if (!lead) return null
  const x = (at: number): string => (((at - from) / Math.max(1, to - from)) * 400).toFixed(1)
  const y = (n: number): string => (88 - (n / most) * 82).toFixed(1)
  const titleOf = (id: string): string => run.steps.find((step) => step.id === id)?.title ?? id
  return (
    <figure style={{ margin: '0 0 8px' }}>
      <figcaption className="row meta">
        <span className="b">{title}</span>
        <span className="sp" />
        <span className="faint">{titleOf(lead.stepId)}: {show(lead.last)}</span>
      </figcaption>
      <svg className="series" viewBox="0 0 400 92" preserveAspectRatio="none" role="img" aria-label={lines.map(({ stepId, last }) => `${titleOf(stepId)}: ${show(last)}`).join('; ')}>
        <path d="M0 90H400" stroke="var(--line)" vectorEffect="non-scaling-stroke" />
        {lines.map(({ stepId, points }) => (
          <path key={stepId} d={points.map(({ at, n }, i) => `${i === 0 ? 'M' : 'L'}${x(at)} ${y(n)}`).join('')} fill="none" stroke={stepId === lead.stepId ? 'var(--ink)' : 'var(--ink-off)'} strokeWidth="1.5" strokeLinejoin="round" vectorEffect="non-scaling-stroke">
            <title>{`${titleOf(stepId)}: ${show(points.at(-1)?.n ?? 0)}`}</title>
          </path>
        ))}
      </svg>
    </figure>
  )
}
