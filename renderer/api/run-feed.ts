import type { QueryClient } from '@tanstack/react-query'
import { foldEvents, isLive, type LiveRun } from './fold-run.ts'
import { runKeys } from './keys.ts'
import type { Client, RunEvent } from './types.ts'

/** Figures and log lines reach the page at most this often: nobody reads a number that changes faster. */
const FIGURES_MS = 400
/** What changes a state reaches it at once; the wait only gathers what came with it. */
const STATES_MS = 16
/** Lists are read again at most this often while runs move. */
const LISTS_MS = 1000
/** Samples of the rate that the sparkline shows, one per second. */
const RATE_SAMPLES = 60

export interface LogEvent {
  readonly id: number
  readonly at: string
  readonly stepId: string | null
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
}

/**
 * The one stream of run events of this page. Folds what arrives into the query cache in batches, so that
 * every part that shows a run (page, tray, overview) moves together. The client resumes the stream after a
 * loss by the last event seen; what may have been missed before the first event is read again by `resync`.
 */
export class RunFeed {
  readonly #client: Client
  readonly #cache: QueryClient
  readonly #abort = new AbortController()
  #pending: RunEvent[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #urgent = false
  #listsTimer: ReturnType<typeof setTimeout> | undefined
  #runsChanged = false
  #rates = new Map<string, { at: number; value: number }[]>()
  #logListeners = new Set<(runId: string, lines: readonly LogEvent[]) => void>()

  constructor(client: Client, cache: QueryClient) {
    this.#client = client
    this.#cache = cache
  }

  /** Follows the core until `stop`. */
  async start(): Promise<void> {
    const { signal } = this.#abort
    while (!signal.aborted) {
      try {
        for await (const event of await this.#client.runs.watch({}, { signal })) {
          this.#take(event)
        }
      } catch {
        // The client repairs the line by itself; what ends here is a stream that the core refused or closed.
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }

  stop(): void {
    this.#abort.abort()
    clearTimeout(this.#timer)
    clearTimeout(this.#listsTimer)
  }

  /** Reads everything on the page again: the line was lost and is back. */
  resync(): void {
    void this.#cache.invalidateQueries()
  }

  /** Rows per second of a step, one sample per second since the page was opened. */
  rates(runId: string, stepId: string): readonly number[] {
    return (this.#rates.get(`${runId}/${stepId}`) ?? []).map(({ value }) => value)
  }

  onLog(listener: (runId: string, lines: readonly LogEvent[]) => void): () => void {
    this.#logListeners.add(listener)
    return () => this.#logListeners.delete(listener)
  }

  #take(event: RunEvent): void {
    this.#pending.push(event)
    const urgent = event.kind !== 'progress' && event.kind !== 'log'
    if (urgent && !this.#urgent) {
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.#urgent = true
    }
    this.#timer ??= setTimeout(() => this.#flush(), urgent ? STATES_MS : FIGURES_MS)
  }

  #flush(): void {
    this.#timer = undefined
    this.#urgent = false
    const events = this.#pending
    this.#pending = []
    const now = Date.now()
    const byRun = new Map<string, RunEvent[]>()
    for (const event of events) {
      const list = byRun.get(event.runId)
      if (list) list.push(event)
      else byRun.set(event.runId, [event])
      if (event.kind === 'progress' && event.rowsPerSecond !== null) this.#sample(`${event.runId}/${event.stepId}`, event.rowsPerSecond, now)
    }
    for (const [runId, list] of byRun) {
      const key = runKeys.detail(runId)
      const held = this.#cache.getQueryData<LiveRun>(key)
      if (held) {
        const run = foldEvents(held, list, now)
        this.#cache.setQueryData(key, run)
        // Events don't carry the recorded way back: it is read once the run has ended.
        if (isLive(held) && !isLive(run)) void this.#cache.invalidateQueries({ queryKey: key })
      }
      const lines = list.filter((event) => event.kind === 'log')
      if (lines.length > 0) this.#logListeners.forEach((listener) => listener(runId, lines))
    }
    if (events.some((event) => event.kind === 'run' || event.kind === 'step')) {
      this.#runsChanged ||= events.some((event) => event.kind === 'run')
      this.#listsTimer ??= setTimeout(() => this.#readLists(), LISTS_MS)
    }
  }

  #sample(key: string, value: number, now: number): void {
    const samples = this.#rates.get(key) ?? []
    const last = samples.at(-1)
    if (last && now - last.at < 1000) return
    samples.push({ at: now, value })
    if (samples.length > RATE_SAMPLES) samples.shift()
    this.#rates.set(key, samples)
  }

  #readLists(): void {
    this.#listsTimer = undefined
    void this.#cache.invalidateQueries({ queryKey: runKeys.lists })
    void this.#cache.invalidateQueries({ queryKey: ['audit', 'head'] })
    void this.#cache.invalidateQueries({ queryKey: ['sandbox'] })
    if (!this.#runsChanged) return
    this.#runsChanged = false
    for (const key of ['pipelines', 'data', 'rejects', 'quality', 'dashboards', 'views', 'systems']) void this.#cache.invalidateQueries({ queryKey: [key] })
  }
}
