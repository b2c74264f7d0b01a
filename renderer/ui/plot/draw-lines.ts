import { minMax, type Line } from './decimate.ts'
import { strokeOf, type Palette } from './palette.ts'

/** A limit across the chart, dashed and named: a target, a gate. */
export interface Limit {
  readonly at: number
  readonly name: string
}

export interface LinesSpec {
  readonly lines: readonly Line[]
  readonly x: readonly [from: number, to: number]
  readonly y: readonly [from: number, to: number]
  readonly xTicks: readonly { readonly at: number; readonly name: string }[]
  readonly yTicks: readonly { readonly at: number; readonly name: string }[]
  readonly limits?: readonly Limit[]
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Where the lines stand in a picture of this size: room for the names of the axes. */
export function plotBox(context: CanvasRenderingContext2D, spec: LinesSpec, width: number, height: number, palette: Palette, top = 6): Box {
  context.font = `430 11px ${palette.font}`
  const left = Math.ceil(Math.max(0, ...spec.yTicks.map(({ name }) => context.measureText(name).width))) + 10
  return { left, top, width: Math.max(1, width - left - 10), height: Math.max(1, height - top - 22) }
}

/** Axes, limits and lines, in CSS pixels. */
export function drawLines(context: CanvasRenderingContext2D, spec: LinesSpec, box: Box, palette: Palette): void {
  const { left, top, width, height } = box
  const px = (x: number): number => left + ((x - spec.x[0]) / (spec.x[1] - spec.x[0] || 1)) * width
  const py = (y: number): number => top + height - ((y - spec.y[0]) / (spec.y[1] - spec.y[0] || 1)) * height
  context.font = `430 11px ${palette.font}`
  context.textBaseline = 'middle'
  context.lineWidth = 1
  context.setLineDash([])
  for (const { at, name } of spec.yTicks) {
    const y = Math.round(py(at)) + 0.5
    context.strokeStyle = palette.grid
    stroke(context, [left, y, left + width, y])
    context.fillStyle = palette.ink3
    context.textAlign = 'right'
    context.fillText(name, left - 8, y)
  }
  context.strokeStyle = palette.lineStrong
  stroke(context, [left, top + height + 0.5, left + width, top + height + 0.5])
  context.fillStyle = palette.ink3
  for (const { at, name } of spec.xTicks) {
    const half = context.measureText(name).width / 2
    context.textAlign = 'left'
    context.fillText(name, Math.max(left, Math.min(left + width - half * 2, px(at) - half)), top + height + 13)
  }
  for (const { at, name } of spec.limits ?? []) {
    const y = Math.round(py(at)) + 0.5
    context.strokeStyle = palette.ink2
    context.setLineDash([2, 3])
    stroke(context, [left, y, left + width, y])
    context.setLineDash([])
    context.fillStyle = palette.ink2
    context.textAlign = 'right'
    context.fillText(name, left + width, y - 8)
  }
  context.save()
  context.beginPath()
  context.rect(left, top - 2, width, height + 4)
  context.clip()
  spec.lines.forEach((line, i) => {
    const look = strokeOf(i)
    context.strokeStyle = palette[look.shade]
    context.lineWidth = look.width
    context.lineJoin = 'round'
    context.setLineDash([...look.dash])
    drawLine(context, line, spec, box, px, py)
  })
  context.restore()
}

function drawLine(context: CanvasRenderingContext2D, line: Line, spec: LinesSpec, box: Box, px: (x: number) => number, py: (y: number) => number): void {
  const { x, y } = line
  context.beginPath()
  if (x.length <= box.width * 2) {
    let pen = false
    for (let i = 0; i < x.length; i++) {
      const value = y[i] as number
      if (value !== value) pen = false
      else {
        if (pen) context.lineTo(px(x[i] as number), py(value))
        else context.moveTo(px(x[i] as number), py(value))
        pen = true
      }
    }
    context.stroke()
    return
  }
  // With many points per column a line is a band: one upright bar per column, which joins the one before. Bars are
  // filled, not stroked: joining a thousand zigzags takes far longer than finding them.
  const columns = Math.max(1, Math.floor(box.width))
  const { count, first, last, low, high } = minMax(line, spec.x[0], spec.x[1], columns)
  context.fillStyle = context.strokeStyle
  let before = NaN
  for (let column = 0; column < columns; column++) {
    if (count[column] === 0) {
      before = NaN
      continue
    }
    const join = before === before ? before : (first[column] as number)
    const top = py(Math.max(high[column] as number, join)) - 0.7
    const bottom = py(Math.min(low[column] as number, join)) + 0.7
    context.fillRect(box.left + column, top, 1, bottom - top)
    before = last[column] as number
  }
}

function stroke(context: CanvasRenderingContext2D, [x1, y1, x2, y2]: readonly [number, number, number, number]): void {
  context.beginPath()
  context.moveTo(x1, y1)
  context.lineTo(x2, y2)
  context.stroke()
}
