import type { Failure } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import type { Store } from '#core/store/store.ts'
import { RunUnknown } from './errors.ts'
import type { RunRecord, StepRecord } from './fold.ts'
import type { ProgressState } from './progress.ts'
import { Samples, type StepSeries } from './samples.ts'
import type { Evidence, GateResult, Plan, Run, RunDetail, RunState, RunStep, StepState } from './types.ts'

export interface RunQuery {
  readonly environment?: string
  readonly operation?: string
  /** Members that the run's input must have, e.g. { pipeline: 'reviews' }. */
  readonly input?: Readonly<Record<string, string | number>>
  readonly states?: readonly RunState[]
  readonly actor?: string
  /** Only runs with a greater number. */
  readonly after?: number
  /** Only runs with a smaller number. */
  readonly before?: number
  readonly limit?: number
}

interface RunRow {
  run_id: string; number: number; operation: string; version: number; title: string; environment: string; actor: string
  state: string; plan_hash: string; input: string; created_at: string; started_at: string | null; ended_at: string | null
  worked_ms: number; sequence: number; parent_run_id: string | null; failure: string | null; result: string | null; undo: string | null; deaths: string
}

interface StepRow {
  step_id: string; title: string; place: string; needs: string; estimate_ms: number | null; state: string; attempt: number
  started_at: string | null; ended_at: string | null; rows: number | null; total_rows: number | null; bytes: number | null
  rows_per_second: number | null; ms_left: number | null; evidence: string; gates: string; failure: string | null; output: string
}

/** Rows of runs and steps: the fold of each journal, kept for questions. Written only in the transaction of a journal write. */
export class RunsTable {
  readonly #store: Store
  readonly #isDead: (runId: string) => boolean
  readonly #whyLeft: (runId: string) => Failure | null
  readonly #samples: Samples

  /**
   * @param isDead whether nobody works on a run that the journal calls running
   * @param whyLeft what this process knows of the reason, where the journal couldn't be told
   */
  constructor(store: Store, isDead: (runId: string) => boolean, whyLeft: (runId: string) => Failure | null) {
    this.#store = store
    this.#isDead = isDead
    this.#whyLeft = whyLeft
    this.#samples = new Samples(store)
  }

  nextNumber(): number {
    return this.#store.db.prepare<[], { n: number }>('SELECT coalesce(max(number), 0) + 1 AS n FROM runs').get()?.n ?? 1
  }

  /** Writes what differs from `before`. */
  write(runId: string, record: RunRecord, before: RunRecord | null): void {
    const { plan } = record
    this.#store.db
      .prepare(
        `INSERT INTO runs (run_id, number, operation, version, title, environment, actor, state, plan_hash, input,
           created_at, started_at, ended_at, worked_ms, sequence, parent_run_id, failure, result, undo, deaths)
         VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
         ON CONFLICT (run_id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at, worked_ms = excluded.worked_ms, sequence = excluded.sequence,
           failure = excluded.failure, result = excluded.result, undo = excluded.undo, deaths = excluded.deaths`,
      )
      .run(
        runId, record.number, plan.operation, plan.version, plan.title, plan.environment, record.actor, record.state, plan.hash, JSON.stringify(plan.input),
        record.startedAt, record.startedAt, record.endedAt, record.workedMs, record.sequence, record.parentRunId,
        text(record.failure), text(record.result), text(record.undo), JSON.stringify(record.deaths),
      )
    for (const step of record.steps.values()) if (before?.steps.get(step.id) !== step) this.#writeStep(runId, step)
  }

