import type { AuditLog } from '#core/audit/audit-log.ts'
import { iso, type Clock } from '#core/base/clock.ts'
import { canonicalJson, type Json } from '#core/base/json.ts'
import type { Engine, Leadership } from '#core/operations/index.ts'
import type { Store } from '#core/store/store.ts'
import { nextTimes } from './due-times.ts'
import { ScheduleDeclared } from './errors.ts'
import { Firer } from './firer.ts'
import { SchedulesTable, type Held } from './schedules-table.ts'
import type { PausedAll, Schedule, ScheduleBoard, ScheduleDraft } from './types.ts'

export interface SchedulesParts {
  readonly store: Store
  readonly audit: AuditLog
  readonly clock: Clock
  readonly engine: Pick<Engine, 'plan' | 'start' | 'list' | 'leadership'>
  /** The workspace whose schedules these are: another one on the same home has its own. */
  readonly workspace: string
  /** How often the clock is looked at while serving, ms. */
  readonly everyMs?: number
}

/**
 * When operations start by themselves. Every door may change schedules; only a serving core fires them, one per home
 * and workspace. What always holds, and the tests check:
 * - a due time is decided once: before its run starts, the decision is written in the same transaction that moves on;
 * - a decision without a run, left by a killed core, is finished by the next one, which first looks for the run;
 * - a due time that got no run says why; none is dropped in silence;
 * - two runs of one schedule never overlap.
 */
