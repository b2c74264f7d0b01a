import type { Evidence, Gate, RunStep } from '#renderer/api/types.ts'
import type { LogEntry } from '#renderer/ui/log/log-lines.ts'
import type { RestoreLane } from '#renderer/ui/restore/restore-timeline.tsx'

/* Facts as a core would send them, all invented and all fixed: pictures compare from one day to the next. */

export const NOW = Date.parse('2026-11-21T14:32:08Z')
const iso = (ms: number): string => new Date(ms).toISOString()
const HOUR = 3_600_000
const DAY = 24 * HOUR

const step = (id: string, title: string, needs: string[], more: Partial<RunStep> = {}): RunStep => ({
  id, title, where: 'warehouse', needs, state: 'waiting', attempt: 0, startedAt: null, endedAt: null, rows: null, totalRows: null,
  bytes: null, rowsPerSecond: null, msLeft: null, estimateMs: 4000, evidence: [], gates: [], failure: null, output: null, ...more,
})
const done = (from: number, ms: number, rows: number | null = null): Partial<RunStep> => ({ state: 'succeeded', attempt: 1, startedAt: iso(NOW - 60_000 + from), endedAt: iso(NOW - 60_000 + from + ms), rows })

/** A graph of five lanes in the middle of its work. */
export const wideSteps: RunStep[] = [
  step('check', 'Check connections', [], { where: 'all systems', ...done(0, 900) }),
  step('orders', 'Extract orders', ['check'], { where: 'PostgreSQL', ...done(900, 8200, 222_644) }),
  step('reviews', 'Extract reviews', ['check'], { where: 'PostgreSQL', ...done(900, 12_400, 111_322) }),
  step('images', 'Extract images', ['check'], { where: 'object store', ...done(900, 6100, 119_382) }),
  step('customers', 'Extract customers', ['check'], { where: 'PostgreSQL', ...done(900, 9400, 130_766) }),
  step('rates', 'Read exchange rates', ['check'], { where: 'HTTP', ...done(900, 2100, 34), state: 'warning' }),
  step('join', 'Join', ['orders', 'reviews', 'images', 'customers', 'rates'], { where: 'in the run', ...done(13_300, 9000, 111_322) }),
  step('score', 'Score relevance', ['join'], { where: 'this workstation', state: 'running', attempt: 1, startedAt: iso(NOW - 37_000), rows: 68_420, totalRows: 111_185, msLeft: 21_000 }),
  step('rejects', 'Write rejects', ['join'], { where: 'document store', ...done(22_300, 1800, 137) }),
  step('publish', 'Publish by swap', ['score', 'rejects'], { where: 'warehouse', estimateMs: 2000 }),
  step('compare', 'Read back and compare', ['publish'], { where: 'warehouse', estimateMs: 6000 }),
]

/** A run that failed in the middle, and took back what it had begun. */
export const failedSteps: RunStep[] = [
  step('check', 'Check connections', [], { where: 'all systems', ...done(0, 900) }),
  step('extract', 'Extract 8 tables', ['check'], { where: 'PostgreSQL → object store', ...done(900, 20_000, 707_530) }),
  step('stage', 'Load into staging', ['extract'], { where: 'warehouse', state: 'failed', attempt: 2, startedAt: iso(NOW - 39_100), endedAt: iso(NOW - 18_000), rows: 68_420, totalRows: 111_185 }),
  step('undo', 'Drop the staging table', ['stage'], { where: 'warehouse', ...done(42_000, 1200) }),
  step('publish', 'Publish by swap', ['stage'], { where: 'warehouse', state: 'skipped' }),
  step('record', 'Record evidence', ['undo'], { where: 'audit log', ...done(43_200, 400) }),
]

export const evidence: Evidence[] = [
  { what: 'Row count read back', state: 'proven', readFrom: 'warehouse', expected: 111_185, found: 111_185 },
  { what: 'Content hash', state: 'disproven', readFrom: 'warehouse', expected: 'a41f09c2', found: '7be690d3' },
  { what: 'Version before is kept', state: 'not-proven', readFrom: 'warehouse', missing: 'Nothing has restored it yet.' },
]

export const gates: Gate[] = [
  { gate: 'rejects', title: 'Rejected', verdict: 'passed', value: 0.00123, warnAt: 0.005, stopAt: 0.01, unit: 'share', detail: '137 of 111,322 rows' },
  { gate: 'drift', title: 'Drift of text length', verdict: 'warning', value: 0.083, warnAt: 0.08, stopAt: 0.1, detail: 'Kolmogorov-Smirnov' },
  { gate: 'unique', title: 'review_id is unique', verdict: 'stop', value: 4, stopAt: 1, detail: 'duplicates' },
]

const MESSAGES = ['batch {} written, 1,000 rows', 'connected to warehouse, TLS 1.3', 'batch {} retried once: connection reset by peer (2.1 s)', 'COPY closed at row {}000', '111,322 rows joined, 0 dropped, review_id unique']
const LEVELS: LogEntry['level'][] = ['info', 'debug', 'warn', 'error', 'info']

