import type { Clock } from '#core/base/clock.ts'
import { iso } from '#core/base/clock.ts'
import type { Store } from '#core/store/store.ts'
import type { RunEvent } from './types.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogLine {
  readonly id: number
  readonly at: string
  readonly stepId: string | null
  readonly level: LogLevel
  readonly message: string
}
export interface LogQuery {
  readonly runId: string
  readonly stepId?: string
  readonly minimumLevel?: LogLevel
  readonly search?: string
  /** Only lines with a greater id; `total` counts them all the same. */
  readonly after?: number
  readonly offset?: number
  readonly limit?: number
}
export type LogDraft = Omit<LogLine, 'id'>
type Told = { kind: 'run' | 'step' | 'gate' } & Record<string, unknown>
type EventRow = { id: number; run_id: string; at: string; kind: string; body: string }
type LogRow = { id: number; run_id: string; step_id: string | null; at: string; level: number; message: string }

/** Longer messages are cut. */
const LONGEST_MESSAGE = 8_192

/** Events and log lines with ids that grow per home; there are no gaps to wait for, because SQLite has one writer at a time. */
export class EventLog {
  readonly #store: Store
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** In the caller's transaction. */
  append(runId: string, told: readonly Told[]): void {
    const insert = this.#store.db.prepare('INSERT INTO run_events (id, run_id, at, kind, body) VALUES (?, ?, ?, ?, ?)')
    const at = iso(this.#clock.now())
    let id = this.#reserve(told.length)
    for (const { kind, ...body } of told) insert.run(id++, runId, at, kind, JSON.stringify(body))
  }

  /** In the caller's transaction. */
  appendLogs(runId: string, lines: readonly LogDraft[]): void {
    if (lines.length === 0) return
    const insert = this.#store.db.prepare('INSERT INTO run_logs (id, run_id, step_id, at, level, message) VALUES (?, ?, ?, ?, ?, ?)')
    let id = this.#reserve(lines.length)
    for (const line of lines) insert.run(id++, runId, line.stepId, line.at, LOG_LEVELS.indexOf(line.level), line.message.slice(0, LONGEST_MESSAGE).toWellFormed())
  }

  last(): number {
    return this.#store.db.prepare<[], { last: number }>('SELECT last FROM event_ids').get()?.last ?? 0
  }

  /** Events after an id, in order. */
  since(after: number, runId: string | undefined, limit: number): RunEvent[] {
    // one snapshot for both tables: an id seen in one may not hide a smaller one that the other gets meanwhile
    return this.#store.guard(() => this.#store.db.transaction(() => this.#since(after, runId, limit)).deferred())
  }

  #since(after: number, runId: string | undefined, limit: number): RunEvent[] {
    const filter = runId === undefined ? '' : 'run_id = @runId AND '
    const values = { after, limit, runId: runId ?? null }
    const bind = runId === undefined ? { after, limit } : values
    const events = this.#store.db
      .prepare<[typeof bind], EventRow>(`SELECT * FROM run_events WHERE ${filter}id > @after ORDER BY id LIMIT @limit`)
      .all(bind)
      .map((row) => ({ id: row.id, at: row.at, runId: row.run_id, kind: row.kind, ...(JSON.parse(row.body) as object) }) as RunEvent)
    const logs = this.#store.db
      .prepare<[typeof bind], LogRow>(`SELECT * FROM run_logs WHERE ${filter}id > @after ORDER BY id LIMIT @limit`)
      .all(bind)
      .map((row): RunEvent => ({ ...shown(row), runId: row.run_id, kind: 'log' }))
    return merge(events, logs).slice(0, limit)
  }

  /** Oldest first. */
  logs(query: LogQuery): { total: number; lines: LogLine[] } {
    const where = ['run_id = ?', 'level >= ?']
    const values: (string | number)[] = [query.runId, LOG_LEVELS.indexOf(query.minimumLevel ?? 'info')]
    if (query.stepId !== undefined) {
      where.push('step_id = ?')
      values.push(query.stepId)
    }
    if (query.search) {
      where.push("message LIKE ? ESCAPE '\\'")
      values.push(`%${query.search.replace(/[\\%_]/g, '\\$&')}%`)
    }
    const from = `FROM run_logs WHERE ${where.join(' AND ')}`
    const total = this.#store.db.prepare<unknown[], { n: number }>(`SELECT count(*) AS n ${from}`).get(...values)?.n ?? 0
    const later = query.after === undefined ? '' : ' AND id > ?'
    if (query.after !== undefined) values.push(query.after)
    const rows = this.#store.db.prepare<unknown[], LogRow>(`SELECT * ${from}${later} ORDER BY id LIMIT ? OFFSET ?`).all(...values, query.limit ?? 500, query.offset ?? 0)
    return { total, lines: rows.map(shown) }
  }

  /** First of `count` ids that are ours. */
  #reserve(count: number): number {
    const row = this.#store.db.prepare<[number], { last: number }>('UPDATE event_ids SET last = last + ? WHERE id = 1 RETURNING last').get(count)
    if (!row) throw new Error('the event counter is missing')
    return row.last - count + 1
  }
}

function shown(row: LogRow): LogLine {
  return { id: row.id, at: row.at, stepId: row.step_id, level: LOG_LEVELS[row.level] ?? 'info', message: row.message }
}

function merge(a: readonly RunEvent[], b: readonly RunEvent[]): RunEvent[] {
  if (b.length === 0) return [...a]
  return [...a, ...b].toSorted((x, y) => x.id - y.id)
}
