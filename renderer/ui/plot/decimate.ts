/** Points of one line. `x` ascends; a `y` of NaN is a hole. */
export interface Line {
  readonly name: string
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

/** What one pixel column of a line covers. `count` 0 = nothing. */
export interface PixelColumns {
  readonly count: Uint32Array
  readonly first: Float64Array
  readonly last: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
}

/**
 * Lowest, highest, first and last value per pixel column between `from` and `to`: the drawn line then covers the same
 * pixels as one through every point. One pass, no object per point.
 */
export function minMax(line: Line, from: number, to: number, columns: number): PixelColumns {
  const { x, y } = line
  const count = new Uint32Array(columns)
  const first = new Float64Array(columns)
  const last = new Float64Array(columns)
  const low = new Float64Array(columns)
  const high = new Float64Array(columns)
  const per = to > from ? columns / (to - from) : 0
  const end = Math.min(x.length, firstAt(x, to, true))
  for (let i = firstAt(x, from, false); i < end; i++) {
    const value = y[i] as number
    if (value !== value) continue
    let column = (((x[i] as number) - from) * per) | 0
    if (column >= columns) column = columns - 1
    if (count[column] === 0) {
      first[column] = value
      low[column] = value
      high[column] = value
    } else if (value < (low[column] as number)) low[column] = value
    else if (value > (high[column] as number)) high[column] = value
    last[column] = value
    count[column] = (count[column] as number) + 1
  }
  return { count, first, last, low, high }
}

/** Index of the first x that is not below `value` (or above it, with `behind`). */
export function firstAt(x: ArrayLike<number>, value: number, behind: boolean): number {
  let low = 0
  let high = x.length
  while (low < high) {
    const middle = (low + high) >> 1
    const here = x[middle] as number
    if (here < value || (behind && here === value)) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the point nearest to `value`; -1 without points. */
export function nearest(x: ArrayLike<number>, value: number): number {
  if (x.length === 0) return -1
  const at = Math.min(x.length - 1, firstAt(x, value, false))
  return at > 0 && value - (x[at - 1] as number) <= (x[at] as number) - value ? at - 1 : at
}

/** Lowest and highest of all lines, holes aside; null when nothing is there. */
export function bounds(lines: readonly Line[]): { x: [number, number]; y: [number, number] } | null {
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const { x, y } of lines) {
    if (x.length === 0) continue
    x0 = Math.min(x0, x[0] as number)
    x1 = Math.max(x1, x[x.length - 1] as number)
    for (let i = 0; i < y.length; i++) {
      const value = y[i] as number
      if (value < y0) y0 = value
      if (value > y1) y1 = value
    }
  }
  return y0 <= y1 ? { x: [x0, x1], y: [y0, y1] } : null
}
