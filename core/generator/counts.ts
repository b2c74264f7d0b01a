/** Whole numbers that keep the shares of `weights` and sum to `total` exactly (largest remainder). */
export function apportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum <= 0) return weights.map(() => 0)
  const exact = weights.map((weight) => (weight / sum) * total)
  const counts = exact.map(Math.floor)
  const missing = total - counts.reduce((a, b) => a + b, 0)
  const order = exact.map((value, index) => ({ index, rest: value - Math.floor(value) })).toSorted((a, b) => b.rest - a.rest || a.index - b.index)
  for (let i = 0; i < missing; i++) counts[order[i % order.length]!.index]!++
  return counts
}

export interface SpreadCurve {
  /** How many parents are reached: each gets at least 1. */
  readonly reached: number
  /** The first ones, exactly, in falling order. */
  readonly largest: readonly number[]
  /** Ascending: below this share of the reached parents nobody gets more than that. The first one holds as a plateau. */
  readonly quantiles: readonly (readonly [share: number, count: number])[]
  readonly total: number
}

/**
 * Falling counts, one per reached parent, that sum to `total`, start with `largest` and have the given quantiles
 * (inverted CDF: the smallest count c with at least that share of parents at or below c). Between two quantiles
 * the counts follow a curve whose bend is searched so that the sum fits; what rounding leaves over goes where no
 * quantile stands. Totals that the quantiles can't meet win over the quantiles.
 */
export function spreadCounts({ reached, largest, quantiles, total }: SpreadCurve): Uint32Array {
  const counts = new Uint32Array(reached)
  const top = Math.min(largest.length, reached)
  for (let i = 0; i < top; i++) counts[i] = largest[i]!
  const topSum = counts.reduce((a, b) => a + b, 0)
  const ceiling = largest[top - 1]! - 1
  // Ascending ranks of the anchors; the tail's end is just below the smallest of the largest.
  const anchors = [...quantiles.map(([share, count]) => ({ rank: Math.ceil(share * reached) - 1, count: Math.min(count, ceiling) })), { rank: reached - top - 1, count: Math.max(1, ceiling) }]
  // Piece by piece: first ascending rank at which each count is reached. A piece is inverted count by count, not rank by rank.
  const runs = (bend: number): [rank: number, count: number][] => {
    const found: [number, number][] = [[0, anchors[0]!.count]]
    let from = anchors[0]!
    for (const to of anchors.slice(1)) {
      if (to.rank <= from.rank) continue
      // Above the plateau's end every parent has at least one more.
      const low = Math.min(from === anchors[0] ? from.count + 1 : from.count, to.count)
      const span = to.rank - from.rank
      const growth = Math.log(to.count / low)
      found.push([from.rank + 1, low])
      for (let count = low + 1; count <= to.count; count++) {
        found.push([from.rank + Math.min(span, Math.max(1, Math.ceil((Math.log(count / low) / growth) ** (1 / bend) * span))), count])
      }
      from = to
    }
    return found
  }
  const bottom = reached - top
  const sumOf = (found: readonly [number, number][]): number =>
    found.reduce((sum, [rank, count], index) => sum + count * (Math.min(bottom, found[index + 1]?.[0] ?? bottom) - Math.min(bottom, rank)), topSum)
  let low = 0.01
  let high = 200
  for (let i = 0; i < 50; i++) {
    const bend = (low + high) / 2
    if (sumOf(runs(bend)) > total) low = bend
    else high = bend
  }
  const found = runs(high)
  found.forEach(([rank, count], index) => counts.fill(count, reached - Math.min(bottom, found[index + 1]?.[0] ?? bottom), reached - Math.min(bottom, rank)))
  level(counts, total - sumOf(found), top, anchors, reached)
  return counts
}

/** Adds or takes single rows where neither an anchor nor the order of the counts is touched; then, if need be, anywhere. */
function level(counts: Uint32Array, difference: number, top: number, anchors: readonly { rank: number; count: number }[], reached: number): void {
  let left = difference
  const held = new Set(anchors.map(({ rank }) => reached - 1 - rank))
  for (const careful of [true, false]) {
    for (let moved = true; moved && left !== 0; ) {
      moved = false
      for (let i = top; i < reached && left !== 0; i++) {
        const count = counts[i]!
        if (left > 0 && (!careful || (!held.has(i) && count < counts[i - 1]! && count > 1))) {
          counts[i] = count + 1
          left--
          moved = true
        } else if (left < 0 && count > 1 && (!careful || (!held.has(i) && count > 2 && count > (counts[i + 1] ?? 0)))) {
          counts[i] = count - 1
          left++
          moved = true
        }
      }
    }
  }
}

/** `rows` numbers from 1 to `most` that sum to `total`: a geometric shape, then levelled to the exact sum. `unit` draws [0,1). */
export function splitCounts(rows: number, total: number, most: number, shape: number, unit: () => number): Uint32Array {
  const counts = new Uint32Array(rows).fill(1)
  let left = total - rows
  for (let i = 0; i < rows && left > 0; i++) {
    const extra = Math.min(left, most - 1, Math.floor(Math.log(1 - unit()) / Math.log(shape)))
    counts[i] = 1 + extra
    left -= extra
  }
  for (let i = 0; left > 0 && i < rows * most; i++) {
    const at = Math.floor(unit() * rows)
    if (counts[at]! < most) {
      counts[at]!++
      left--
    }
  }
  for (let i = 0; i < rows && left > 0; i++) {
    const extra = Math.min(left, most - counts[i]!)
    counts[i]! += extra
    left -= extra
  }
  return counts
}
