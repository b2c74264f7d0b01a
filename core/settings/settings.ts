import { iso, type Clock } from '#core/base/clock.ts'
import type { Store } from '#core/store/store.ts'
import { DEFAULTS, SettingsSchema, type SettingChanges, type SettingKey, type SettingValues } from './values.ts'

export interface SettingsView {
  /** Grows with every change of this operator's. */
  readonly revision: number
  readonly values: SettingValues
}

/** How often the changes of other processes on the same home are looked for, ms. */
const LOOK_MS = 1000

/** What each operator chose, kept in the home's database. */
export class Settings {
  readonly #store: Pick<Store, 'db' | 'transaction' | 'guard'>
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()

  constructor(store: Pick<Store, 'db' | 'transaction' | 'guard'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Complete: what was never chosen, or what this version no longer understands, is the default. */
  get(operator: string): SettingsView {
    const rows = this.#store.guard(() => this.#store.db.prepare('SELECT key, value, revision FROM settings WHERE operator = ?').all(operator) as { key: string; value: string; revision: number }[])
    const values: Record<string, unknown> = { ...DEFAULTS }
    for (const { key, value } of rows) {
      if (!Object.hasOwn(SettingsSchema.shape, key)) continue
      const parsed = SettingsSchema.shape[key as SettingKey].safeParse(JSON.parse(value))
      if (parsed.success) values[key] = parsed.data
    }
    return { revision: Math.max(0, ...rows.map(({ revision }) => revision)), values: values as SettingValues }
  }

  /**
   * Replaces the members that are given and leaves the others alone.
   * @throws StoreBusy, StoreFull: nothing was changed
   */
  set(operator: string, changes: SettingChanges): SettingsView {
    this.#store.transaction(() => {
      const { db } = this.#store
      const revision = 1 + this.#revision(operator)
      const put = db.prepare(
        'INSERT INTO settings (operator, key, value, revision, changed_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, revision = excluded.revision, changed_at = excluded.changed_at',
      )
      for (const [key, value] of Object.entries(changes)) if (value !== undefined) put.run(operator, key, JSON.stringify(value), revision, iso(this.#clock.now()))
    })
    for (const wake of this.#waiting) wake()
    return this.get(operator)
  }

  /** What holds now, then again after every change, whichever window or process made it. Ends with the signal. */
  async *watch(operator: string, signal?: AbortSignal): AsyncGenerator<SettingsView> {
    let seen = -1
    for (;;) {
      if (signal?.aborted) return
      const revision = this.#revision(operator)
      if (revision !== seen) {
        seen = revision
        yield this.get(operator)
      } else await this.#pause(signal)
    }
  }

  #revision(operator: string): number {
    return this.#store.guard(() => this.#store.db.prepare('SELECT coalesce(max(revision), 0) FROM settings WHERE operator = ?').pluck().get(operator) as number)
  }

  /** Until a change in this process, the next look, or the end of the watch. */
  async #pause(signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, LOOK_MS)
      timer.unref()
      this.#waiting.add(done)
      signal?.addEventListener('abort', done, { once: true })
      if (signal?.aborted) done()
    })
  }
}
