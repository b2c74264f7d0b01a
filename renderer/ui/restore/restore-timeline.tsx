import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { timeScale } from './time-scale.ts'

/** Proof of a point: listed = open, checksummed = half, compared = full; a cancelled one is crossed. */
export type PointProof = 'listed' | 'checksummed' | 'compared' | 'cancelled'

export interface RestoreLane {
  readonly id: string
  readonly name: string
  readonly detail: string
  /** How far back it reaches, in words: "30 d", "5 kept". */
  readonly keeps: string
  /** Its horizon comes soon: amber. */
  readonly ending?: boolean
  /** Stretches in which any moment can be reached, ms. */
  readonly bands: readonly { readonly from: number; readonly to: number }[]
  readonly points: readonly { readonly at: number; readonly proof: PointProof; readonly name?: string }[]
  /** Where it really lands for the moment under the cursor; null = not reachable. */
  readonly lands: number | null
}

export interface RestoreTimelineProps {
  readonly label: string
  readonly lanes: readonly RestoreLane[]
  readonly oldest: number
  readonly now: number
  /** The moment under the cursor. */
  readonly at: number
  readonly onAt: (at: number) => void
}

const NAMES = 158
const KEEPS = 56
const LANE = 54
const HEAD = 30

/**
 * What can be gone back to: one lane per system, finer towards now, one cursor; dotted lines show where each system
 * really lands. Pointer or keys move the cursor: arrows from point to point, Shift with them by the hour.
 */
