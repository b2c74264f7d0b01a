import { useWords } from '#renderer/i18n/index.ts'

export interface Mark {
  readonly key: string
  readonly name: string
  readonly value: number
  readonly picked: boolean
}

interface MarksProps {
  readonly marks: readonly Mark[]
  readonly show: (value: number) => string
  /** Share of the whole beside each value. */
  readonly whole?: number
  /** A click on a mark filters by it; with Shift it asks for the rows behind it. */
  readonly onPick?: (key: string, drill: boolean) => void
  readonly nameWidth?: number
  readonly rowHeight?: number
}

const dimmed = (marks: readonly Mark[], mark: Mark): boolean => marks.some(({ picked }) => picked) && !mark.picked

/** Horizontal bars in ink, labelled directly. The largest is the one emphasis. */
export function Bars({ marks, show, whole, onPick, nameWidth, rowHeight }: MarksProps): React.ReactElement {
  const { f } = useWords()
  const most = Math.max(...marks.map(({ value }) => value), 0)
  const style = { '--hb-name': nameWidth ? `${nameWidth}px` : undefined, '--hb-row': rowHeight ? `${rowHeight}px` : undefined }
  return (
    <div style={style}>
      {marks.map((mark) => {
        const inner = (
          <>
            <span className="tr" title={mark.name}>{mark.name}</span>
            <span className="tk">
              <i className={mark.value === most ? 'lead' : undefined} style={{ width: most > 0 ? `${(mark.value / most) * 100}%` : 0 }} />
            </span>
            <span className="v">
              {show(mark.value)}
              {whole !== undefined && whole > 0 && <small>{f.pct(mark.value / whole)}</small>}
            </span>
          </>
        )
        const className = `hb${dimmed(marks, mark) ? ' off' : ''}`
        return onPick ? (
          <button key={mark.key} type="button" className={className} aria-pressed={mark.picked} onClick={(event) => onPick(mark.key, event.shiftKey)}>
            {inner}
          </button>
        ) : (
          <div key={mark.key} className={className}>
            {inner}
          </div>
        )
      })}
    </div>
  )
}

const SHADES = ['var(--ink)', 'var(--ink-3)', 'var(--ink-off)', 'var(--line-strong)', 'var(--picked)']
const shade = (i: number): string => SHADES[Math.min(i, SHADES.length - 1)] ?? 'var(--ink-3)'

/** Parts of a whole: one line in shades of ink, its key below with the numbers. */
export function Share({ marks, show, onPick }: MarksProps): React.ReactElement {
  const { f } = useWords()
  const whole = marks.reduce((sum, { value }) => sum + value, 0)
  return (
    <>
      <div className="share" aria-hidden="true">
        {marks.map((mark, i) => (
          <i key={mark.key} style={{ flexGrow: mark.value, flexBasis: 0, background: shade(i), opacity: dimmed(marks, mark) ? 0.35 : undefined }} />
        ))}
      </div>
      {marks.map((mark, i) => {
        const inner = (
          <>
            <span className="swatch" style={{ background: shade(i) }} />
            <span className="tr" title={mark.name}>{mark.name}</span>
            <span className="v">
              {show(mark.value)}
              <small>{whole > 0 ? f.pct(mark.value / whole) : ''}</small>
            </span>
          </>
        )
        const style = { '--hb-name': '9px' }
        return onPick ? (
          <button key={mark.key} type="button" className="hb" style={style} aria-pressed={mark.picked} onClick={(event) => onPick(mark.key, event.shiftKey)}>
            {inner}
          </button>
        ) : (
          <div key={mark.key} className="hb" style={style}>
            {inner}
          </div>
        )
      })}
    </>
  )
}

/** Columns over an axis; the tallest is the one emphasis and carries its number. */
export function Histogram({ marks, show, onPick }: MarksProps): React.ReactElement {
  const most = Math.max(...marks.map(({ value }) => value), 0)
  const lead = marks.find(({ value }) => value === most)
  const first = marks[0]
  const middle = marks[Math.floor(marks.length / 2)]
  const last = marks.at(-1)
  return (
    <>
      <div className="row" style={{ justifyContent: 'space-between', marginBottom: 6 }}>
        <span className="b">{lead ? `${lead.name}: ${show(lead.value)}` : ''}</span>
      </div>
      <div className="hist">
        {marks.map((mark) => {
          const label = `${mark.name}: ${show(mark.value)}`
          const column = <i style={{ height: most > 0 ? `${(mark.value / most) * 100}%` : 0 }} />
          const dataLead = mark === lead ? '' : undefined
          return onPick ? (
            <button key={mark.key} type="button" title={label} aria-label={label} aria-pressed={mark.picked} data-lead={dataLead} onClick={(event) => onPick(mark.key, event.shiftKey)}>
              {column}
            </button>
          ) : (
            <span key={mark.key} title={label} data-lead={dataLead}>
              {column}
              <span className="vh">{label}</span>
            </span>
          )
        })}
      </div>
      <div className="hist-x" aria-hidden="true">
        <span>{first?.name}</span>
        {marks.length > 4 && <span>{middle?.name}</span>}
        <span>{marks.length > 1 ? last?.name : ''}</span>
      </div>
    </>
  )
}

/** The last minute of a rate. Nothing is drawn before there are three samples. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }): React.ReactElement | null {
  if (values.length < 3) return null
  const most = Math.max(...values, 1)
  const x = (i: number): number => (i / (values.length - 1)) * 94
  const y = (value: number): number => 23 - (value / most) * 20
  const points = values.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('')
  return (
    <svg className="spark" width="98" height="26" viewBox="0 0 98 26" role="img" aria-label={label}>
      <path d="M0 25H96" stroke="var(--line)" />
      <path d={points} fill="none" stroke="var(--running-mark)" strokeWidth="1.5" strokeLinejoin="round" />
      <circle cx={x(values.length - 1)} cy={y(values.at(-1) ?? 0)} r="2" fill="var(--running-mark)" />
    </svg>
  )
}