  /** Live figures between two journal writes, so that other processes see them. */
  writeLive(runId: string, at: string, workedMs: number, progress: ReadonlyMap<string, ProgressState>): void {
    this.#store.db.prepare('UPDATE runs SET worked_ms = ? WHERE run_id = ?').run(workedMs, runId)
    const update = this.#store.db.prepare(
      'UPDATE run_steps SET rows = ?, total_rows = coalesce(?, total_rows), bytes = ?, rows_per_second = ?, ms_left = ? WHERE run_id = ? AND step_id = ?',
    )
    for (const [stepId, now] of progress) update.run(now.rows, now.totalRows, now.bytes, now.rowsPerSecond, now.msLeft, runId, stepId)
    this.#samples.take(runId, at, workedMs, progress)
  }

  /** Rows and bytes over time, by step: from its start at nothing to what its end counted. Throws RunUnknown. */
  series(runId: string): StepSeries[] {
    this.run(runId)
    const steps = this.#store.db.prepare<[string], StepRow>('SELECT * FROM run_steps WHERE run_id = ? ORDER BY position').all(runId)
    return this.#samples.series(runId, steps.map(stepView))
  }

  /** The newest runs with their steps, newest first: for pictures of a history. */
  withSteps(query: RunQuery): { readonly run: Run; readonly steps: readonly RunStep[] }[] {
    const steps = this.#store.db.prepare<[string], StepRow>('SELECT * FROM run_steps WHERE run_id = ? ORDER BY position')
    return this.list(query).runs.map((run) => ({ run, steps: steps.all(run.runId).map(stepView) }))
  }

  find(runId: string): Run | null {
    const row = this.#store.db.prepare<[string], RunRow>('SELECT * FROM runs WHERE run_id = ?').get(runId)
    return row ? this.#view(row) : null
  }

  /** Throws RunUnknown. */
  run(runId: string): Run {
    const run = this.find(runId)
    if (!run) throw new RunUnknown(runId)
    return run
  }

  /** Whether the journal itself calls the run interrupted, so that watchers were told by an event. */
  saysInterrupted(runId: string): boolean {
    return this.#store.db.prepare(`SELECT 1 FROM runs WHERE run_id = ? AND state = 'interrupted'`).get(runId) !== undefined
  }

  /** Working time as of the last heartbeat or journal write, ms. */
  workedMs(runId: string): number {
    return this.#store.db.prepare<[string], { worked_ms: number }>('SELECT worked_ms FROM runs WHERE run_id = ?').get(runId)?.worked_ms ?? 0
  }

  step(runId: string, stepId: string): RunStep | null {
    const row = this.#store.db.prepare<[string, string], StepRow>('SELECT * FROM run_steps WHERE run_id = ? AND step_id = ?').get(runId, stepId)
    return row ? stepView(row) : null
  }

  /** Throws RunUnknown. */
  detail(runId: string): RunDetail {
    const run = this.run(runId)
    const { undo } = this.#store.db.prepare<[string], { undo: string | null }>('SELECT undo FROM runs WHERE run_id = ?').get(runId) ?? { undo: null }
    const plan = this.#store.db.prepare<[string], { body: string }>('SELECT body FROM plans WHERE hash = ?').get(run.planHash)
    const steps = this.#store.db.prepare<[string], StepRow>('SELECT * FROM run_steps WHERE run_id = ? ORDER BY position').all(runId)
    return { ...run, plan: JSON.parse(plan?.body ?? 'null') as Plan, steps: steps.map(stepView), undo: parsed<{ operation: string; input: Json }>(undo) }
  }

  /** Steps at work now, for watchers of other processes. */
  runningSteps(runId?: string): { readonly runId: string; readonly step: RunStep }[] {
    return this.#store.db
      .prepare<[string | null, string | null], StepRow & { run_id: string }>(
        `SELECT s.* FROM runs r JOIN run_steps s USING (run_id) WHERE r.state = 'running' AND s.state = 'running' AND (? IS NULL OR r.run_id = ?)`,
      )
      .all(runId ?? null, runId ?? null)
      .map((row) => ({ runId: row.run_id, step: stepView(row) }))
  }

  /** Ids of runs that the journal left running or interrupted, oldest first. */
  unfinished(): string[] {
    return this.#store.db.prepare<[], { run_id: string }>(`SELECT run_id FROM runs WHERE state IN ('running', 'interrupted') ORDER BY number`).all().map((row) => row.run_id)
  }

  /** Newest first; `total` counts all that match without `before`. */
  list(query: RunQuery): { total: number; runs: Run[] } {
    const where = ['1 = 1']
    const values: (string | number)[] = []
    if (query.environment !== undefined) { where.push('environment = ?'); values.push(query.environment) }
    if (query.operation !== undefined) { where.push('operation = ?'); values.push(query.operation) }
    if (query.actor !== undefined) { where.push('actor = ?'); values.push(query.actor) }
    if (query.after !== undefined) { where.push('number > ?'); values.push(query.after) }
    // the path stands in the text, not among the values: only so can SQLite use an index on it
    for (const [member, value] of Object.entries(query.input ?? {})) { where.push(`json_extract(input, '$.${memberName(member)}') = ?`); values.push(value) }
    if (query.states) {
      const dead = this.unfinished().filter((id) => this.#isDead(id))
      // said so that an index on the state can be used: a dead one is stored as running, and is interrupted
      const gone = query.states.includes('interrupted') ? 'OR run_id IN (SELECT value FROM json_each(?))' : 'AND run_id NOT IN (SELECT value FROM json_each(?))'
      where.push(dead.length > 0 ? `(state IN (SELECT value FROM json_each(?)) ${gone})` : 'state IN (SELECT value FROM json_each(?))')
      values.push(JSON.stringify(query.states), ...(dead.length > 0 ? [JSON.stringify(dead)] : []))
    }
    const total = this.#store.db.prepare<unknown[], { n: number }>(`SELECT count(*) AS n FROM runs WHERE ${where.join(' AND ')}`).get(...values)?.n ?? 0
    if (query.before !== undefined) { where.push('number < ?'); values.push(query.before) }
    const rows = this.#store.db.prepare<unknown[], RunRow>(`SELECT * FROM runs WHERE ${where.join(' AND ')} ORDER BY number DESC LIMIT ?`).all(...values, query.limit ?? 50)
    return { total, runs: rows.map((row) => this.#view(row)) }
  }

  #view(row: RunRow): Run {
    const state = row.state === 'running' && this.#isDead(row.run_id) ? 'interrupted' : (row.state as RunState)
    return {
      runId: row.run_id, number: row.number, operation: row.operation, version: row.version, title: row.title, environment: row.environment, actor: row.actor,
      state,
      planHash: row.plan_hash, input: JSON.parse(row.input) as Json, createdAt: row.created_at, startedAt: row.started_at, endedAt: row.ended_at,
      durationMs: Math.round(row.worked_ms), sequence: row.sequence, parentRunId: row.parent_run_id,
      failure: parsed<Failure>(row.failure) ?? (state === 'interrupted' ? this.#whyLeft(row.run_id) : null), result: parsed<{ [key: string]: Json }>(row.result),
    }
  }

  #writeStep(runId: string, step: StepRecord): void {
    this.#store.db
      .prepare(
        `INSERT OR REPLACE INTO run_steps (run_id, step_id, position, title, place, needs, estimate_ms, state, acted, attempt,
           started_at, ended_at, rows, total_rows, bytes, evidence, gates, failure, output)
         VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      )
      .run(
        runId, step.id, step.position, step.title, step.where, JSON.stringify(step.needs), step.estimateMs, step.state, step.acted ? 1 : 0, step.attempt,
        step.startedAt, step.endedAt, step.rows, step.totalRows, step.bytes, JSON.stringify(step.evidence), JSON.stringify(step.gates), text(step.failure), JSON.stringify(step.output),
      )
  }
}

function stepView(row: StepRow): RunStep {
  return {
    id: row.step_id, title: row.title, where: row.place, needs: JSON.parse(row.needs) as string[], state: row.state as StepState, attempt: row.attempt,
    startedAt: row.started_at, endedAt: row.ended_at, rows: row.rows, totalRows: row.total_rows, bytes: row.bytes,
    rowsPerSecond: row.state === 'running' ? row.rows_per_second : null, msLeft: row.state === 'running' ? row.ms_left : null, estimateMs: row.estimate_ms,
    evidence: JSON.parse(row.evidence) as Evidence[], gates: JSON.parse(row.gates) as GateResult[],
    failure: parsed<Failure>(row.failure), output: JSON.parse(row.output) as Json,
  }
}

/** Of an operation's input: letters only, so that it may stand in SQL. */
function memberName(member: string): string {
  if (!/^[A-Za-z]+$/.test(member)) throw new TypeError(`${member} is no member that runs are found by`)
  return member
}

const text = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
const parsed = <T>(value: string | null): T | null => (value === null ? null : (JSON.parse(value) as T))
