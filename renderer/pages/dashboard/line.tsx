import { useWords } from '#renderer/i18n/index.ts'

export interface Point {
  readonly key: string
  readonly x: number
  readonly y: number
  readonly picked: boolean
}

const WIDTH = 400
const HEIGHT = 176
const LEFT = 48
const RIGHT = 14
const TOP = 22
const BOTTOM = 22

/** A measure over a number, its points to click on; the chosen one is the emphasis and carries its number. */
export function Line({ points, chosen, show, onPick }: { points: readonly Point[]; chosen?: number; show: (value: number) => string; onPick?: (key: string, drill: boolean) => void }): React.ReactElement {
  const { f } = useWords()
  const xs = points.map(({ x }) => x)
  const [low, high] = [Math.min(...xs), Math.max(...xs)]
  const most = Math.max(...points.map(({ y }) => y), 1)
  const left = (x: number): number => LEFT + (high > low ? (x - low) / (high - low) : 0.5) * (WIDTH - LEFT - RIGHT)
  const top = (y: number): number => TOP + (1 - y / most) * (HEIGHT - TOP - BOTTOM)
  const lead = points.find(({ x }) => x === chosen)
  return (
    <div className="line-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-hidden={onPick ? undefined : true}>
        {[0, most / 2, most].map((y) => (
          <g key={y}>
            <path d={`M${LEFT} ${top(y)}H${WIDTH - RIGHT}`} stroke="var(--grid)" />
            <text x={LEFT - 8} y={top(y) + 4} textAnchor="end">{f.n(y)}</text>
          </g>
        ))}
        <path d={points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${left(x).toFixed(1)} ${top(y).toFixed(1)}`).join('')} fill="none" stroke="var(--ink-3)" strokeWidth="1.6" strokeLinejoin="round" />
        {lead && <path d={`M${left(lead.x)} ${top(lead.y)}V${HEIGHT - BOTTOM}`} stroke="var(--ink)" strokeDasharray="2 3" />}
        {points.map(({ key, x, y, picked }) => {
          const label = `${f.n(x, 1)}: ${show(y)}`
          const circle = <circle cx={left(x)} cy={top(y)} r={x === chosen || picked ? 5 : 4} fill={x === chosen || picked ? 'var(--ink)' : 'var(--sheet)'} stroke="var(--ink)" strokeWidth="1.6" />
          if (!onPick) return <g key={key}>{circle}</g>
          return (
            <g
              key={key}
              role="button"
              tabIndex={0}
              aria-pressed={picked}
              aria-label={label}
              onClick={(event) => onPick(key, event.shiftKey)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return
                event.preventDefault()
                onPick(key, event.shiftKey)
              }}
            >
              <title>{label}</title>
              <circle cx={left(x)} cy={top(y)} r="12" fill="transparent" />
              {circle}
            </g>
          )
        })}
        {lead && <text className="b" x={Math.min(left(lead.x) + 9, WIDTH - 90)} y={top(lead.y) - 9}>{`${f.n(lead.x, 1)}: ${show(lead.y)}`}</text>}
        {[points[0], points[Math.floor(points.length / 2)], points.at(-1)].map((point, i) => point && <text key={point.key} x={left(point.x)} y={HEIGHT - 5} textAnchor={i === 0 ? 'start' : i === 1 ? 'middle' : 'end'}>{f.n(point.x, 1)}</text>)}
      </svg>
    </div>
  )
}
