import type { Clock } from '#core/base/clock.ts'
import { iso } from '#core/base/clock.ts'
import type { Store } from '#core/store/store.ts'
import type { EventLog } from './event-log.ts'
import type { ProgressState } from './progress.ts'
import type { RunsTable } from './runs-table.ts'
import type { RunEvent } from './types.ts'

/** How often the database is asked whether another process wrote, ms. */
const POLL_MS = 200
/** How often runs are looked at whose process may have vanished, ms. */
const LOOK_MS = 1_000
const BATCH = 500

export interface WatchQuery {
  readonly runId?: string
  /** Id of the last event seen; default: only new ones. */
  readonly after?: number
  readonly signal?: AbortSignal
}

/**
 * Tells watchers what happens to runs, of this process and of any other on the same home: a cursor over the persisted
 * events, woken by our own commits and by SQLite's data_version. Progress is not persisted: only its latest figures
 * are delivered, under the id of the last event before them.
 */
export class Watchers {
  readonly #store: Store
  readonly #clock: Clock
  readonly #events: EventLog
  readonly #runs: RunsTable
  readonly #isMine: (runId: string) => boolean
  readonly #watches = new Set<Watch>()
  #timer: NodeJS.Timeout | null = null
  #dataVersion: unknown = null
  #lookedAt = -Infinity
  #closed = false

  constructor(parts: { store: Store; clock: Clock; events: EventLog; runs: RunsTable; isMine: (runId: string) => boolean }) {
    this.#store = parts.store
    this.#clock = parts.clock
    this.#events = parts.events
    this.#runs = parts.runs
    this.#isMine = parts.isMine
  }

  /** Something of ours was committed. */
  committed(): void {
    for (const watch of this.#watches) watch.wake()
  }

  progress(runId: string, stepId: string, state: ProgressState): void {
    for (const watch of this.#watches) watch.progress(runId, stepId, state)
  }

  /** Events in order, without a gap; returns when the signal aborts or the engine closes. */
  async *events(query: WatchQuery): AsyncGenerator<RunEvent, void, undefined> {
    const watch = this.#begin(query.runId, query.signal)
    const told = new Map<string, number>()
    try {
      let cursor = query.after ?? this.#events.last()
      while (!watch.ended) {
        const batch = this.#events.since(cursor, query.runId, BATCH)
        for (const event of batch) {
          cursor = event.id
          yield event
          if (watch.ended) return
        }
        if (batch.length === BATCH) continue
        for (const { runId, stepId, state } of watch.takeProgress()) yield { id: cursor, at: this.#now(), runId, kind: 'progress', stepId, ...state }
        for (const event of this.#vanished(query.runId, told, cursor)) yield event
        await watch.woken()
      }
    } finally {
      this.#end(watch)
    }
  }

  /** Resolves at the next sign of change; false when the signal aborted or the engine closed. */
  async changed(signal?: AbortSignal): Promise<boolean> {
    const watch = this.#begin(undefined, signal)
    try {
      if (!watch.ended) await watch.woken()
      return !watch.ended
    } finally {
      this.#end(watch)
    }
  }

  close(): void {
    this.#closed = true
    for (const watch of this.#watches) watch.end()
  }

  #begin(runId: string | undefined, signal: AbortSignal | undefined): Watch {
    const watch = new Watch(runId, signal)
    if (this.#closed) watch.end()
    this.#watches.add(watch)
    this.#timer ??= setInterval(() => this.#poll(), POLL_MS)
    return watch
  }

  #end(watch: Watch): void {
    watch.end()
    this.#watches.delete(watch)
    if (this.#watches.size > 0 || !this.#timer) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #poll(): void {
    try {
      if (this.#store.db.open) this.#look()
      else this.close()
    } catch {
      // a database that can't be read now is asked again at the next poll; readers get the error themselves
    }
  }

  #look(): void {
    const version: unknown = this.#store.db.pragma('data_version', { simple: true })
    const now = this.#clock.monotonic()
    const look = now - this.#lookedAt >= LOOK_MS
    if (version === this.#dataVersion && !look) return
    this.#dataVersion = version
    if (look) this.#lookedAt = now
    for (const { runId, step } of this.#runs.runningSteps()) {
      if (this.#isMine(runId) || (step.rows === null && step.bytes === null)) continue
      const { rows, totalRows, bytes, rowsPerSecond, msLeft } = step
      this.progress(runId, step.id, { rows, totalRows, bytes, rowsPerSecond, msLeft })
    }
    this.committed()
  }

  /** Runs whose process vanished: the journal can't say so, so each watcher is told once. */
  *#vanished(runId: string | undefined, told: Map<string, number>, cursor: number): Generator<RunEvent> {
    for (const id of runId === undefined ? this.#runs.unfinished() : [runId]) {
      if (this.#isMine(id)) continue
      const run = this.#runs.find(id)
      if (run?.state !== 'interrupted' || told.get(id) === run.sequence || this.#runs.saysInterrupted(id)) continue
      told.set(id, run.sequence)
      yield { id: cursor, at: this.#now(), runId: id, kind: 'run', run }
    }
  }

  #now(): string {
    return iso(this.#clock.now())
  }
}

/** One watcher's inbox. Progress is kept per step, the latest only: a slow reader never makes it grow. */
class Watch {
  readonly #runId: string | undefined
  readonly #signal: AbortSignal | undefined
  readonly #progress = new Map<string, { runId: string; stepId: string; state: ProgressState; text: string }>()
  readonly #last = new Map<string, string>()
  readonly #stop = (): void => this.end()
  #awake = false
  #resolve: (() => void) | null = null
  ended = false

  constructor(runId: string | undefined, signal: AbortSignal | undefined) {
    this.#runId = runId
    this.#signal = signal
    signal?.addEventListener('abort', this.#stop, { once: true })
    if (signal?.aborted) this.end()
  }

  progress(runId: string, stepId: string, state: ProgressState): void {
    if (this.#runId !== undefined && this.#runId !== runId) return
    const key = `${runId} ${stepId}`
    const text = JSON.stringify(state)
    if (this.#last.get(key) === text) return
    this.#last.set(key, text)
    this.#progress.set(key, { runId, stepId, state, text })
    this.wake()
  }

  takeProgress(): { runId: string; stepId: string; state: ProgressState }[] {
    const taken = [...this.#progress.values()]
    this.#progress.clear()
    return taken
  }

  wake(): void {
    this.#awake = true
    this.#resolve?.()
  }

  async woken(): Promise<void> {
    if (!this.#awake && !this.ended) await new Promise<void>((resolve) => (this.#resolve = resolve))
    this.#resolve = null
    this.#awake = false
  }

  end(): void {
    this.ended = true
    this.#signal?.removeEventListener('abort', this.#stop)
    this.#resolve?.()
  }
}
