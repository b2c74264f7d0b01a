import type { Chart } from '#renderer/api/types.ts'

/** Twelfths of a row that a chart would like. */
const WISH: Record<Exclude<Chart['kind'], 'figures'>, number> = { bars: 4, share: 4, histogram: 4, line: 4, table: 6 }

export interface Placed {
  readonly chart: Chart
  readonly span: number
  /** Stands at the left edge. */
  readonly first: boolean
}

/** Names longer than this need half a row to stand beside their bars. */
export const LONG_NAME = 18

/** Charts in their order, packed into rows of twelve; every row is filled to its end, so nothing stands half empty. */
export function layCharts(charts: readonly Chart[], longestName: (chart: Chart) => number = () => 0): Placed[] {
  const rows: { chart: Chart; span: number }[][] = []
  let left = 0
  for (const chart of charts) {
    if (chart.kind === 'figures') continue
    const span = chart.kind === 'bars' && longestName(chart) > LONG_NAME ? 6 : WISH[chart.kind]
    const row = rows.at(-1)
    if (row && span <= left) {
      row.push({ chart, span })
      left -= span
    } else {
      rows.push([{ chart, span }])
      left = 12 - span
    }
  }
  return rows.flatMap((row) => {
    let rest = 12 - row.reduce((sum, { span }) => sum + span, 0)
    // Tables take what is left first: they use width best.
    const grown = row.map((item) => ({ ...item }))
    const takers = grown.some(({ chart }) => chart.kind === 'table') ? grown.filter(({ chart }) => chart.kind === 'table') : grown
    for (let i = 0; rest > 0; i++, rest--) {
      const taker = takers[i % takers.length]
      if (taker) taker.span += 1
    }
    return grown.map((item, i) => ({ ...item, first: i === 0 }))
  })
}
