import type { AuditLog } from '#core/audit/audit-log.ts'
import { iso, type Clock } from '#core/base/clock.ts'
import { toFailure, type Failure } from '#core/base/errors.ts'
import { canonicalJson, type Json } from '#core/base/json.ts'
import { EngineClosed, FencedOut, type Engine, type Leadership } from '#core/operations/index.ts'
import type { Store } from '#core/store/store.ts'
import { dueBetween } from './due-times.ts'
import { missedWhileDown, stillRunning } from './errors.ts'
import type { Held, SchedulesTable } from './schedules-table.ts'

export interface FirerParts {
  readonly store: Store
  readonly audit: AuditLog
  readonly clock: Clock
  readonly engine: Pick<Engine, 'plan' | 'start' | 'list'>
  readonly table: SchedulesTable
  readonly leadership: Leadership
}

/** A due time met this much later is a missed one: the core was down, or the machine slept. */
const LATE_MS = 90_000

/** Looks at the clock, decides every due time once, and starts what is due. Only while this process leads. */
export class Firer {
  readonly #parts: FirerParts
  /** Schedules whose run is being started here. */
  readonly #starting = new Map<string, Promise<void>>()
  #closed = false
  #led = false

  constructor(parts: FirerParts) {
    this.#parts = parts
  }

  async tick(paused: boolean): Promise<void> {
    if (this.#closed) return
    try {
      const leads = this.#parts.leadership.keep()
      if (leads && !this.#led) this.#takeOver()
      this.#led = leads
      if (leads && !paused) for (const schedule of this.#parts.table.all()) if (schedule.state === 'active') this.#look(schedule)
    } catch {
      // a store that can't be written now is asked again at the next tick; nothing was decided
    }
    await Promise.all(this.#starting.values())
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#starting.values())
    try {
      this.#parts.leadership.release()
    } catch {
      // a lease that can't be given back is taken over once this process is gone
    }
  }

  /** What a former leader decided but didn't finish: its run may be there already. */
  #takeOver(): void {
    for (const { id, due, afterNumber } of this.#parts.table.claimed()) {
      if (this.#starting.has(id)) continue
      const schedule = this.#parts.table.find(id)
      if (!schedule) {
        this.#parts.table.settle(id, due, 'refused', null, { code: 'SCHEDULE_UNKNOWN', what: `Schedule ${id} was removed before its run started.` })
        continue
      }
      const found = this.#runOf(schedule, afterNumber)
      if (found !== null) this.#started(schedule, due, found)
      else this.#start(schedule, due)
    }
  }

  #look(schedule: Held): void {
    const { clock, table, store, leadership, engine } = this.#parts
    const now = clock.now()
    // The clock was set back: due times come again, and the decisions of those that were met keep them from repeating.
    if (now < schedule.cursor) table.move(schedule.id, now)
    const found = dueBetween(schedule.cron, schedule.zone, Math.min(schedule.cursor, now), now)
    if (!found) return
    const late = now - found.last > LATE_MS
    const skipped: Failure | null = late && schedule.misfire === 'skip' ? missedWhileDown(found.count) : this.#overlap(schedule)
    const decided = store.transaction(() => {
      leadership.check()
      table.move(schedule.id, found.last)
      const afterNumber = engine.list({ limit: 1 }).runs[0]?.number ?? 0
      const fresh = table.decide(schedule.id, { due: found.last, at: now, outcome: skipped ? 'skipped' : 'claimed', missed: found.count - 1, afterNumber, failure: skipped })
      if (fresh && skipped) this.#audit(schedule, 'schedule.skipped', null, `Schedule ${schedule.id} was due at ${iso(found.last)} and started nothing: ${skipped.what}`, { due: iso(found.last), missed: found.count - 1, reason: skipped.code })
      return fresh
    })
    if (decided && !skipped) this.#start(schedule, found.last)
  }

  /** Never two at once: why a due time has to be left out; null when nothing of this schedule is at work. */
  #overlap(schedule: Held): Failure | null {
    const last = this.#parts.table.lastRun(schedule.id)
    if (this.#starting.has(schedule.id)) return stillRunning(last ?? 'just being started')
    const open = this.#parts.engine.list({ actor: actorOf(schedule), environment: schedule.environment, states: ['running', 'queued'], limit: 1 }).runs[0]
    return open ? stillRunning(open.runId) : null
  }

  #start(schedule: Held, due: number): void {
    const starting = this.#fire(schedule, due).finally(() => void this.#starting.delete(schedule.id))
    this.#starting.set(schedule.id, starting)
  }

  async #fire(schedule: Held, due: number): Promise<void> {
    const { engine, store, leadership, table } = this.#parts
    try {
      const plan = await engine.plan(schedule.operation, schedule.input, actorOf(schedule))
      store.transaction(() => leadership.check())
      const run = await engine.start(plan.hash, actorOf(schedule))
      this.#started(schedule, due, run.runId)
    } catch (thrown) {
      // the next leader finishes it, after it looked for the run
      if (thrown instanceof EngineClosed || thrown instanceof FencedOut) return
      const failure = toFailure(thrown)
      try {
        store.transaction(() => {
          table.settle(schedule.id, due, 'refused', null, failure)
          this.#audit(schedule, 'schedule.refused', null, `Schedule ${schedule.id} was due at ${iso(due)} and was refused: ${failure.what}`, { due: iso(due), failure: failure as unknown as Json })
        })
      } catch {
        // not written: it stays claimed, and the next leader takes it up
      }
    }
  }

  #started(schedule: Held, due: number, runId: string): void {
    this.#parts.store.transaction(() => {
      this.#parts.table.settle(schedule.id, due, 'started', runId, null)
      this.#audit(schedule, 'schedule.fired', runId, `Schedule ${schedule.id} was due at ${iso(due)} and started run ${runId}.`, { due: iso(due) })
    })
  }

  /** The run that a former leader started for a decision; null when it didn't get that far. */
  #runOf(schedule: Held, afterNumber: number): string | null {
    const { runs } = this.#parts.engine.list({ actor: actorOf(schedule), environment: schedule.environment, operation: schedule.operation, after: afterNumber, limit: 50 })
    const wanted = canonicalJson(schedule.input)
    return runs.find(({ input }) => Object.entries(schedule.input).every(([key, value]) => canonicalJson((input as Record<string, Json>)[key] ?? null) === canonicalJson(value)) || canonicalJson(input) === wanted)?.runId ?? null
  }

  #audit(schedule: Held, kind: string, runId: string | null, summary: string, body: { readonly [key: string]: Json }): void {
    this.#parts.audit.append({ actor: actorOf(schedule), kind, environment: schedule.environment, runId, summary, body: { ...body, id: schedule.id } })
  }
}

/** Whom runs and audit entries name. */
export const actorOf = ({ id }: { readonly id: string }): string => `schedule:${id}`
