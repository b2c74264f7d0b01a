import { expect } from 'vitest'
import type { AuditLog } from '#core/audit/audit-log.ts'
import type { Engine } from '#core/operations/engine.ts'
import { EventLog } from '#core/operations/event-log.ts'
import { fold } from '#core/operations/fold.ts'
import { Journal } from '#core/operations/journal.ts'
import { systemProcesses, newHolder } from '#core/operations/liveness.ts'
import { Locks } from '#core/operations/locks.ts'
import { RunsTable } from '#core/operations/runs-table.ts'
import { systemClock } from '#core/base/clock.ts'
import type { Store } from '#core/store/store.ts'

/** Reads a home's journal as the engine does. */
export function journalOf(store: Store, audit: AuditLog): Journal {
  const clock = systemClock
  const locks = new Locks({ store, clock, holder: newHolder(), processes: systemProcesses })
  return new Journal({ store, audit, clock, locks, events: new EventLog(store, clock), runs: new RunsTable(store, () => true, () => null), probe: () => {}, committed: () => {} })
}

/** What holds for every run at rest, however it came there. */
export async function expectInvariants(runId: string, { engine, store, audit }: { engine: Engine; store: Store; audit: AuditLog }): Promise<void> {
  const entries = journalOf(store, audit).entries(runId)
  expect(entries.map((entry) => entry.sequence)).toEqual(entries.map((_, index) => index + 1))

  // no step starts before its needs are finished; what is over stays over until it is resumed
  const needs = new Map(engine.get(runId).plan.steps.map((step) => [step.id, step.needs]))
  const finished = new Set<string>()
  let over = false
  for (const entry of entries) {
    if (over) expect(entry.kind).toBe('run.resumed')
    over = entry.kind === 'run.ended'
    if (entry.kind === 'step.started') for (const need of needs.get(entry.stepId) ?? []) expect(finished, `${entry.stepId} before ${need}`).toContain(need)
    if (entry.kind === 'step.started') expect(finished, `${entry.stepId} again`).not.toContain(entry.stepId)
    if (entry.kind === 'step.finished' || entry.kind === 'step.taken-over') finished.add(entry.stepId)
    if (entry.kind === 'step.reopened') finished.delete(entry.stepId)
  }

  // the rows are the journal's fold
  const record = fold(entries)
  const run = engine.get(runId)
  expect({ state: run.state, sequence: run.sequence, failure: run.failure, result: run.result, undo: run.undo, endedAt: run.endedAt, startedAt: run.startedAt }).toEqual({
    state: record?.state, sequence: record?.sequence, failure: record?.failure, result: record?.result, undo: record?.undo, endedAt: record?.endedAt, startedAt: record?.startedAt,
  })
  const seen = ({ id, title, where, state, attempt, output, evidence, gates, failure, startedAt, endedAt }: (typeof run.steps)[number]) => ({ id, title, where, state, attempt, output, evidence, gates, failure, startedAt, endedAt })
  expect(run.steps.map(seen)).toEqual([...(record?.steps.values() ?? [])].map((step) => seen(step as unknown as (typeof run.steps)[number])))

  // every transition has its audit entry, and nothing stays locked
  const audited = store.db.prepare<[string], { kind: string }>(`SELECT kind FROM audit_entries WHERE run_id = ? AND kind NOT IN ('run.cancelled', 'run.refused') ORDER BY seq`).all(runId)
  expect(audited.map((row) => row.kind)).toEqual(entries.map((entry) => entry.kind))
  expect(await audit.verify({})).toMatchObject({ ok: true })
  expect(store.db.prepare('SELECT (SELECT count(*) FROM locks WHERE run_id = @runId) + (SELECT count(*) FROM leases WHERE run_id = @runId)').pluck().get({ runId })).toBe(0)
}