/** A log of any length; every 41st line is a warning, every 397th an error. */
export const logOf = (length: number): LogEntry[] =>
  Array.from({ length }, (_, i) => {
    const kind = i % 397 === 396 ? 3 : i % 41 === 40 ? 2 : i % 23 === 22 ? 1 : i % 59 === 58 ? 4 : 0
    return { id: i, at: iso(NOW - 3_600_000 + i * 30), stepId: i % 7 === 0 ? 'gates' : 'load', level: LEVELS[kind] ?? 'info', message: (MESSAGES[kind] ?? '').replace('{}', String(i)) }
  })

export interface Dump {
  readonly id: string
  readonly of: string
  readonly rows: number
  readonly bytes: number
  readonly at: string
}

export const dumpsOf = (length: number): Dump[] =>
  Array.from({ length }, (_, i) => ({ id: `d${i}`, of: i % 4 === 3 ? 'MongoDB' : 'PostgreSQL', rows: i % 4 === 3 ? 4110 + i : 1_704_118 - i * 17, bytes: 301_000_000 - ((i * 7_919) % 9_000_000), at: iso(NOW - i * DAY - 12.5 * HOUR) }))

const nightly = (hour: number, days: number): number[] => Array.from({ length: days }, (_, i) => Date.UTC(2026, 10, 21 - i, hour))
const proofs = ['compared', 'checksummed', 'listed'] as const

/** Systems of a workspace and what they keep; `at` is the moment asked for. */
export function lanesAt(at: number): RestoreLane[] {
  const landing = (points: readonly { at: number; proof: string }[]): number | null => points.filter((point) => point.at <= at && point.proof !== 'cancelled').reduce<number | null>((best, point) => (best === null || point.at > best ? point.at : best), null)
  const dumps = nightly(2, 30).map((moment, i) => ({ at: moment, proof: i === 0 ? ('compared' as const) : (proofs[i % 3] ?? ('listed' as const)) }))
  const documents = [...nightly(12, 14).map((moment, i) => ({ at: moment, proof: proofs[(i + 1) % 3] ?? ('listed' as const) })), { at: NOW - 5 * HOUR, proof: 'cancelled' as const }]
  const releases = [['1.3.2', 20], ['1.3.3', 9], ['1.3.4', 3]].map(([name, days]) => ({ at: NOW - Number(days) * DAY, proof: 'compared' as const, name: String(name) }))
  const within = (days: number): number | null => (at >= NOW - days * DAY ? at : null)
  return [
    { id: 'postgresql', name: 'PostgreSQL', detail: 'reviews, nightly dumps', keeps: '30 d', bands: [], points: dumps, lands: landing(dumps) },
    { id: 'objects', name: 'Object store', detail: 'raw/, every version', keeps: '30 d', bands: [{ from: NOW - 30 * DAY, to: NOW }], points: [], lands: within(30) },
    { id: 'warehouse', name: 'Warehouse', detail: 'staging.reviews', keeps: '24 h', ending: true, bands: [{ from: NOW - DAY, to: NOW }], points: [], lands: within(1) },
    { id: 'documents', name: 'Document store', detail: 'rejected_reviews', keeps: '14 d', bands: [], points: documents, lands: landing(documents) },
    { id: 'services', name: 'Services', detail: '7, by digest', keeps: '3 kept', bands: [], points: releases, lands: landing(releases) },
  ]
}

/** A line of `length` points with noise, a hole and a jump; the same every time. */
export function lineOf(length: number, seed: number): { x: Float64Array; y: Float64Array } {
  const x = new Float64Array(length)
  const y = new Float64Array(length)
  let state = seed * 2_654_435_761
  let value = 700
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    value += (state / 2 ** 32 - 0.5) * 18 + (700 - value) * 0.01
    x[i] = NOW - DAY + (i / length) * DAY
    y[i] = i > length * 0.62 && i < length * 0.66 ? NaN : value + seed * 60 + Math.sin((i / length) * 12) * 90
  }
  return { x, y }
}

const hex = (seed: number): string => Array.from({ length: 64 }, (_, i) => ((((seed + 7) * (i + 3) * 2_654_435_761) >>> 7) % 16).toString(16)).join('')
export const proof = { seq: 207, treeSize: 213, proof: Array.from({ length: 7 }, (_, i) => hex(i)), leafHash: hex(40), rootHash: hex(41) }

export const config = {
  before: ['pipeline: reviews', 'batch: 1000', 'gates:', '  rejects: { warn: 0.005, stop: 0.01 }', '  unique: review_id', 'steps:', '  - extract', '  - join', '  - validate', '  - publish', 'schedule: "0 2 * * *"', 'retries: 1'].join('\n'),
  after: ['pipeline: reviews', 'batch: 1500', 'gates:', '  rejects: { warn: 0.005, stop: 0.02 }', '  unique: review_id', 'steps:', '  - extract', '  - join', '  - validate', '  - score', '  - publish', 'schedule: "0 2 * * *"', 'retries: 1'].join('\n'),
}
