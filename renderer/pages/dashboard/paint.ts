import type { Chart, ChartRow } from '#renderer/api/types.ts'
import type { Format } from '#renderer/i18n/format.ts'
import { cellText, columnsOf, measureOf, showMeasure, type Speaker } from './values.ts'

export interface Drawn {
  readonly chart: Chart
  readonly rows: readonly ChartRow[]
}

interface PaintOptions {
  readonly title: string
  /** Second line of a board: filters, version. */
  readonly subtitle?: string
  readonly speak: Speaker
  readonly f: Format
  readonly none: string
}

const WIDTH = 620
const GAP = 28
const HEAD = 46
const ROW = 22
/** Rows of a table or marks of a chart that a picture shows. */
const MOST = 20
const PLOT = 150

interface Letters {
  readonly size?: number
  readonly weight?: number
  readonly dim?: boolean
  readonly align?: CanvasTextAlign
  /** Longer text is cut. */
  readonly width?: number
}

interface Ink {
  readonly ink: string
  readonly dim: string
  readonly bar: string
  readonly line: string
  readonly sheet: string
  readonly font: string
}

/** Colours and letters of the theme that is on. */
function inkOf(page: Document): Ink {
  const style = getComputedStyle(page.documentElement)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  return { ink: token('--ink'), dim: token('--ink-2'), bar: token('--ink-3'), line: token('--line'), sheet: token('--sheet'), font: token('--font-text') || 'sans-serif' }
}

/** Height of one drawn chart, px. */
function heightOf({ chart, rows }: Drawn): number {
  if (chart.kind === 'figures') return HEAD + 64
  if (chart.kind === 'histogram' || chart.kind === 'line') return HEAD + PLOT + 30
  return HEAD + Math.max(1, Math.min(rows.length, MOST) + (chart.kind === 'table' ? 1 : 0)) * ROW + 8
}

/**
 * Charts drawn on a canvas as a PNG at twice the size, in the colours of the theme: one, or a whole board in two
 * columns. Drawn from the rows, not copied from the screen: what is scrolled out of view is in it.
 */
