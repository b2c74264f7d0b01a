import type { Format } from '#renderer/i18n/format.ts'
import type { Mark } from '#renderer/ui/charts.tsx'
import { drawLines, plotBox } from './draw-lines.ts'
import { levelOf } from './heat.tsx'
import { linesSpec, type LinesInput } from './lines-spec.ts'
import { paletteOf, strokeOf, type Palette } from './palette.ts'

interface Titled {
  readonly title: string
  /** One line below the title: filters, date of the data. */
  readonly subtitle?: string
}

/** A chart as data; what is drawn into a PNG is the same as on the page. */
export type ChartPicture = Titled &
  (
    | ({ readonly kind: 'lines' } & LinesInput)
    | { readonly kind: 'bars' | 'share' | 'histogram'; readonly marks: readonly Pick<Mark, 'name' | 'value'>[]; readonly show: (value: number) => string }
    | { readonly kind: 'heat'; readonly rows: readonly string[]; readonly columns: readonly string[]; readonly values: readonly (readonly (number | null)[])[]; readonly show: (value: number) => string }
  )

export interface PngOptions {
  /** CSS px; the picture has `scale` times as many. */
  readonly width?: number
  readonly height?: number
  readonly scale?: number
  /** Whose colours; default the page's theme now. */
  readonly palette?: Palette
}

const PAD = 24

/** The chart as a PNG in the page's theme and fonts. Rejects when the browser has no canvas of this size. */
export async function chartToPng(picture: ChartPicture, f: Format, options: PngOptions = {}): Promise<Blob> {
  const { width = 960, scale = 2 } = options
  const height = options.height ?? heightOf(picture)
  const palette = options.palette ?? paletteOf(document.documentElement)
  await document.fonts.ready
  const canvas = document.createElement('canvas')
  canvas.width = width * scale
  canvas.height = height * scale
  const context = canvas.getContext('2d')
  if (!context) throw new Error('this browser has no canvas')
  context.scale(scale, scale)
  context.fillStyle = palette.sheet
  context.fillRect(0, 0, width, height)
  context.textBaseline = 'alphabetic'
  context.fillStyle = palette.ink
  context.font = `600 17px ${palette.font}`
  context.fillText(cut(context, picture.title, width - PAD * 2), PAD, 38)
  if (picture.subtitle) {
    context.fillStyle = palette.ink2
    context.font = `430 12px ${palette.font}`
    context.fillText(cut(context, picture.subtitle, width - PAD * 2), PAD, 58)
  }
  const top = picture.subtitle ? 78 : 60
  context.translate(PAD, top)
  const room = { width: width - PAD * 2, height: height - top - PAD }
  if (picture.kind === 'lines') drawLinesInto(context, picture, f, room, palette)
  else if (picture.kind === 'heat') drawHeat(context, picture, room, palette)
  else if (picture.kind === 'histogram') drawColumns(context, picture, room, palette)
  else drawBars(context, picture, f, room, palette)
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be encoded'))), 'image/png'))
}

