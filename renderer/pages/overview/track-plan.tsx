import { useElementSize } from '@mantine/hooks'
import type { RunStep } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import type { Station, Track } from './track.ts'

const Y = 58

const ink = (station: Station): string => (station.reached === 'fresh' ? 'var(--ink-2)' : 'var(--line-strong)')

/** The track: dark line = fresh, blue = moving with a train, pale = to be replaced; a branch for rejects. */
export function TrackPlan({ track, published }: { track: Track; published: number | null }): React.ReactElement {
  const { t, f } = useWords()
  const { ref, width: measured } = useElementSize()
  const width = Math.max(640, measured)
  const { main, branches, train } = track
  const x = (i: number): number => 12 + (i / Math.max(1, main.length - 1)) * (width - 24)
  const trainX = train ? x(train.after) + 20 + (x(train.after + 1) - x(train.after) - 40) * train.share : 0
  // Letters that fit between two stations; the ends have half the room.
  const letters = (i: number): number => Math.floor((width / Math.max(1, main.length - 1) / 6.6) * (i === 0 || i === main.length - 1 ? 0.62 : 0.96))
  const anchor = (i: number): 'start' | 'middle' | 'end' => (i === 0 ? 'start' : i === main.length - 1 ? 'end' : 'middle')
  const textX = (i: number): number => (i === 0 ? 6 : i === main.length - 1 ? width - 6 : x(i))
  return (
    <div className="track-plan">
      <div ref={ref} />
      <svg width={width} height={branches.length > 0 ? 160 : 108} fill="none" role="img" aria-label={t('overview.trackLabel', { stations: f.list(main.map(({ name }) => name)) })}>
        {main.slice(1).map((station, i) => (
          <path key={i} className="t" d={`M${x(i)} ${Y}H${x(i + 1)}`} stroke={ink(station)} />
        ))}
        {branches.map(({ after, station }, i) => {
          const from = Math.min(x(after) + 32, width - 330)
          const to = from + 104 + i * 150
          return (
            <g key={station.name}>
              <path className="t" d={`M${from} ${Y}C${from + 48} ${Y} ${from + 24} 136 ${from + 72} 136H${to - 8}`} stroke={ink(station)} />
              <circle cx={to} cy="136" r="6" fill="var(--sheet)" stroke={ink(station)} strokeWidth="2.5" />
              <text x={to + 16} y="134" className="nm">{nameOf(station, t)}</text>
              <text x={to + 16} y="150" className="sb"><StationWords station={station} line="fact" /></text>
            </g>
          )
        })}
        {train && (
          <>
            <path className="t" d={`M${x(train.after) + 6} ${Y}H${trainX}`} stroke="var(--running-mark)" style={{ strokeWidth: 4 }} />
            <g className="train" style={{ transform: `translate(${trainX - 8}px, ${Y - 7}px)` }}>
              <rect width="16" height="14" rx="4" fill="var(--running-mark)" />
              <path d="M6 4.2 10.2 7 6 9.8Z" fill="var(--sheet)" />
            </g>
            <text x={trainX} y={Y - 14} textAnchor="middle" fontSize="12" fontWeight="560" fill="var(--running)">{trainWords(train.step, t, f)}</text>
          </>
        )}
        {main.map((station, i) => (
          <g key={i}>
            <circle cx={x(i)} cy={Y} r="6" fill="var(--sheet)" stroke={ink(station)} strokeWidth="2.5" />
            <text x={textX(i)} y="24" textAnchor={anchor(i)} className="nm">{cut(nameOf(station, t), letters(i))}</text>
            <text x={textX(i)} y="40" textAnchor={anchor(i)} className="sb">{cut(station.kind === 'gates' || (train && (i === train.after || i === train.after + 1)) ? '' : (station.steps.at(-1)?.title ?? ''), letters(i))}</text>
            <text x={textX(i)} y="84" textAnchor={anchor(i)} className="fg"><StationWords station={station} line="figure" fallback={i === main.length - 1 ? published : null} /></text>
            <text x={textX(i)} y="100" textAnchor={anchor(i)} className="sb"><StationWords station={station} line="fact" /></text>
          </g>
        ))}
      </svg>
    </div>
  )
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

function nameOf(station: Station, t: ReturnType<typeof useWords>['t']): string {
  return station.kind === 'gates' ? t('overview.gates') : station.name.charAt(0).toUpperCase() + station.name.slice(1)
}

function trainWords(step: RunStep, t: ReturnType<typeof useWords>['t'], f: ReturnType<typeof useWords>['f']): string {
  if (step.rows === null) return step.title
  return step.totalRows === null ? f.n(step.rows) : t('overview.rowsOf', { n: f.n(step.rows), total: f.n(step.totalRows) })
}

/** What arrived at a station, and when. */
function StationWords({ station, line, fallback = null }: { station: Station; line: 'figure' | 'fact'; fallback?: number | null }): React.ReactNode {
  const { t, f } = useWords()
  const ended = station.steps.flatMap(({ run }) => (run && (run.state === 'succeeded' || run.state === 'warning') ? [run] : []))
  const last = ended.at(-1)
  if (station.kind === 'gates' && line === 'figure') {
    const passed = station.gates.filter(({ verdict }) => verdict === 'passed').length
    return station.gates.length > 0 ? t('overview.gatesPassed', { passed: f.n(passed), n: f.n(station.gates.length) }) : ''
  }
  const rows = ended.findLast((run) => run.rows !== null)?.rows ?? fallback
  if (line === 'figure') return rows === null ? '' : t('overview.rows', { count: rows, n: f.n(rows) })
  return last?.endedAt ? f.time(last.endedAt) : ''
}
