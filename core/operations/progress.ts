import type { Clock } from '#core/base/clock.ts'
import type { Progress } from './types.ts'

/** What a step has done so far and how fast. Rates per second; msLeft in ms; null = not known. */
export interface ProgressState {
  readonly rows: number | null
  readonly totalRows: number | null
  readonly bytes: number | null
  readonly rowsPerSecond: number | null
  readonly msLeft: number | null
}

/** At most one delivery per step in this time: 10 per second. */
const EVERY_MS = 100
/** The rate is taken over this much of the recent past. */
const WINDOW_MS = 5_000

/**
 * Progress of one step: takes every report, delivers at most ten per second and always the last one.
 * Time left counts rows when their total is known, else bytes.
 */
export class ProgressMeter {
  readonly #clock: Clock
  readonly #deliver: (state: ProgressState) => void
  readonly #samples: { at: number; rows: number; bytes: number }[]
  #latest: Progress = {}
  #deliveredAt = -Infinity
  #pending: NodeJS.Timeout | null = null

  constructor(clock: Clock, deliver: (state: ProgressState) => void) {
    this.#clock = clock
    this.#deliver = deliver
    this.#samples = [{ at: clock.monotonic(), rows: 0, bytes: 0 }]
  }

  report(progress: Progress): void {
    this.#latest = { ...this.#latest, ...progress }
    if (this.#pending) return
    const wait = this.#deliveredAt + EVERY_MS - this.#clock.monotonic()
    if (wait <= 0) this.#send()
    else this.#pending = setTimeout(() => this.#send(), wait)
  }

  state(): ProgressState {
    const { rows, totalRows, bytes, totalBytes } = this.#latest
    const now = this.#clock.monotonic()
    const from = this.#samples[0]
    const seconds = from ? (now - from.at) / 1000 : 0
    const rate = (done: number | undefined, then: number): number | null => (done === undefined || seconds <= 0 ? null : (done - then) / seconds)
    const rowRate = rate(rows, from?.rows ?? 0)
    const byteRate = rate(bytes, from?.bytes ?? 0)
    return {
      rows: rows ?? null,
      totalRows: totalRows ?? null,
      bytes: bytes ?? null,
      rowsPerSecond: rowRate,
      msLeft: left(rows, totalRows, rowRate) ?? left(bytes, totalBytes, byteRate),
    }
  }

  /** Delivers what is still pending; call when the step ends, however it ends. */
  close(): void {
    if (this.#pending) this.#send()
  }

  #send(): void {
    if (this.#pending) clearTimeout(this.#pending)
    this.#pending = null
    const now = this.#clock.monotonic()
    this.#deliveredAt = now
    const state = this.state()
    this.#samples.push({ at: now, rows: this.#latest.rows ?? 0, bytes: this.#latest.bytes ?? 0 })
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? now) <= now - WINDOW_MS) this.#samples.shift()
    this.#deliver(state)
  }
}

function left(done: number | undefined, total: number | undefined, perSecond: number | null): number | null {
  if (done === undefined || total === undefined || perSecond === null) return null
  if (done >= total) return 0
  return perSecond <= 0 ? null : ((total - done) / perSecond) * 1000
}