export function RestoreTimeline({ label, lanes, oldest, now, at, onAt }: RestoreTimelineProps): React.ReactElement {
  const { t, f } = useWords()
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(900)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const resized = new ResizeObserver(() => setWidth(Math.max(480, element.clientWidth)))
    resized.observe(element)
    return () => resized.disconnect()
  }, [])
  const scale = useMemo(() => timeScale(oldest, now), [oldest, now])
  const left = NAMES
  const span = width - NAMES - KEEPS - 12
  const x = (moment: number): number => left + scale.at(moment) * span
  const height = HEAD + lanes.length * LANE + 4
  const stops = useMemo(() => [...new Set([...lanes.flatMap(({ points, bands }) => [...points.filter(({ proof }) => proof !== 'cancelled').map((point) => point.at), ...bands.map(({ from }) => from)]), now])].filter((moment) => moment >= oldest).sort((a, b) => a - b), [lanes, now, oldest])
  const landed = lanes.filter(({ lands }) => lands !== null).length
  const says = t('ui.restore.says', { at: f.absolute(at), count: landed, n: f.n(landed), of: f.n(lanes.length) })

  const pick = (event: PointerEvent<HTMLElement>): void => {
    const share = (event.clientX - event.currentTarget.getBoundingClientRect().left - left) / span
    if (share >= -0.02 && share <= 1.02) onAt(Math.round(scale.moment(share) / 60_000) * 60_000)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const forward = event.key === 'ArrowRight' || event.key === 'ArrowUp'
    const back = event.key === 'ArrowLeft' || event.key === 'ArrowDown'
    if (event.key === 'Home') onAt(oldest)
    else if (event.key === 'End') onAt(now)
    else if (!forward && !back) return
    else if (event.shiftKey) onAt(Math.max(oldest, Math.min(now, at + (forward ? 3_600_000 : -3_600_000))))
    else onAt((forward ? stops.find((stop) => stop > at) : [...stops].reverse().find((stop) => stop < at)) ?? at)
    event.preventDefault()
    event.stopPropagation()
  }
  const cursor = x(at)
  const chip = `${f.date(at)} ${f.clock(at)}`
  return (
    <div className="rt" ref={box}>
      <div
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={Math.round(oldest / 60_000)}
        aria-valuemax={Math.round(now / 60_000)}
        aria-valuenow={Math.round(at / 60_000)}
        aria-valuetext={says}
        onKeyDown={onKeyDown}
        onPointerDown={pick}
        onPointerMove={(event) => event.buttons === 1 && pick(event)}
      >
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} fill="none" aria-hidden="true">
          {scale.ages.map((age) => {
            const gx = x(now - age)
            return (
              <g key={age}>
                <path d={`M${gx} ${HEAD}V${height - 4}`} stroke="var(--grid)" />
                {Math.abs(gx - cursor) > 66 && x(now) - gx > 52 && <text x={gx} y="18" textAnchor="middle" className="k">{f.duration(age)}</text>}
              </g>
            )
          })}
          {Math.abs(x(now) - cursor) > 66 && <text x={x(now)} y="18" textAnchor="end" className="k">{t('ui.restore.now')}</text>}
          <text x={width - 2} y="18" textAnchor="end" className="k">{t('ui.restore.keeps')}</text>
          {lanes.map((lane, i) => {
            const top = HEAD + i * LANE
            const y = top + LANE / 2
            const ink = lane.ending ? 'var(--warning-mark)' : 'var(--ink-3)'
            return (
              <g key={lane.id}>
                <path d={`M0 ${top}H${width}`} stroke="var(--grid)" />
                <text x="0" y={y - 3} className="nm">{lane.name}</text>
                <text x="0" y={y + 14} className="k2">{lane.detail}</text>
                <text x={width - 2} y={y + 4} textAnchor="end" className={lane.ending ? 'end' : 'k2'}>{lane.keeps}</text>
                {lane.bands.map(({ from, to }) => (
                  <g key={from}>
                    <rect x={x(from)} y={y - 4} width={Math.max(2, x(to) - x(from))} height="8" rx="1.5" fill={lane.ending ? 'var(--warning-mark)' : 'var(--line-strong)'} opacity={lane.ending ? 0.65 : 1} />
                    <path d={`M${x(from)} ${y - 7}v14`} stroke={ink} strokeWidth="1.5" />
                  </g>
                ))}
                {lane.points.map((point) => <Point key={point.at} x={x(point.at)} y={y} proof={point.proof} name={point.name} />)}
                {lane.lands !== null && (
                  <g>
                    {cursor - x(lane.lands) > 2 && <path d={`M${x(lane.lands) + 6} ${y}H${cursor}`} stroke="var(--ink)" strokeWidth="2" strokeDasharray="1.5 3.5" />}
                    <circle cx={cursor} cy={y} r="2.4" fill="var(--ink)" />
                    <circle cx={x(lane.lands)} cy={y} r="6" fill="var(--ink)" stroke="var(--sheet)" strokeWidth="1.5" />
                  </g>
                )}
              </g>
            )
          })}
          <path d={`M0 ${height - 4}H${width}`} stroke="var(--grid)" />
          <path d={`M${cursor} ${HEAD - 4}V${height - 4}`} stroke="var(--ink)" strokeWidth="1.5" />
          <g transform={`translate(${Math.max(left, Math.min(width - KEEPS - 84, cursor - 48))} 2)`}>
            <rect width="96" height="24" rx="5" fill="var(--act)" />
            <text x="48" y="16" textAnchor="middle" className="chip">{chip}</text>
          </g>
        </svg>
      </div>
      <ul className="rt-key">
        {(['compared', 'checksummed', 'listed', 'cancelled'] as const).map((proof) => (
          <li key={proof}>
            <svg width="14" height="14" viewBox="-7 -7 14 14" fill="none" aria-hidden="true">
              <Point x={0} y={0} proof={proof} />
            </svg>
            {t(`ui.restore.${proof}`)}
          </li>
        ))}
        <li>
          <svg width="22" height="8" aria-hidden="true">
            <rect width="22" height="8" rx="1.5" fill="var(--line-strong)" />
          </svg>
          {t('ui.restore.anyMoment')}
        </li>
      </ul>
    </div>
  )
}

function Point({ x, y, proof, name }: { x: number; y: number; proof: PointProof; name?: string }): React.ReactElement {
  if (proof === 'cancelled') return <path d={`M${x - 3.5} ${y - 3.5}l7 7m0-7l-7 7`} stroke="var(--ink-3)" strokeWidth="1.5" strokeLinecap="round" />
  return (
    <g>
      <circle cx={x} cy={y} r="3.6" fill={proof === 'compared' ? 'var(--ink-3)' : 'var(--sheet)'} stroke="var(--ink-3)" strokeWidth="1.6" />
      {proof === 'checksummed' && <path d={`M${x - 3.6} ${y}a3.6 3.6 0 0 0 7.2 0Z`} fill="var(--ink-3)" />}
      {name && <text x={x} y={y + 18} textAnchor="middle" className="id">{name}</text>}
    </g>
  )
}