/** `chartToPng`, handed to the browser as a file. */
export async function saveChart(name: string, picture: ChartPicture, f: Format, options?: PngOptions): Promise<void> {
  const url = URL.createObjectURL(await chartToPng(picture, f, options))
  const link = document.createElement('a')
  link.href = url
  link.download = `${name}.png`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

interface Room {
  readonly width: number
  readonly height: number
}

function heightOf(picture: ChartPicture): number {
  if (picture.kind === 'bars' || picture.kind === 'share') return Math.min(4000, 90 + picture.marks.length * 28 + PAD)
  if (picture.kind === 'heat') return Math.min(4000, 110 + picture.rows.length * 30 + PAD)
  return 480
}

function drawLinesInto(context: CanvasRenderingContext2D, picture: Extract<ChartPicture, { kind: 'lines' }>, f: Format, room: Room, palette: Palette): void {
  const spec = linesSpec(picture, f, room.width, room.height)
  if (!spec) return
  let top = 6
  if (picture.lines.length > 1) {
    let left = 0
    context.font = `430 12px ${palette.font}`
    context.textBaseline = 'middle'
    picture.lines.forEach(({ name }, i) => {
      const look = strokeOf(i)
      context.strokeStyle = palette[look.shade]
      context.lineWidth = look.width
      context.setLineDash([...look.dash])
      context.beginPath()
      context.moveTo(left, 6)
      context.lineTo(left + 20, 6)
      context.stroke()
      context.setLineDash([])
      context.fillStyle = palette.ink2
      context.textAlign = 'left'
      context.fillText(name, left + 26, 6)
      left += 26 + context.measureText(name).width + 20
    })
    top = 26
  }
  drawLines(context, spec, plotBox(context, spec, room.width, room.height, palette, top), palette)
}

function drawBars(context: CanvasRenderingContext2D, picture: Extract<ChartPicture, { kind: 'bars' | 'share' | 'histogram' }>, f: Format, room: Room, palette: Palette): void {
  const { marks, show } = picture
  const most = Math.max(0, ...marks.map(({ value }) => value))
  const whole = marks.reduce((sum, { value }) => sum + value, 0)
  context.font = `430 13px ${palette.font}`
  const names = Math.min(room.width * 0.4, Math.max(0, ...marks.map(({ name }) => context.measureText(name).width))) + 12
  const says = marks.map(({ value }) => (picture.kind === 'share' && whole > 0 ? `${show(value)}  ${f.pct(value / whole)}` : show(value)))
  const numbers = Math.max(0, ...says.map((text) => context.measureText(text).width)) + 14
  const row = Math.min(28, room.height / Math.max(1, marks.length))
  context.textBaseline = 'middle'
  marks.forEach(({ name, value }, i) => {
    const y = i * row + row / 2
    context.fillStyle = palette.ink
    context.textAlign = 'left'
    context.fillText(cut(context, name, names - 12), 0, y)
    context.fillStyle = value === most ? palette.ink : palette.ink3
    context.fillRect(names, y - 5, most > 0 ? Math.max(1.5, ((room.width - names - numbers) * value) / most) : 0, 10)
    context.fillStyle = palette.ink
    context.textAlign = 'right'
    context.fillText(says[i] ?? '', room.width, y)
  })
}

function drawColumns(context: CanvasRenderingContext2D, picture: Extract<ChartPicture, { kind: 'bars' | 'share' | 'histogram' }>, room: Room, palette: Palette): void {
  const { marks, show } = picture
  const most = Math.max(0, ...marks.map(({ value }) => value))
  const foot = room.height - 22
  const step = room.width / Math.max(1, marks.length)
  const lead = marks.find(({ value }) => value === most)
  marks.forEach((mark, i) => {
    const height = most > 0 ? Math.max(1, ((foot - 26) * mark.value) / most) : 1
    context.fillStyle = mark === lead ? palette.ink : palette.ink3
    context.fillRect(i * step + 1, foot - height, Math.max(1, step - 2), height)
  })
  context.fillStyle = palette.lineStrong
  context.fillRect(0, foot, room.width, 1)
  context.textBaseline = 'middle'
  context.font = `430 11px ${palette.font}`
  context.fillStyle = palette.ink3
  const every = Math.max(1, Math.ceil(marks.length / 10))
  marks.forEach(({ name }, i) => {
    if (i % every !== 0) return
    context.textAlign = 'left'
    context.fillText(name, i * step + 1, foot + 13)
  })
  if (!lead) return
  context.font = `560 13px ${palette.font}`
  context.fillStyle = palette.ink
  context.textAlign = 'left'
  context.fillText(`${lead.name}: ${show(lead.value)}`, 0, 6)
}

function drawHeat(context: CanvasRenderingContext2D, picture: Extract<ChartPicture, { kind: 'heat' }>, room: Room, palette: Palette): void {
  const { rows, columns, values, show } = picture
  const most = Math.max(0, ...values.flatMap((row) => row.map((value) => value ?? 0)))
  context.font = `430 12px ${palette.font}`
  context.textBaseline = 'middle'
  const names = Math.max(0, ...rows.map((name) => context.measureText(name).width)) + 12
  const cell = { width: (room.width - names) / Math.max(1, columns.length), height: Math.min(30, (room.height - 24) / Math.max(1, rows.length)) }
  const shades = [palette.grid, palette.picked, palette.lineStrong, palette.ink3, palette.ink]
  columns.forEach((column, j) => {
    context.fillStyle = palette.ink3
    context.textAlign = 'center'
    context.fillText(cut(context, column, cell.width - 4), names + (j + 0.5) * cell.width, 8)
  })
  rows.forEach((row, i) => {
    const y = 24 + i * cell.height
    context.fillStyle = palette.ink
    context.textAlign = 'left'
    context.fillText(row, 0, y + cell.height / 2)
    columns.forEach((_, j) => {
      const value = values[i]?.[j] ?? null
      if (value === null) return
      const level = levelOf(value, most)
      context.fillStyle = shades[level] ?? palette.grid
      context.fillRect(names + j * cell.width + 1, y + 1, cell.width - 2, cell.height - 2)
      context.fillStyle = level > 2 ? palette.sheet : palette.ink
      context.textAlign = 'center'
      context.fillText(show(value), names + (j + 0.5) * cell.width, y + cell.height / 2)
    })
  })
}

/** The text, or as much of it as fits and a sign that more is missing. */
function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let short = text.slice(0, 400)
  while (short.length > 1 && context.measureText(`${short}…`).width > width) short = short.slice(0, -1)
  return `${short}…`
}
