import type { Readable } from 'node:stream'
import type { Json } from '#core/base/json.ts'

/* Ports to outside systems. Each implementation passes the contract suite in test/contracts. */

export interface SystemDescription {
  /** What the operator calls it: PostgreSQL, Object store, Warehouse, Document store. */
  readonly system: 'postgresql' | 'object-store' | 'warehouse' | 'document-store'
  /** What it really is: "embedded PostgreSQL 17.10", "PGlite 0.5 (fallback: no cancel)". */
  readonly engine: string
  readonly state: 'up' | 'starting' | 'down'
  readonly note?: string
  /** Differences as data, never `if (snowflake)`. */
  readonly capabilities: Readonly<Record<string, string | boolean | number>>
}

export interface ColumnDescription {
  readonly name: string
  /** As the source names it, e.g. "character varying(40)". */
  readonly type: string
  readonly nullable: boolean
}

/** The relational source. Reads only: sessions are read-only transactions. */
export interface SourceDatabase {
  describe(signal?: AbortSignal): Promise<SystemDescription>
  /** Base tables with columns and the server's row estimate (-1 unknown). */
  tables(signal?: AbortSignal): Promise<readonly { name: string; columns: readonly ColumnDescription[]; rows: number }[]>
  /** A small result as rows; not for tables. Abort cancels the statement on the server. */
  query<T extends Record<string, unknown>>(sql: string, parameters: readonly unknown[], signal?: AbortSignal): Promise<T[]>
  /**
   * `COPY (sql) TO STDOUT (FORMAT csv, HEADER false, NULL '')` as a byte stream, NULL unquoted-empty,
   * empty string quoted `""`. Chunks need not end at a row. Abort cancels the statement on the server
   * and destroys the stream; a broken connection destroys it with a typed error. Never half a stream as a whole one.
   */
  copyOut(sql: string, signal?: AbortSignal): Promise<Readable>
  /**
   * One consistent snapshot for several copyOut calls on several connections (pg_export_snapshot).
   * Implementations without it (PGlite) run the callback on their single backend in one transaction.
   */
  snapshot<T>(work: (reader: Pick<SourceDatabase, 'query' | 'copyOut'>) => Promise<T>, signal?: AbortSignal): Promise<T>
  close(): Promise<void>
}

/** Where versions of an object are immutable; a put makes a new version and never changes an old one. */
export interface ObjectStore {
  describe(signal?: AbortSignal): Promise<SystemDescription>
  /**
   * Streams `body` in; durable (fsync) when it resolves; an abort or a failing body leaves no version behind.
   * sha256 is of the bytes stored, hex.
   */
  put(key: string, body: Readable | Buffer, options?: { signal?: AbortSignal; metadata?: Readonly<Record<string, string>> }): Promise<ObjectVersion>
  /** Throws ObjectNotFound. */
  head(key: string, versionId?: string): Promise<ObjectVersion>
  /** Throws ObjectNotFound. */
  get(key: string, versionId?: string, signal?: AbortSignal): Promise<Readable>
  /** Latest versions under a prefix, by key, streamed. */
  list(prefix: string): AsyncIterable<ObjectVersion>
  /** All versions of one key, newest first. */
  versions(key: string): Promise<readonly ObjectVersion[]>
  /** A local path with the bytes of that version, readable until the process ends, for engines that open files. */
  localPath(key: string, versionId: string): Promise<string>
  close(): Promise<void>
}

export interface ObjectVersion {
  readonly key: string
  readonly versionId: string
  readonly bytes: number
  readonly sha256: string
  readonly at: string
  readonly metadata: Readonly<Record<string, string>>
}

export interface TableVersion {
  readonly table: string
  /** Counts up per table. */
  readonly version: number
  readonly rows: number
  readonly bytes: number
  /** SHA-256 of the stored bytes (all files, in order), hex: what a gate binds to. */
  readonly sha256: string
  /** Order-independent hash of the rows without the columns in `hashExcludes`, hex. */
  readonly contentHash: string
  readonly state: 'staged' | 'current' | 'previous' | 'dropped'
  readonly runId: string
  readonly at: string
}

/**
 * The analytical store. Tables are immutable versions; readers see the current version of all tables,
 * switched in one transaction. Never a half-published table, at any kill.
 */
