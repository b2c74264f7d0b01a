import type Database from 'better-sqlite3'
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
        entries: rows.map(({ seq, canonical, leaf }) => {
          const parsed = parseEntry(canonical, seq)
          return shownEntry(seq, parsed.at, parsed, leaf.toString('hex'))
        }),
      }
    })
  }
}
