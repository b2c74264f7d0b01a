import type Database from 'better-sqlite3'
import { Cancelled } from '#core/base/errors.ts'
import type { Store } from '#core/store/store.ts'
import { parseEntry, shownEntry, type AuditEntry } from './entry.ts'

export interface AuditQuery {
  /** Only entries with a smaller seq: pages stay put while the log grows. */
  readonly before?: number
  readonly kind?: string
  readonly actor?: string
  readonly runId?: string
  readonly environment?: string
  /** Part of the summary, any case (ASCII). */
  readonly search?: string
  readonly offset?: number
  /** Default 200. */
  readonly limit?: number
}

export interface AuditPage {
  /** Entries that match, on all pages. */
  readonly total: number
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
}

export interface AuditRow {
  readonly seq: number
  readonly canonical: string
  readonly leaf: Buffer
}

type Value = string | number

/** Who, what, where, when. Of several values one must hold; of several filters all. */
export interface AuditFilter {
  readonly before?: number
  readonly kinds?: readonly string[]
  readonly actors?: readonly string[]
  readonly environments?: readonly string[]
  readonly runId?: string
  /** ISO 8601 UTC, first moment that counts. */
  readonly from?: string
  /** ISO 8601 UTC, first moment that doesn't count any more. */
  readonly to?: string
  /** Part of the summary, any case (ASCII). */
  readonly search?: string
}

export interface AuditKeysetPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
  /** `before` of the next page; null when this one is the last. */
  readonly next: number | null
}

/** A value of a column and how many entries have it. */
export interface AuditValue {
  readonly value: string
  readonly count: number
}

export interface AuditValues {
  readonly kinds: readonly AuditValue[]
  readonly actors: readonly AuditValue[]
  readonly environments: readonly AuditValue[]
}

/** Entries looked at between two turns of the event loop: some ten milliseconds of parsing. */
const SLICE = 8_000
const FIRST_SLICE = 1_000
const GROUPED = ['kind', 'actor', 'environment'] as const

const turn = (signal?: AbortSignal): Promise<void> => {
  if (signal?.aborted) throw new Cancelled()
  return new Promise((resolve) => setImmediate(resolve))
}

