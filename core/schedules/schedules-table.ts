import { iso } from '#core/base/clock.ts'
import type { Failure } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import type { Store } from '#core/store/store.ts'
import { nextTimes } from './due-times.ts'
import { ScheduleUnknown } from './errors.ts'
import type { Firing, Misfire, PausedAll, Schedule, ScheduleDraft } from './types.ts'

/** A schedule as it stands in the store. `cursor`: every due time up to it was decided, ms. */
export interface Held extends ScheduleDraft {
  readonly state: Schedule['state']
  readonly reason: string | null
  readonly origin: Schedule['origin']
  readonly actor: string
  readonly changedAt: string
  readonly cursor: number
}

interface Row { id: string; environment: string; operation: string; input: string; cron: string; zone: string; misfire: Misfire; state: Held['state']; reason: string | null; origin: Held['origin']; actor: string; changed_at: string; cursor: number }
interface FiringRow { schedule_id: string; due: number; decided_at: string; outcome: Firing['outcome']; missed: number; after_number: number; run_id: string | null; failure: string | null }

/** Firings kept per schedule. */
const KEPT = 1_000

/** Schedules of one workspace and what became of their due times. Synchronous; runs inside the caller's transaction when there is one. */
export class SchedulesTable {
  readonly #store: Store
  readonly #workspace: string

  constructor(store: Store, workspace: string) {
    this.#store = store
    this.#workspace = workspace
  }

  all(): Held[] {
    return this.#store.db.prepare<[string], Row>('SELECT * FROM schedules WHERE workspace = ? ORDER BY id').all(this.#workspace).map(held)
  }

  find(id: string): Held | null {
    const row = this.#store.db.prepare<[string, string], Row>('SELECT * FROM schedules WHERE workspace = ? AND id = ?').get(this.#workspace, id)
    return row ? held(row) : null
  }

  /** Throws ScheduleUnknown. */
  get(id: string): Held {
    const found = this.find(id)
    if (!found) throw new ScheduleUnknown(id)
    return found
  }

  write(schedule: Held): void {
    const { id, environment, operation, input, cron, zone, misfire, state, reason, origin, actor, changedAt, cursor } = schedule
    this.#store.db
      .prepare('INSERT OR REPLACE INTO schedules (workspace, id, environment, operation, input, cron, zone, misfire, state, reason, origin, actor, changed_at, cursor) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)')
      .run(this.#workspace, id, environment, operation, JSON.stringify(input), cron, zone, misfire, state, reason, origin, actor, changedAt, cursor)
  }

  /** What its due times became stays: a schedule made anew under the same id may not repeat them. */
  remove(id: string): void {
    this.#store.db.prepare('DELETE FROM schedules WHERE workspace = ? AND id = ?').run(this.#workspace, id)
  }

  move(id: string, cursor: number): void {
    this.#store.db.prepare('UPDATE schedules SET cursor = ? WHERE workspace = ? AND id = ?').run(cursor, this.#workspace, id)
  }

  /** Writes a decision down. False when this due time was decided before. */
  decide(id: string, firing: { due: number; at: number; outcome: Firing['outcome']; missed: number; afterNumber: number; failure: Failure | null }): boolean {
    const { due, at, outcome, missed, afterNumber, failure } = firing
    const { changes } = this.#store.db
      .prepare('INSERT OR IGNORE INTO schedule_firings (workspace, schedule_id, due, decided_at, outcome, missed, after_number, run_id, failure) VALUES (?,?,?,?,?,?,?,NULL,?)')
      .run(this.#workspace, id, due, iso(at), outcome, missed, afterNumber, failure ? JSON.stringify(failure) : null)
    if (changes === 0) return false
    this.#store.db
      .prepare('DELETE FROM schedule_firings WHERE workspace = ? AND schedule_id = ? AND due <= (SELECT due FROM schedule_firings WHERE workspace = ? AND schedule_id = ? ORDER BY due DESC LIMIT 1 OFFSET ?)')
      .run(this.#workspace, id, this.#workspace, id, KEPT)
    return true
  }

  /** A claimed due time got its run, or was refused one. */
  settle(id: string, due: number, outcome: 'started' | 'refused', runId: string | null, failure: Failure | null): void {
    this.#store.db
      .prepare(`UPDATE schedule_firings SET outcome = ?, run_id = ?, failure = ? WHERE workspace = ? AND schedule_id = ? AND due = ? AND outcome = 'claimed'`)
      .run(outcome, runId, failure ? JSON.stringify(failure) : null, this.#workspace, id, due)
  }

  /** Decided, but whether the run was started isn't written. */
  claimed(): { id: string; due: number; afterNumber: number }[] {
    return this.#store.db
      .prepare<[string], FiringRow>(`SELECT * FROM schedule_firings WHERE workspace = ? AND outcome = 'claimed' ORDER BY due`)
      .all(this.#workspace)
      .map((row) => ({ id: row.schedule_id, due: row.due, afterNumber: row.after_number }))
  }

  /** The run of the newest due time that got one. */
  lastRun(id: string): string | null {
    return this.#store.db.prepare<[string, string], { run_id: string }>(`SELECT run_id FROM schedule_firings WHERE workspace = ? AND schedule_id = ? AND run_id IS NOT NULL ORDER BY due DESC LIMIT 1`).get(this.#workspace, id)?.run_id ?? null
  }

  firings(id: string, limit: number): Firing[] {
    return this.#store.db
      .prepare<[string, string, number], FiringRow>('SELECT * FROM schedule_firings WHERE workspace = ? AND schedule_id = ? ORDER BY due DESC LIMIT ?')
      .all(this.#workspace, id, limit)
      .map((row) => ({ due: iso(row.due), decidedAt: row.decided_at, outcome: row.outcome, missed: row.missed, runId: row.run_id, failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure) }))
  }

  paused(): PausedAll | null {
    const row = this.#store.db.prepare<[string], { reason: string; actor: string; at: string }>('SELECT reason, actor, at FROM schedules_paused WHERE workspace = ?').get(this.#workspace)
    return row ? { ...row, lasts: 'until-resumed' } : null
  }

  setPaused(paused: PausedAll | null): void {
    if (paused === null) this.#store.db.prepare('DELETE FROM schedules_paused WHERE workspace = ?').run(this.#workspace)
    else this.#store.db.prepare('INSERT OR REPLACE INTO schedules_paused (workspace, reason, actor, at) VALUES (?, ?, ?, ?)').run(this.#workspace, paused.reason, paused.actor, paused.at)
  }

  view({ cursor: _, ...schedule }: Held, now: number): Schedule {
    return { ...schedule, next: nextTimes(schedule.cron, schedule.zone, now).map(iso), firings: this.firings(schedule.id, 5) }
  }
}

function held(row: Row): Held {
  const { id, environment, operation, cron, zone, misfire, state, reason, origin, actor, cursor } = row
  return { id, environment, operation, input: JSON.parse(row.input) as { [key: string]: Json }, cron, zone, misfire, state, reason, origin, actor, changedAt: row.changed_at, cursor }
}
