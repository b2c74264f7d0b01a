import { Link } from '@tanstack/react-router'
import { isLive } from '#renderer/api/fold-run.ts'
import type { RunBrief, StepState } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { RUN_LOOK } from '#renderer/ui/states.ts'
import { useNow } from '#renderer/ui/time.tsx'

const LOOK: Partial<Record<StepState, string>> = { failed: 'failed', stopped: 'failed', warning: 'warning', cancelled: 'cancelled', running: 'running' }
const MOST_LANES = 3
const HEIGHT = 22

interface Segment {
  readonly id: string
  readonly title: string
  readonly state: StepState
  readonly from: number
  readonly to: number
  readonly lane: number
}

/** Steps of one run as spans from its first start, ms; those at the same time on lanes of their own. */
export function segmentsOf({ steps }: Pick<RunBrief, 'steps'>, now: number): { readonly segments: readonly Segment[]; readonly lanes: number; readonly total: number } {
  const begun = steps.flatMap((step) => (step.startedAt === null || step.state === 'waiting' || step.state === 'skipped' ? [] : [{ ...step, start: Date.parse(step.startedAt) }]))
  const zero = Math.min(...begun.map(({ start }) => start))
  const ends: number[] = []
  const segments = [...begun]
    .sort((a, b) => a.start - b.start)
    .map(({ id, title, state, start, endedAt }): Segment => {
      const from = start - zero
      const to = Math.max(from, (endedAt === null ? (state === 'running' ? now : start) : Date.parse(endedAt)) - zero)
      const free = ends.findIndex((end) => end <= from)
      const lane = free >= 0 ? free : Math.min(ends.length, MOST_LANES - 1)
      ends[lane] = Math.max(ends[lane] ?? 0, to)
      return { id, title, state, from, to, lane }
    })
  return { segments, lanes: Math.max(1, ends.length), total: Math.max(0, ...segments.map(({ to }) => to)) }
}

/** The newest runs, one line each, one bar per step on one axis: what took long, what stopped, at a glance. A line opens its run. */
export function HistoryStrip({ history }: { history: readonly RunBrief[] }): React.ReactElement {
  const { t, f } = useWords()
  const now = useNow()
  const laid = history.map((brief) => ({ ...brief, ...segmentsOf(brief, isLive(brief.run) ? now : 0) }))
  const most = Math.max(1, ...laid.map(({ total }) => total))
  return (
    <>
      <div className="strip-axis" aria-hidden="true">
        <span>0</span>
        <span>{f.duration(most / 2)}</span>
        <span>{f.duration(most)}</span>
      </div>
      <nav className="strip" aria-label={t('pipelines.strip')}>
        {laid.map(({ run, segments, lanes }) => {
          const height = Math.max(3, Math.floor((HEIGHT - 6) / lanes) - 1)
          const label = `${t('shell.run', { number: f.n(run.number) })}, ${t(`ui.runState.${run.state}`)}${isLive(run) ? '' : `, ${f.duration(run.durationMs)}`}`
          return (
            <Link key={run.runId} to="/runs/$runId" params={{ runId: run.runId }} aria-label={label}>
              <StateGlyph look={RUN_LOOK[run.state]} />
              <span className="b tn n">{f.n(run.number)}</span>
              <span className="track">
                {segments.map(({ id, title, state, from, to, lane }) => (
                  <i
                    key={id}
                    className={LOOK[state]}
                    title={`${title}, ${f.duration(to - from)}`}
                    style={{ left: `${(from / most) * 100}%`, width: `${((to - from) / most) * 100}%`, top: 3 + lane * (height + 1), height }}
                  />
                ))}
              </span>
              <span className="n tn mut nw">{isLive(run) ? t(`ui.runState.${run.state}`) : f.duration(run.durationMs)}</span>
            </Link>
          )
        })}
      </nav>
    </>
  )
}
