import type { QualityBoard, QualityGate, QualityRule, Run } from '#renderer/api/types.ts'

const rule = (index: number, reason: string, when: string | undefined, details: string, more: Partial<QualityRule> = {}): QualityRule => ({ index, reason, when, details, enforce: 'reject', found: 0, ...more })

/** Rules and gates beside runs whose share of rejects grows until a gate stops one. */
export function fakeBoard(runs: readonly Run[]): QualityBoard {
  const ended = runs.flatMap((_, i) => runs[runs.length - 1 - i] ?? []).filter(({ state }) => state === 'succeeded' || state === 'stopped')
  const points = (value: (i: number) => number | null, limits: { warnAt?: number; stopAt?: number }): QualityGate['points'] =>
    ended.map((run, i) => {
      const found = value(i)
      const over = (limit: number | undefined): boolean => found !== null && limit !== undefined && found > limit
      return { runId: run.runId, number: run.number, endedAt: run.endedAt, value: found, verdict: over(limits.stopAt) ? 'stop' as const : over(limits.warnAt) ? 'warning' as const : 'passed' as const, ...limits }
    })
  const last = ended.at(-1)
  const off = last === undefined ? null : 0
  return {
    file: 'reviews/pipeline.yaml',
    lastRun: last ? { runId: last.runId, number: last.number, state: last.state === 'stopped' ? 'stopped' : 'succeeded', endedAt: last.endedAt, rows: 111_322, rejected: 137 } : null,
    rules: [
      { index: 0, reason: 'duplicate_review_id', repeats: ['review_id'], details: 'review_id {review_id} occurs before', enforce: 'reject', found: off },
      rule(1, 'missing_required_fields', 'review_id IS NULL OR rating IS NULL', 'review_id is {review_id}, rating is {rating}', { found: off }),
      rule(2, 'invalid_rating', 'TRY_CAST(rating AS DOUBLE) NOT BETWEEN 1 AND 5', 'rating {rating} is not from 1 to 5', { family: 'type', found: off === null ? null : 8 }),
      rule(3, 'empty_description', "description IS NULL OR regexp_full_match(description, '[\\pZ\\t\\n]*')", 'description is NULL or blank', { found: off === null ? null : 129 }),
      rule(4, 'join_failure', 'p_id IS NOT NULL AND NOT product_known', 'product {p_id} is not in table product', { enforce: 'warn', family: 'reference', found: off }),
      rule(5, 'missing_buyer', 'buyer_id IS NULL', 'no buyer', { enforce: 'off', family: 'reference', found: null }),
    ],
    gates: [
      { id: 'audit/reject-rate', stepId: 'audit', title: 'Rejected rows', kind: 'reject-rate', warn: 5, stop: 10, unit: '%', points: points((i) => 0.12 + i * 0.7, { warnAt: 5, stopAt: 10 }) },
      { id: 'audit/reconcile', stepId: 'audit', title: 'Rows lost or doubled on the way', kind: 'reconcile', points: points(() => 0, { stopAt: 1 }) },
      { id: 'audit/volume', stepId: 'audit', title: 'Change of the row count against the published version', kind: 'volume', warn: 20, stop: 50, unit: '%', points: points((i) => (i === 0 ? null : (i * 7) % 24), { warnAt: 20, stopAt: 50 }) },
    ],
  }
}