export class Schedules {
  readonly #parts: SchedulesParts
  readonly #table: SchedulesTable
  readonly #leadership: Leadership
  readonly #firer: Firer
  #forNow: PausedAll | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(parts: SchedulesParts) {
    this.#parts = parts
    this.#table = new SchedulesTable(parts.store, parts.workspace)
    this.#leadership = parts.engine.leadership(`schedules:${parts.workspace}`)
    this.#firer = new Firer({ ...parts, table: this.#table, leadership: this.#leadership })
  }

  list(filter: { environment?: string; pipeline?: string } = {}): ScheduleBoard {
    const now = this.#parts.clock.now()
    return this.#parts.store.guard(() => ({
      served: this.#leadership.taken(),
      pausedAll: this.pausedAll,
      schedules: this.#table
        .all()
        .filter(({ environment, input }) => (filter.environment === undefined || environment === filter.environment) && (filter.pipeline === undefined || input.pipeline === filter.pipeline))
        .map((held) => this.#table.view(held, now)),
    }))
  }

  /** The next due times of an expression, ISO. Throws ScheduleInvalid. */
  preview(cron: string, zone: string): string[] {
    return nextTimes(cron, zone, this.#parts.clock.now()).map(iso)
  }

  /** Makes a schedule, or changes one that was made here. Counts from now on. Throws ScheduleInvalid, ScheduleDeclared. */
  set(draft: ScheduleDraft, actor: string): Schedule {
    this.preview(draft.cron, draft.zone)
    return this.#change(draft.id, actor, 'schedule.set', (before, now) => {
      if (before?.origin === 'workspace') throw new ScheduleDeclared(draft.id)
      return { ...draft, state: before?.state ?? 'active', reason: before?.reason ?? null, origin: 'console', actor, changedAt: iso(now), cursor: now }
    })
  }

  /** Throws ScheduleUnknown. */
  pause(id: string, reason: string | null, actor: string): Schedule {
    return this.#change(id, actor, 'schedule.paused', (_, now) => ({ ...this.#table.get(id), state: 'paused', reason, actor, changedAt: iso(now) }))
  }

  /** Due times while it was paused stay without a run: that is what pausing means. Throws ScheduleUnknown. */
  resume(id: string, actor: string): Schedule {
    return this.#change(id, actor, 'schedule.resumed', (_, now) => ({ ...this.#table.get(id), state: 'active', reason: null, actor, changedAt: iso(now), cursor: now }))
  }

  /** Throws ScheduleUnknown, ScheduleDeclared. */
  remove(id: string, actor: string): void {
    this.#parts.store.transaction(() => {
      const held = this.#table.get(id)
      if (held.origin === 'workspace') throw new ScheduleDeclared(id)
      this.#table.remove(id)
      this.#audit(actor, 'schedule.removed', held.environment, `Schedule ${id} was removed.`, { id, cron: held.cron, zone: held.zone })
    })
  }

  get pausedAll(): PausedAll | null {
    return this.#table.paused() ?? this.#forNow
  }

  /**
   * Nothing fires until `resumeAll`. Due times meanwhile are then missed ones, by each schedule's policy.
   * @param lasts until-restart: forgotten when this core ends, e.g. while the machine sleeps
   */
  pauseAll(reason: string, actor: string, lasts: PausedAll['lasts'] = 'until-resumed'): PausedAll {
    const paused: PausedAll = { reason, actor, at: iso(this.#parts.clock.now()), lasts }
    this.#parts.store.transaction(() => {
      if (lasts === 'until-resumed') this.#table.setPaused(paused)
      else this.#forNow = paused
      this.#audit(actor, 'schedules.paused', null, `All schedules are paused: ${reason}`, { reason, lasts })
    })
    return paused
  }

  /** @param only until-restart: a pause that a person asked for stays */
  resumeAll(actor: string, only?: PausedAll['lasts']): void {
    this.#parts.store.transaction(() => {
      const kept = only === 'until-restart' ? this.#table.paused() : null
      if (this.pausedAll === null || (kept && this.#forNow === null)) return
      if (only !== 'until-restart') this.#table.setPaused(null)
      this.#forNow = null
      this.#audit(actor, 'schedules.resumed', null, 'Schedules fire again.', {})
    })
  }

  /** Brings the schedules that the workspace declares in line with its file. One that is paused stays so. Throws ScheduleInvalid. */
  declare(drafts: readonly ScheduleDraft[]): void {
    for (const { cron, zone } of drafts) this.preview(cron, zone)
    this.#parts.store.transaction(() => {
      const now = this.#parts.clock.now()
      for (const held of this.#table.all()) {
        if (held.origin !== 'workspace' || drafts.some(({ id }) => id === held.id)) continue
        this.#table.remove(held.id)
        this.#audit('workspace', 'schedule.removed', held.environment, `Schedule ${held.id} is no longer declared.`, { id: held.id })
      }
      for (const draft of drafts) {
        const before = this.#table.find(draft.id)
        if (before?.origin === 'workspace' && canonicalJson(said(before)) === canonicalJson(said(draft))) continue
        const sameTimes = before?.cron === draft.cron && before.zone === draft.zone
        this.#table.write({ ...said(draft), state: before?.state ?? 'active', reason: before?.reason ?? null, origin: 'workspace', actor: 'workspace', changedAt: iso(now), cursor: sameTimes ? before.cursor : now })
        this.#audit('workspace', 'schedule.set', draft.environment, `Schedule ${draft.id} is declared: ${draft.cron}, ${draft.zone}.`, said(draft))
      }
    })
  }

  /** From now on this core fires what comes due, if no other one does. */
  serve(): void {
    this.#timer ??= setInterval(() => void this.tick(), this.#parts.everyMs ?? 1_000)
    void this.tick()
  }

  /** One look at the clock. Resolves when all that came due has got its run or its reason; never rejects. */
  async tick(): Promise<void> {
    await this.#firer.tick(this.pausedAll !== null)
  }

  /** Lets go of the role; what is being started is waited for. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    await this.#firer.close()
  }

  #change(id: string, actor: string, kind: string, change: (before: Held | null, now: number) => Held): Schedule {
    return this.#parts.store.transaction(() => {
      const now = this.#parts.clock.now()
      const after = change(this.#table.find(id), now)
      this.#table.write(after)
      const verb = { 'schedule.set': 'set', 'schedule.paused': 'paused', 'schedule.resumed': 'resumed' }[kind] ?? kind
      this.#audit(actor, kind, after.environment, `Schedule ${id} was ${verb}: ${after.cron}, ${after.zone}.`, { ...said(after), reason: after.reason })
      return this.#table.view(after, now)
    })
  }

  #audit(actor: string, kind: string, environment: string | null, summary: string, body: { readonly [key: string]: Json }): void {
    this.#parts.audit.append({ actor, kind, environment, runId: null, summary, body })
  }
}

/** What an author wrote of a schedule. */
const said = ({ id, environment, operation, input, cron, zone, misfire }: ScheduleDraft): ScheduleDraft & { readonly [key: string]: Json } => ({ id, environment, operation, input, cron, zone, misfire })
