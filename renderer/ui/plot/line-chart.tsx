import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { nearest } from './decimate.ts'
import { drawLines, plotBox, type Box, type LinesSpec } from './draw-lines.ts'
import { linesSpec, xWords, type LinesInput } from './lines-spec.ts'
import { paletteOf, strokeOf } from './palette.ts'

export interface LineChartProps extends LinesInput {
  readonly label: string
  readonly height?: number
}

/** At most this many rows stand in the table beside a chart: a longer line is thinned to them. */
const TABLE_ROWS = 200

/**
 * Lines of up to a million points: one pass to the lowest and highest value per pixel, drawn on a canvas. The point under
 * the pointer or the arrow keys (Home, End, Page) is read out; a table says the same for those who do not see it.
 */
export function LineChart(props: LineChartProps): React.ReactElement {
  const { lines, label, height = 200, show } = props
  const { t, f } = useWords()
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  const [width, setWidth] = useState(0)
  const [box, setBox] = useState<Box | null>(null)
  const [at, setAt] = useState<number | null>(null)
  const [asTable, setAsTable] = useState(false)
  const spec = useMemo(() => linesSpec(props, f, width, height), [props, f, width, height])
  const lead = lines[0]

  if (!spec || !lead) return <p className="faint meta">{t('ui.notEnoughData')}</p>
  const point = at === null ? null : Math.min(at, lead.x.length - 1)
  const x = point === null ? null : (lead.x[point] ?? 0)
  const values = x === null ? [] : lines.map((line) => line.y[nearest(line.x, x)] ?? NaN)
  const says = x === null ? '' : `${xWords(props, f, x)}: ${lines.map((line, i) => `${lines.length > 1 ? `${line.name} ` : ''}${Number.isNaN(values[i]) ? t('ui.notEnoughData') : show(values[i] ?? 0)}`).join(', ')}`
  const left = x === null || !box ? 0 : box.left + ((x - spec.x[0]) / (spec.x[1] - spec.x[0])) * box.width

  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (!box) return
    const share = (event.clientX - event.currentTarget.getBoundingClientRect().left - box.left) / box.width
    setAt(nearest(lead.x, spec.x[0] + Math.min(1, Math.max(0, share)) * (spec.x[1] - spec.x[0])))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = lead.x.length - 1
    const page = Math.max(1, Math.round(last / 20))
    const stride = Math.max(1, Math.round(last / Math.max(1, width)))
    const moves: Record<string, number> = { ArrowRight: stride, ArrowLeft: -stride, ArrowUp: stride, ArrowDown: -stride, PageUp: page, PageDown: -page, Home: -last, End: last }
    const move = moves[event.key]
    if (event.key === 'Escape' && at !== null) setAt(null)
    else if (move !== undefined) setAt(Math.max(0, Math.min(last, (at ?? (move > 0 ? -move : last + 1)) + move)))
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <figure className="plot">
      <div className="plot-tool">
        {lines.length > 1 && (
          <ul className="plot-key">
            {lines.map(({ name }, i) => (
              <li key={name}>
                <svg width="20" height="8" aria-hidden="true">
                  <path d="M0 4H20" stroke={`var(--${SHADE[strokeOf(i).shade]})`} strokeWidth={strokeOf(i).width} strokeDasharray={strokeOf(i).dash.join(' ')} />
                </svg>
                {name}
              </li>
            ))}
          </ul>
        )}
        <span className="plot-says meta tn">{says}</span>
        <button type="button" className="link sm" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? t('ui.plot.asChart') : t('ui.plot.asTable')}
        </button>
      </div>
      {asTable ? (
        <LinesTable {...props} />
      ) : (
        <div
          className="plot-frame"
          style={{ height }}
          role="slider"
          tabIndex={0}
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, lead.x.length - 1)}
          aria-valuenow={point ?? 0}
          aria-valuetext={says || t('ui.plot.points', { count: lead.x.length, n: f.n(lead.x.length) })}
          onKeyDown={onKeyDown}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setAt(null)}
        >
          <LinesCanvas key={scheme} spec={spec} width={width} height={height} onWidth={setWidth} onBox={setBox} />
          {x !== null && box && (
            <>
              <i className="plot-cursor" style={{ left, top: box.top, height: box.height }} />
              {values.map((value, i) => !Number.isNaN(value) && <i key={lines[i]?.name} className="plot-dot" style={{ left, top: box.top + box.height - ((value - spec.y[0]) / (spec.y[1] - spec.y[0])) * box.height }} />)}
            </>
          )}
        </div>
      )}
    </figure>
  )
}

/** The drawing itself: again whenever size, lines or, by its key, the theme changes; never for the pointer. */
function LinesCanvas({ spec, width, height, onWidth, onBox }: { spec: LinesSpec; width: number; height: number; onWidth: (width: number) => void; onBox: (box: Box) => void }): React.ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [font, setFont] = useState('')
  useEffect(() => {
    const frame = canvas.current?.parentElement
    if (!frame) return
    const resized = new ResizeObserver(() => onWidth(frame.clientWidth))
    resized.observe(frame)
    void document.fonts.ready.then(() => setFont(paletteOf(frame).font))
    return () => resized.disconnect()
  }, [onWidth])
  useLayoutEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context || width === 0) return
    const density = window.devicePixelRatio || 1
    element.width = Math.round(width * density)
    element.height = Math.round(height * density)
    context.scale(density, density)
    const palette = { ...paletteOf(element), ...(font ? { font } : null) }
    const drawn = plotBox(context, spec, width, height, palette)
    drawLines(context, spec, drawn, palette)
    onBox(drawn)
  }, [spec, width, height, font, onBox])
  return <canvas ref={canvas} style={{ width: '100%', height }} />
}

const SHADE = { ink: 'ink', ink3: 'ink-3', inkOff: 'ink-off' } as const

function LinesTable({ lines, label, height = 200, show, x }: LineChartProps): React.ReactElement {
  const { t, f } = useWords()
  const lead = lines[0]
  const length = lead?.x.length ?? 0
  const stride = Math.max(1, Math.ceil(length / TABLE_ROWS))
  const rows = Array.from({ length: Math.ceil(length / stride) }, (_, i) => lead?.x[i * stride] ?? 0)
  return (
    <div className="plot-table" style={{ height }} role="group" aria-label={label} tabIndex={0}>
      <table className="table">
        {stride > 1 && <caption>{t('ui.plot.thinned', { count: stride, n: f.n(stride) })}</caption>}
        <thead>
          <tr>
            <th>{x === 'time' ? t('ui.form.utc') : t('ui.plot.x')}</th>
            {lines.map(({ name }) => (
              <th key={name} className="n">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((at) => (
            <tr key={at}>
              <td className="tn">{xWords({ x }, f, at)}</td>
              {lines.map((line) => {
                const value = line.y[nearest(line.x, at)] ?? NaN
                return (
                  <td key={line.name} className="n tn">
                    {Number.isNaN(value) ? '' : show(value)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
