import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { AuditLog } from '#core/audit/audit-log.ts'
import type { AuditDraft } from '#core/audit/entry.ts'
import type { Clock } from '#core/base/clock.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore, type Store } from '#core/store/store.ts'

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'regie-audit-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts at 2026-01-01T00:00:00Z and stands still until it is set. */
export class HandClock implements Clock {
  ms = Date.UTC(2026, 0, 1)
  now(): number {
    return this.ms
  }
  monotonic(): number {
    return this.ms
  }
}

export interface Bench {
  readonly store: Store
  readonly log: AuditLog
  readonly clock: HandClock
  readonly file: string
}

export function openLog(file = join(scratch(), 'state.sqlite')): Bench {
  const clock = new HandClock()
  const store = openStore(file, { clock, migrations, backupAfterMs: Number.POSITIVE_INFINITY })
  onTestFinished(() => store.close())
  return { store, log: new AuditLog(store, clock), clock, file }
}

export const draft = (index = 0, more: Partial<AuditDraft> = {}): AuditDraft => ({
  actor: 'operator',
  kind: 'step.finished',
  environment: 'sandbox',
  runId: '20260101_000000_abcd',
  summary: `Step ${index} finished.`,
  body: { index, text: 'é€😀\n"quoted"' },
  ...more,
})

export function fill(log: AuditLog, count: number): void {
  for (let index = 0; index < count; index += 1) log.append(draft(index))
}

/** What someone with the file and an editor can do: no trigger stands in the way. */
export function withoutTriggers(store: Store): Store['db'] {
  const names = store.db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all() as string[]
  for (const name of names) store.db.exec(`DROP TRIGGER ${name}`)
  return store.db
}
