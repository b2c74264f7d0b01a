import type { LiveRun } from '#renderer/api/fold-run.ts'
import type { RunStep } from '#renderer/api/types.ts'

/** Start of every sample run. */
export const T0 = Date.parse('2026-11-21T12:00:00Z')

export const stepOf = (id: string, needs: string[] = [], more: Partial<RunStep> = {}): RunStep => ({
  id, title: id, where: 'warehouse', needs, state: 'waiting', attempt: 0, startedAt: null, endedAt: null, rows: null, totalRows: null,
  bytes: null, rowsPerSecond: null, msLeft: null, estimateMs: 1000, evidence: [], gates: [], failure: null, output: null, ...more,
})

export const runOf = (steps: RunStep[], more: Partial<LiveRun> = {}): LiveRun => ({
  runId: '20261121_120000_abcd', number: 1, operation: 'pipelines.run', version: 1, title: 'Refresh', environment: 'sandbox', actor: 'a', state: 'running',
  planHash: 'h', input: {}, createdAt: new Date(T0).toISOString(), startedAt: new Date(T0).toISOString(), endedAt: null, durationMs: 0, sequence: 3, parentRunId: null,
  failure: null, result: null, undo: null, lastEventId: 10, seenAt: T0, steps,
  plan: { operation: 'pipelines.run', version: 1, title: 'Refresh', environment: 'sandbox', input: {}, observed: {}, steps: [], locks: [], wayBack: '', warnings: [], hash: 'h' },
  ...more,
})
