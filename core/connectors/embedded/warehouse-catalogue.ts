import Database from 'better-sqlite3'
import { PublishFenced, storageError, TableVersionMissing } from '#core/connectors/errors.ts'
import type { TableVersion } from '#core/connectors/types.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS versions (
  tbl TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('staged', 'current', 'previous', 'dropped')),
  rows INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, content_hash TEXT NOT NULL,
  run_id TEXT NOT NULL, at TEXT NOT NULL, file TEXT NOT NULL, dropped_ms INTEGER, replaced INTEGER,
  PRIMARY KEY (tbl, version)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_current ON versions (tbl) WHERE state = 'current';
CREATE TABLE IF NOT EXISTS views (name TEXT PRIMARY KEY, position INTEGER NOT NULL, sql TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS fences (tbl TEXT PRIMARY KEY, fence INTEGER NOT NULL) STRICT;`

/** Replaced versions kept as the way back. */
const KEEP_PREVIOUS = 2

export interface CatalogueVersion extends TableVersion {
  /** Name of its Parquet file in the data folder. */
  readonly file: string
}

interface Row {
  readonly tbl: string
  readonly version: number
  readonly state: TableVersion['state']
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  readonly content_hash: string
  readonly run_id: string
  readonly at: string
  readonly file: string
}

const asVersion = (row: Row): CatalogueVersion => ({
  table: row.tbl,
  version: row.version,
  rows: row.rows,
  bytes: row.bytes,
  sha256: row.sha256,
  contentHash: row.content_hash,
  state: row.state,
  runId: row.run_id,
  at: row.at,
  file: row.file,
})

/** What the warehouse holds: which file is which version of which table. Its transactions are the publishes. */
export class WarehouseCatalogue {
  readonly #db: Database.Database

  /** Throws StorageDamaged, StorageBusy, StorageFull, as every method does. */
  constructor(file: string) {
    this.#db = this.#typed(() => new Database(file))
    this.#typed(() => {
      this.#db.pragma('journal_mode = WAL')
      this.#db.pragma('synchronous = FULL')
      this.#db.pragma('busy_timeout = 10000')
      this.#db.exec(SCHEMA)
    })
  }

  #typed<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw storageError(error, 'warehouse')
    }
  }

  #write<T>(work: () => T): T {
    return this.#typed(() => this.#db.transaction(work).immediate())
  }

  /** Current version of every table and every view, as of one instant. */
  snapshot(): { readonly tables: readonly CatalogueVersion[]; readonly views: readonly { name: string; sql: string }[] } {
    return this.#typed(
      this.#db.transaction(() => ({
        tables: this.#db.prepare<[], Row>("SELECT * FROM versions WHERE state = 'current' ORDER BY tbl").all().map(asVersion),
        views: this.#db.prepare<[], { name: string; sql: string }>('SELECT name, sql FROM views ORDER BY position').all(),
      })),
    )
  }

  /** Newest first, without dropped ones. */
  versions(table: string): CatalogueVersion[] {
    return this.#db.prepare<[string], Row>("SELECT * FROM versions WHERE tbl = ? AND state <> 'dropped' ORDER BY version DESC").all(table).map(asVersion)
  }

  version(table: string, version: number): CatalogueVersion | null {
    const row = this.#db.prepare<[string, number], Row>("SELECT * FROM versions WHERE tbl = ? AND version = ? AND state <> 'dropped'").get(table, version)
    return row ? asVersion(row) : null
  }

  /** Records a staged file; an older staged version of the same run and table is dropped. */
  stage(draft: Omit<CatalogueVersion, 'version' | 'state'>, nowMs: number): CatalogueVersion {
    return this.#write(() => {
      this.#db.prepare("UPDATE versions SET state = 'dropped', dropped_ms = ? WHERE tbl = ? AND run_id = ? AND state = 'staged'").run(nowMs, draft.table, draft.runId)
      const next = this.#db.prepare<[string], { next: number }>('SELECT coalesce(max(version), 0) + 1 AS next FROM versions WHERE tbl = ?').get(draft.table)?.next ?? 1
      this.#db
        .prepare('INSERT INTO versions (tbl, version, state, rows, bytes, sha256, content_hash, run_id, at, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(draft.table, next, 'staged', draft.rows, draft.bytes, draft.sha256, draft.contentHash, draft.runId, draft.at, draft.file)
      return { ...draft, version: next, state: 'staged' as const }
    })
  }

  /**
   * Makes the given versions current, all in one transaction. Throws PublishFenced when a newer holder has published
   * one of the tables, TableVersionMissing when a version was dropped meanwhile.
   * @param check called under the write lock for each version; what it throws undoes all
   */
  publish(wanted: readonly { readonly table: string; readonly version: number }[], fence: number, nowMs: number, check: (version: CatalogueVersion) => void): CatalogueVersion[] {
    return this.#write(() =>
      wanted.map(({ table, version }) => {
        const seen = this.#db.prepare<[string], { fence: number }>('SELECT fence FROM fences WHERE tbl = ?').get(table)?.fence ?? 0
        if (fence < seen) throw new PublishFenced(table, fence, seen)
        const found = this.version(table, version)
        if (!found) throw new TableVersionMissing(table, version)
        check(found)
        this.#db.prepare('INSERT INTO fences (tbl, fence) VALUES (?, ?) ON CONFLICT (tbl) DO UPDATE SET fence = excluded.fence').run(table, fence)
        if (found.state !== 'current') this.#swap(table, version, nowMs)
        return { ...found, state: 'current' as const }
      }),
    )
  }

  /** Adds or replaces views by name; their order is kept, because a view may read an earlier one. */
  defineViews(views: readonly { readonly name: string; readonly sql: string }[]): void {
    this.#write(() => {
      const base = this.#db.prepare<[], { last: number }>('SELECT coalesce(max(position), 0) AS last FROM views').get()?.last ?? 0
      const put = this.#db.prepare('INSERT INTO views (name, position, sql) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position, sql = excluded.sql')
      views.forEach(({ name, sql }, index) => put.run(name, base + index + 1, sql))
    })
  }

  /** Drops what runs staged before `before` (ISO) and never published. */
  dropForgotten(before: string, nowMs: number): void {
    this.#write(() => this.#db.prepare("UPDATE versions SET state = 'dropped', dropped_ms = ? WHERE state = 'staged' AND at < ?").run(nowMs, before))
  }

  /** Files that some version still names, or that were dropped after `sinceMs`. */
  files(sinceMs: number): ReadonlySet<string> {
    return this.#typed(() => new Set(this.#db.prepare<[number], { file: string }>("SELECT file FROM versions WHERE state <> 'dropped' OR dropped_ms >= ?").all(sinceMs).map((row) => row.file)))
  }

  close(): void {
    this.#db.close()
  }

  #swap(table: string, version: number, nowMs: number): void {
    const replacements = this.#db.prepare<[string], { next: number }>('SELECT coalesce(max(replaced), 0) + 1 AS next FROM versions WHERE tbl = ?').get(table)?.next ?? 1
    this.#db.prepare("UPDATE versions SET state = 'previous', replaced = ? WHERE tbl = ? AND state = 'current'").run(replacements, table)
    this.#db.prepare("UPDATE versions SET state = 'current', replaced = NULL WHERE tbl = ? AND version = ?").run(table, version)
    this.#db
      .prepare(
        `UPDATE versions SET state = 'dropped', dropped_ms = ? WHERE tbl = ? AND state = 'previous' AND version NOT IN
         (SELECT version FROM versions WHERE tbl = ? AND state = 'previous' ORDER BY replaced DESC LIMIT ${KEEP_PREVIOUS})`,
      )
      .run(nowMs, table, table)
  }
}
