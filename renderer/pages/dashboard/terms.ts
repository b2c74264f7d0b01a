import type { ChartRow, Detail } from '#renderer/api/types.ts'

type ScoreShape = NonNullable<Detail['score']>
export type Term = ScoreShape['terms'][number] & { readonly value: number; readonly points: number }

/** Stored scores are held to the fifth decimal. */
const EQUAL = 1e-5

/** Each term with the points that it gives, largest first; their sum, and whether it is the stored score. */
export function termsOf(score: ScoreShape, row: ChartRow): { terms: readonly Term[]; sum: number; stored: number | null; equal: boolean | null } {
  const terms = score.terms.map((term): Term => {
    const cell = row[term.column]
    const value = typeof cell === 'number' ? cell : cell === true ? 1 : 0
    return { ...term, value, points: score.of * term.weight * value }
  })
  const sum = terms.reduce((total, { points }) => total + points, 0)
  const total = row[score.total]
  const stored = typeof total === 'number' ? total : null
  return { terms: byPoints(terms), sum, stored, equal: stored === null ? null : Math.abs(sum - stored) <= EQUAL }
}

function byPoints(terms: readonly Term[]): Term[] {
  const sorted: Term[] = []
  for (const term of terms) {
    const at = sorted.findIndex(({ points }) => points < term.points)
    if (at < 0) sorted.push(term)
    else sorted.splice(at, 0, term)
  }
  return sorted
}