export async function paintCharts(drawn: readonly Drawn[], options: PaintOptions): Promise<Blob | null> {
  const columns = drawn.length > 1 ? 2 : 1
  const heads = drawn.length > 1 ? 64 : 0
  const feet = Array.from({ length: columns }, (): number => heads)
  const placed = drawn.map((one) => {
    const column = feet.indexOf(Math.min(...feet))
    const y = feet[column] ?? 0
    feet[column] = y + heightOf(one) + GAP
    return { one, x: GAP + column * (WIDTH + GAP), y: y + GAP }
  })
  const canvas = document.createElement('canvas')
  const width = columns * (WIDTH + GAP) + GAP
  const height = Math.max(...feet) + GAP
  canvas.width = width * 2
  canvas.height = height * 2
  const to = canvas.getContext('2d')
  if (!to) return null
  to.scale(2, 2)
  const ink = inkOf(document)
  to.fillStyle = ink.sheet
  to.fillRect(0, 0, width, height)
  if (heads > 0) {
    words(to, ink, options.title, GAP, 36, { size: 20, weight: 600 })
    words(to, ink, options.subtitle ?? '', GAP, 58, { dim: true })
  }
  for (const { one, x, y } of placed) paintOne(to, ink, one, x, y, options)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

function words(to: CanvasRenderingContext2D, ink: Ink, text: string, x: number, y: number, { size = 13, weight = 400, dim = false, align = 'left', width = Number.POSITIVE_INFINITY }: Letters = {}): void {
  to.font = `${weight} ${size}px ${ink.font}`
  to.fillStyle = dim ? ink.dim : ink.ink
  to.textAlign = align
  let shown = text
  while (shown.length > 1 && to.measureText(shown).width > width) shown = `${shown.slice(0, -2)}…`
  to.fillText(shown, x, y)
}

function paintOne(to: CanvasRenderingContext2D, ink: Ink, { chart, rows }: Drawn, x: number, y: number, { speak, f, none }: PaintOptions): void {
  words(to, ink, speak.say(chart.title), x, y + 14, { weight: 600 })
  words(to, ink, speak.say(chart.subtitle), x, y + 31, { size: 12, dim: true, width: WIDTH })
  const top = y + HEAD
  const marks = rows.map((row) => ({ name: row[chart.label ?? ''] === null ? none : speak.value(chart.label, row[chart.label ?? '']), value: measureOf(chart, row), x: Number(row[chart.label ?? '']) }))
  const most = Math.max(...marks.map(({ value }) => value), 0) || 1
  if (chart.kind === 'figures') {
    const figures = chart.figures ?? []
    figures.forEach(({ column, title, unit, digits }, i) => {
      const left = x + (i * WIDTH) / figures.length
      words(to, ink, speak.say(title), left, top + 8, { size: 11, dim: true, width: WIDTH / figures.length - 8 })
      words(to, ink, showMeasure(rows[0]?.[column], unit, f, digits), left, top + 30, { size: 16, weight: 600 })
    })
  } else if (chart.kind === 'table') {
    const columns = columnsOf(chart, rows)
    const wide = WIDTH / columns.length
    columns.forEach((shown, i) => {
      const numeric = rows.some((row) => typeof row[shown.column] === 'number')
      const left = x + i * wide + (numeric ? wide - 12 : 0)
      const align = numeric ? 'right' : 'left'
      words(to, ink, speak.say(shown.title), left, top + 8, { size: 11, dim: true, align, width: wide - 14 })
      rows.slice(0, MOST).forEach((row, r) => words(to, ink, speak.cell(shown, row[shown.column]), left, top + 8 + (r + 1) * ROW, { size: 12, align, width: wide - 14 }))
    })
  } else if (chart.kind === 'histogram') {
    const wide = WIDTH / Math.max(1, marks.length)
    marks.forEach(({ value }, i) => {
      to.fillStyle = value === most ? ink.ink : ink.bar
      to.fillRect(x + i * wide, top + PLOT * (1 - value / most), Math.max(1, wide - 2), PLOT * (value / most))
    })
    words(to, ink, marks[0]?.name ?? '', x, top + PLOT + 16, { size: 11, dim: true })
    words(to, ink, marks.at(-1)?.name ?? '', x + WIDTH, top + PLOT + 16, { size: 11, dim: true, align: 'right' })
    words(to, ink, f.n(most), x + WIDTH, top - 4, { size: 11, dim: true, align: 'right' })
  } else if (chart.kind === 'line') {
    const low = Math.min(...marks.map((mark) => mark.x))
    const span = Math.max(...marks.map((mark) => mark.x)) - low || 1
    to.strokeStyle = ink.bar
    to.lineWidth = 1.6
    to.beginPath()
    const at = (mark: (typeof marks)[number]): [number, number] => [x + ((mark.x - low) / span) * WIDTH, top + PLOT * (1 - mark.value / most)]
    marks.forEach((mark, i) => (i === 0 ? to.moveTo(...at(mark)) : to.lineTo(...at(mark))))
    to.stroke()
    for (const mark of marks) {
      const [left, up] = at(mark)
      to.fillStyle = mark.x === chart.chosen ? ink.ink : ink.bar
      to.beginPath()
      to.arc(left, up, mark.x === chart.chosen ? 4.5 : 3, 0, Math.PI * 2)
      to.fill()
      if (mark.x === chart.chosen) words(to, ink, `${f.n(mark.x, 1)}: ${f.n(mark.value)}`, left + 8, up - 8, { size: 12, weight: 600 })
    }
    words(to, ink, f.n(low, 1), x, top + PLOT + 16, { size: 11, dim: true })
    words(to, ink, f.n(low + span, 1), x + WIDTH, top + PLOT + 16, { size: 11, dim: true, align: 'right' })
  } else {
    const names = 200
    marks.slice(0, MOST).forEach(({ name, value }, i) => {
      const line = top + i * ROW
      words(to, ink, name, x, line + 12, { size: 12, width: names - 10 })
      to.fillStyle = value === most ? ink.ink : ink.bar
      to.fillRect(x + names, line + 2, Math.max(1.5, (WIDTH - names - 76) * (value / most)), 11)
      words(to, ink, showMeasure(value, chart.unit, f), x + WIDTH, line + 12, { size: 12, weight: 500, align: 'right' })
    })
  }
  if (rows.length === 0) words(to, ink, cellText('–'), x, top + 14, { dim: true })
}
