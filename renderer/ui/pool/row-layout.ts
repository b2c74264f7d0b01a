/** Where rows stand in a scrolled list, px from its top. */
export interface RowLayout {
  readonly count: number
  /** Height of all rows together. */
  readonly total: number
  readonly topOf: (index: number) => number
  readonly heightOf: (index: number) => number
  /** The row that covers `y`; the nearest one when `y` lies outside. */
  readonly rowAt: (y: number) => number
}

const within = (index: number, count: number): number => Math.max(0, Math.min(count - 1, index))

/** All rows equally high. */
export function fixedRows(count: number, height: number): RowLayout {
  return {
    count,
    total: count * height,
    topOf: (index) => index * height,
    heightOf: () => height,
    rowAt: (y) => within(Math.floor(y / height), count),
  }
}

/** Rows with heights of their own. `heights[i]` in px. */
export function laidRows(heights: ArrayLike<number>): RowLayout {
  const count = heights.length
  const tops = new Float64Array(count + 1)
  for (let i = 0; i < count; i++) tops[i + 1] = (tops[i] ?? 0) + (heights[i] ?? 0)
  return {
    count,
    total: tops[count] ?? 0,
    topOf: (index) => tops[index] ?? 0,
    heightOf: (index) => heights[index] ?? 0,
    rowAt: (y) => {
      let low = 0
      let high = count - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((tops[middle] ?? 0) <= y) low = middle
        else high = middle - 1
      }
      return within(low, count)
    },
  }
}
