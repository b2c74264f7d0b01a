import type { QualityBoard, QualityGate, QualityPreview, QualityRule, Run } from '#renderer/api/types.ts'
import { FakeFailure } from './fake-failure.ts'

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

export interface QualityAsk {
  readonly rules?: readonly { readonly index: number; readonly when?: string }[]
  readonly gates?: readonly { readonly id: string; readonly warn: number | null; readonly stop: number | null }[]
}

/** An expression with `nosuch` is wrong there; every other one rejects more. */
export function fakePreview(runs: readonly Run[], { rules = [], gates = [] }: QualityAsk): QualityPreview {
  const when = rules[0]?.when ?? ''
  const place = when.indexOf('nosuch')
  if (place >= 0) throw new FakeFailure({ code: 'RULE_INVALID', what: 'The expression of empty_description can’t be asked: the joined row has no column nosuch.', untouched: 'No rule and no run was changed.', data: { place } })
  const gate = { id: 'audit/reject-rate', title: 'Rejected rows', unit: '%', valueBefore: 6.42, verdictBefore: 'warning' as const, history: { runs: 10, warning: 3, stop: 1 } }
  const head = { runId: runs[0]?.runId ?? '', number: runs[0]?.number ?? 0 }
  if (gates.length > 0) return { ...head, rows: null, gates: [{ ...gate, value: 6.42, verdict: 'stop' }] }
  return {
    ...head,
    gates: [{ ...gate, value: 11.2, verdict: 'stop' }],
    rows: {
      total: 111_322, rejected: 12_468, rejectedBefore: 137, newly: 12_331, gone: 0, otherReason: 4, byReason: { empty_description: 12_460, invalid_rating: 8 }, byReasonBefore: { empty_description: 129, invalid_rating: 8 },
      rules: [{ index: rules[0]?.index ?? 0, fits: 12_470, fitsBefore: 129 }],
      sample: { columns: ['review_id', 'rating', 'description', 'p_id'], rows: Array.from({ length: 12 }, (_, i) => ({ change: i < 9 ? 'new' as const : 'same' as const, reason: 'empty_description', before: i < 9 ? null : 'empty_description', cells: [96_001 + i, String(1 + (i % 5)), i % 3 === 0 ? null : 'Fine', `B00${i}`] })) },
    },
  }
}
