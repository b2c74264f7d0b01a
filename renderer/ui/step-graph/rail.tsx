import type { RunStep } from '#renderer/api/types.ts'
import type { Rail as RailLayout, RailEdge } from './lanes.ts'

/** Height of a row of the step list, px. */
const DENSE = 27
const FIRST = 14

const passed = (state: RunStep['state'] | undefined): boolean => state !== undefined && state !== 'waiting' && state !== 'skipped'

/** Lanes stand 20 px apart while there is room, closer when there are many. */
export const railWidth = (lanes: number): number => Math.min(112, FIRST * 2 + Math.min(4, lanes) * 18 + Math.max(0, lanes - 4) * 8)

/** The rail left of the step list: stations, and lines that have been travelled or are still ahead. */
export function Rail({ rail, states, row: height = DENSE }: { rail: RailLayout; states: readonly RunStep['state'][]; row?: number }): React.ReactElement {
  const width = railWidth(rail.width)
  const gap = rail.width > 1 ? Math.min(20, (width - FIRST - 22) / (rail.width - 1)) : 0
  const x = (lane: number): number => FIRST + lane * gap
  const y = (row: number): number => row * height + height / 2
  const path = ({ from, to, turn }: RailEdge): string => {
    const [x1, y1, x2, y2] = [x(from.lane), y(from.row), x(to.lane), y(to.row)]
    if (turn === 'none') return `M${x1} ${y1}V${y2}`
    const bend = Math.min(27, y2 - y1)
    if (turn === 'branch') return `M${x1} ${y1}C${x1} ${y1 + bend * 0.6} ${x2} ${y1 + bend * 0.4} ${x2} ${y1 + bend}V${y2}`
    return `M${x1} ${y1}V${y2 - bend}C${x1} ${y2 - bend * 0.4} ${x2} ${y2 - bend * 0.6} ${x2} ${y2}`
  }
  const colour = (state: RunStep['state'] | undefined): string =>
    state === 'failed' || state === 'stopped' ? 'var(--failed-mark)' : state === 'warning' ? 'var(--warning-mark)' : passed(state) ? 'var(--ink-3)' : 'var(--line-strong)'
  // Lines still ahead first, so that travelled ones lie above them.
  const edges = [...rail.edges].sort((a, b) => Number(passed(states[a.to.row])) - Number(passed(states[b.to.row])))
  return (
    <svg className="sg-rail" width={width} height={states.length * height} fill="none" aria-hidden="true">
      {edges.map((edge) => (
        <path key={`${edge.from.row}-${edge.to.row}`} d={path(edge)} stroke={passed(states[edge.to.row]) ? 'var(--ink-3)' : 'var(--line-strong)'} strokeWidth="2" />
      ))}
      {states.map((state, row) => {
        const [cx, cy] = [x(rail.lanes[row] ?? 0), y(row)]
        if (state === 'running')
          return (
            <g key={row}>
              <circle cx={cx} cy={cy} r="6.5" fill="var(--running-mark)" />
              <path d={`M${cx - 1.8} ${cy - 3}l4.6 3-4.6 3Z`} fill="var(--sheet)" />
            </g>
          )
        const ended = state === 'failed' || state === 'stopped'
        return <circle key={row} cx={cx} cy={cy} r={passed(state) ? 4.5 : 4} fill={ended ? 'var(--failed-mark)' : 'var(--sheet)'} stroke={colour(state)} strokeWidth="2" strokeDasharray={state === 'skipped' ? '2 2' : undefined} />
      })}
    </svg>
  )
}