export interface Warehouse {
  describe(signal?: AbortSignal): Promise<SystemDescription>
  /** An engine session over the current versions (and views). Own memory limit and spill folder. */
  open(options?: { signal?: AbortSignal }): Promise<WarehouseSession>
  /** Published tables and views. */
  tables(): Promise<readonly { name: string; kind: 'table' | 'view'; current: TableVersion | null }[]>
  versions(table: string): Promise<readonly TableVersion[]>
  /** Staged or published version by number; null when absent. */
  version(table: string, version: number): Promise<TableVersion | null>
  /**
   * Makes all given versions current in one transaction; the replaced ones become 'previous'. Takes staged versions,
   * and previous ones to swap them back. Already current with that sha256: left as it is (safe to repeat).
   * Re-reads the staged bytes first: throws StagedDataChanged when a sha256 differs from the one the gates saw,
   * FencedOut when `fence` is older than the last one seen for a table.
   */
  publish(staged: readonly { table: string; version: number; sha256: string }[], options: { runId: string; fence: number }): Promise<readonly TableVersion[]>
  /** Saved views of a blueprint: name → SELECT. Replaces all views of that name set. */
  defineViews(views: readonly { name: string; sql: string }[]): Promise<void>
  close(): Promise<void>
}

export interface WarehouseSession {
  /** Any statement of the engine's SQL. Abort interrupts it. */
  run(sql: string, parameters?: Readonly<Record<string, Json>>, signal?: AbortSignal): Promise<void>
  /** Rows as plain JSON values (bigint as number when safe, else string; dates ISO). Bounded results only. */
  rows<T extends Record<string, Json>>(sql: string, parameters?: Readonly<Record<string, Json>>, signal?: AbortSignal): Promise<T[]>
  /** Streams rows in chunks of columns → arrays; memory stays flat. */
  chunks(sql: string, signal?: AbortSignal): AsyncIterable<readonly Record<string, Json>[]>
  /** Writes the SELECT as a new staged version of `table`; hashed, counted, fsynced, read back. Idempotent per (runId, table): a second call replaces the first's staged version. */
  stage(table: string, select: string, options: { runId: string; hashExcludes?: readonly string[]; signal?: AbortSignal }): Promise<TableVersion>
  /**
   * What to write after FROM to read exactly that version of a table (staged, current or previous), in this session's SQL.
   * Throws TableVersionMissing.
   */
  relation(table: string, version: number): Promise<string>
  /** Writes the SELECT to a file: .parquet or .csv (RFC 4180, header). Returns rows. */
  exportTo(select: string, file: string, signal?: AbortSignal): Promise<number>
  close(): Promise<void>
}

export interface Document {
  readonly _id: string
  readonly [field: string]: Json
}

/** JSON documents in collections, with the documents' MongoDB shapes. */
export interface DocumentStore {
  describe(signal?: AbortSignal): Promise<SystemDescription>
  /** Upserts by _id, batch by batch in one transaction each; durable when it resolves. */
  upsert(collection: string, documents: AsyncIterable<readonly Document[]> | readonly Document[], signal?: AbortSignal): Promise<number>
  find(collection: string, query: DocumentQuery): Promise<readonly Document[]>
  /** Streams a whole result. */
  stream(collection: string, query: Omit<DocumentQuery, 'limit' | 'offset'>): AsyncIterable<Document>
  count(collection: string, where?: DocumentQuery['where'], filters?: DocumentQuery['filters']): Promise<number>
  /** Collections that hold documents, by name. */
  collections(): Promise<readonly { readonly name: string; readonly documents: number }[]>
  /** Counts by the value of one field. */
  countBy(collection: string, field: string, where?: DocumentQuery['where']): Promise<Readonly<Record<string, number>>>
  remove(collection: string, where: NonNullable<DocumentQuery['where']>): Promise<number>
  /** Declares indexed fields; idempotent. */
  index(collection: string, fields: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** A condition on one (dotted) field; `contains` ignores case, `from` and `to` include their value and never meet null. */
export interface FieldFilter {
  readonly field: string
  readonly op: 'contains' | 'equals' | 'not-equals' | 'from' | 'to' | 'null' | 'not-null'
  readonly value?: string | number | boolean
}

export interface DocumentQuery {
  /** Equality on (dotted) fields, all must hold. */
  readonly where?: Readonly<Record<string, string | number | boolean | null>>
  /** All must hold, beside `where`. */
  readonly filters?: readonly FieldFilter[]
  /** Case-insensitive substring over the document's text. */
  readonly search?: string
  readonly sort?: { readonly field: string; readonly descending?: boolean }
  readonly limit?: number
  readonly offset?: number
}