/** Column that each filter compares; seq, kind and run_id are indexed, the others walk back from the newest. */
const CONDITIONS: Readonly<Record<'before' | 'kind' | 'actor' | 'runId' | 'environment' | 'search', string>> = {
  before: 'seq < ?',
  kind: 'kind = ?',
  actor: 'actor = ?',
  runId: 'run_id = ?',
  environment: 'environment = ?',
  search: "summary LIKE ? ESCAPE '\\'",
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

/** Reads of the log: pages, rows and texts. */
export class AuditQueries {
  readonly #store: Store
  readonly #row: Database.Statement<[number], AuditRow>
  readonly #texts: Database.Statement<[number, number], string>
  /** Counts by value of the entries below `upTo`: the log only grows, so they are never counted twice. */
  readonly #seen = { upTo: 0, counts: { kind: new Map<string, number>(), actor: new Map<string, number>(), environment: new Map<string, number>() } }

  constructor(store: Store) {
    this.#store = store
    this.#row = store.db.prepare('SELECT seq, canonical, leaf FROM audit_entries WHERE seq = ?')
    this.#texts = store.db
      .prepare<[number, number], string>('SELECT canonical FROM audit_entries WHERE seq >= ? AND seq < ? ORDER BY seq')
      .pluck()
  }

  row(seq: number): AuditRow | undefined {
    return this.#row.get(seq)
  }

  /** Canonical texts of the entries [from, to). */
  canonicals(from: number, to: number): string[] {
    return this.#texts.all(from, to)
  }

  /** @param size entries of the log: the total when nothing is filtered */
  list(query: AuditQuery, size: () => number): AuditPage {
    const { search, offset = 0, limit = 200, ...exact } = query
    const filters: Readonly<Record<string, Value | undefined>> = {
      ...exact,
      search: search ? `%${escapeLike(search)}%` : undefined,
    }
    const conditions: string[] = []
    const values: Value[] = []
    for (const [name, condition] of Object.entries(CONDITIONS)) {
      const value = filters[name]
      if (value === undefined) continue
      conditions.push(condition)
      values.push(value)
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
    return this.#store.guard(() => {
      const { db } = this.#store
      const total =
        conditions.length === 0
          ? size()
          : (db.prepare(`SELECT count(*) FROM audit_entries ${where}`).pluck().get(...values) as number)
      const rows = db
        .prepare(`SELECT seq, canonical, leaf FROM audit_entries ${where} ORDER BY seq DESC LIMIT ? OFFSET ?`)
        .all(...values, limit, offset) as AuditRow[]
      return {
        total,
        entries: rows.map(shown),
      }
    })
  }

  /**
   * A page by keyset, found by walking back from `before` in slices that let other work through: flat in time for a
   * page near the end, and never a pause of the core, however few entries match.
   * @throws Cancelled on abort
   */
  async page(filter: AuditFilter, size: () => number, { limit = 200, signal }: { limit?: number; signal?: AbortSignal } = {}): Promise<AuditKeysetPage> {
    const { where, values } = conditionsOf(filter)
    const read = this.#store.db.prepare(`SELECT seq, canonical, leaf FROM audit_entries WHERE seq >= ? AND seq < ?${where} ORDER BY seq DESC LIMIT ?`)
    const found: AuditRow[] = []
    let top = this.#top(filter, size)
    let slice = where === '' ? limit : FIRST_SLICE
    while (top > 0 && found.length < limit) {
      const from = Math.max(0, top - slice)
      const rows = this.#store.guard(() => read.all(from, top, ...values, limit - found.length) as AuditRow[])
      found.push(...rows)
      // A full page may end inside the slice.
      top = found.length >= limit ? (found.at(-1)?.seq ?? from) : from
      slice = SLICE
      if (top > 0 && found.length < limit) await turn(signal)
    }
    return { entries: found.map(shown), next: top > 0 ? top : null }
  }

  /** Entries that match, counted in slices like `page`. @throws Cancelled on abort */
  async count(filter: AuditFilter, size: () => number, signal?: AbortSignal): Promise<number> {
    const { where, values } = conditionsOf(filter)
    const top = this.#top(filter, size)
    if (where === '') return top
    const read = this.#store.db.prepare(`SELECT count(*) FROM audit_entries WHERE seq >= ? AND seq < ?${where}`).pluck()
    let total = 0
    for (let to = top; to > 0; to -= SLICE) {
      total += this.#store.guard(() => read.get(Math.max(0, to - SLICE), to, ...values) as number)
      await turn(signal)
    }
    return total
  }

  /** Every kind, actor and environment of the log with its number of entries, most frequent first. @throws Cancelled on abort */
  async values(size: () => number, signal?: AbortSignal): Promise<AuditValues> {
    const { db } = this.#store
    const read = db.prepare<[number, number], { kind: string; actor: string; environment: string | null; n: number }>(
      'SELECT kind, actor, environment, count(*) AS n FROM audit_entries WHERE seq >= ? AND seq < ? GROUP BY 1, 2, 3',
    )
    for (const top = size(); this.#seen.upTo < top; ) {
      const from = this.#seen.upTo
      const to = Math.min(top, from + SLICE)
      const rows = this.#store.guard(() => read.all(from, to))
      this.#seen.upTo = to
      for (const row of rows)
        for (const column of GROUPED) {
          const value = row[column]
          if (value !== null) this.#seen.counts[column].set(value, (this.#seen.counts[column].get(value) ?? 0) + row.n)
        }
      await turn(signal)
    }
    const { kind, actor, environment } = this.#seen.counts
    return { kinds: sorted(kind), actors: sorted(actor), environments: sorted(environment) }
  }

  /** Canonical texts of all that match, oldest first, slice by slice. @throws Cancelled on abort */
  async *texts(filter: AuditFilter, size: () => number, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const { where, values } = conditionsOf(filter)
    const read = this.#store.db.prepare(`SELECT canonical FROM audit_entries WHERE seq >= ? AND seq < ?${where} ORDER BY seq`).pluck()
    const top = this.#top(filter, size)
    for (let from = 0; from < top; from += FIRST_SLICE) {
      const found = this.#store.guard(() => read.all(from, Math.min(top, from + FIRST_SLICE), ...values) as string[])
      if (found.length > 0) yield found
      await turn(signal)
    }
  }

  #top({ before }: AuditFilter, size: () => number): number {
    return Math.max(0, Math.min(before ?? Number.POSITIVE_INFINITY, size()))
  }
}

const sorted = (counts: ReadonlyMap<string, number>): AuditValue[] =>
  [...counts].map(([value, count]) => ({ value, count })).toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))

function shown({ seq, canonical, leaf }: AuditRow): AuditEntry {
  const parsed = parseEntry(canonical, seq)
  return shownEntry(seq, parsed.at, parsed, leaf.toString('hex'))
}

/** ` AND …` for each filter that is set, `before` apart. */
function conditionsOf({ kinds, actors, environments, runId, from, to, search }: AuditFilter): { where: string; values: Value[] } {
  const parts: string[] = []
  const values: Value[] = []
  const oneOf = (column: string, wanted: readonly string[] | undefined): void => {
    if (!wanted || wanted.length === 0) return
    parts.push(`${column} IN (${wanted.map(() => '?').join(', ')})`)
    values.push(...wanted)
  }
  const one = (condition: string, value: string | undefined): void => {
    if (value === undefined || value === '') return
    parts.push(condition)
    values.push(value)
  }
  oneOf('kind', kinds)
  oneOf('actor', actors)
  oneOf('environment', environments)
  one('run_id = ?', runId)
  one("canonical ->> '$.at' >= ?", from)
  one("canonical ->> '$.at' < ?", to)
  one(CONDITIONS.search, search && `%${escapeLike(search)}%`)
  return { where: parts.map((part) => ` AND ${part}`).join(''), values }
}
