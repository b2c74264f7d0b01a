import type { Store } from '#core/store/store.ts'
import type { ProgressState } from './progress.ts'
import type { RunStep } from './types.ts'

/** What a step had done at a moment. `workedMs`: working time of the run until then; null = not counted. */
export interface SeriesPoint {
  readonly at: string
  readonly rows: number | null
  readonly bytes: number | null
}

export interface StepSeries {
  readonly stepId: string
  readonly points: readonly SeriesPoint[]
}

/** A sample is kept when this share of the run's working time has passed since the one before: at most a few hundred, however long the run. */
const SHARE = 1 / 200
const SHORTEST_MS = 500

interface Row { readonly step_id: string; readonly at: string; readonly rows: number | null; readonly bytes: number | null }

/** Rows and bytes over time, written with the heartbeats of a run. */
export class Samples {
  readonly #store: Store
  readonly #last = new Map<string, number>()

  constructor(store: Store) {
    this.#store = store
  }

  /** In the caller's transaction. */
  take(runId: string, at: string, workedMs: number, progress: ReadonlyMap<string, ProgressState>): void {
    for (const [stepId, { rows, bytes }] of progress) {
      if (rows === null && bytes === null) continue
      const key = `${runId} ${stepId}`
      if (workedMs - (this.#last.get(key) ?? -Infinity) < Math.max(SHORTEST_MS, workedMs * SHARE)) continue
      if (this.#last.size > 1000) this.#last.clear()
      this.#last.set(key, workedMs)
      this.#store.db
        .prepare('INSERT OR IGNORE INTO run_samples (run_id, step_id, at, worked_ms, rows, bytes) VALUES (?, ?, ?, ?, ?, ?)')
        .run(runId, stepId, at, workedMs, rows, bytes)
    }
  }

  /** Samples between what the journal says of the step's start and end. Steps that counted nothing are left out. */
  series(runId: string, steps: readonly RunStep[]): StepSeries[] {
    const rows = this.#store.db.prepare<[string], Row>('SELECT step_id, at, rows, bytes FROM run_samples WHERE run_id = ? ORDER BY worked_ms').all(runId)
    return steps.flatMap((step) => {
      if (step.startedAt === null || (step.rows === null && step.bytes === null)) return []
      // an attempt that was given up stays out: its rows count from nothing again
      const from = step.startedAt
      const until = step.endedAt
      const between = rows.filter(({ step_id, at }) => step_id === step.id && at >= from && (until === null || at <= until))
      const points: SeriesPoint[] = [
        { at: from, rows: step.rows === null ? null : 0, bytes: step.bytes === null ? null : 0 },
        ...between.map(({ at, rows: done, bytes }) => ({ at, rows: done, bytes })),
        ...(until === null ? [] : [{ at: until, rows: step.rows, bytes: step.bytes }]),
      ]
      return [{ stepId: step.id, points }]
    })
  }
}
