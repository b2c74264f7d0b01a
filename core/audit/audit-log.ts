import type Database from 'better-sqlite3'
import { iso, type Clock } from '#core/base/clock.ts'
import type { Json } from '#core/base/json.ts'
import type { Store } from '#core/store/store.ts'
import { canonicalEntry, parseEntry, seal, shownEntry, type AuditDraft, type AuditEntry, type SealedDraft } from './entry.ts'
import { AuditDamaged, AuditEntryMissing } from './errors.ts'
import { Frontier, HexFrontier, inclusionProof, leafHashHex } from './merkle.ts'
import { AuditQueries, type AuditFilter, type AuditKeysetPage, type AuditPage, type AuditQuery, type AuditValues } from './query.ts'
import { StoredTree } from './stored-tree.ts'
import { verifyLog, type AuditVerdict, type VerifyOptions } from './verify.ts'

export interface AuditHead {
  readonly entries: number
  /** hex */
  readonly rootHash: string
  /** Of the last entry; null when there is none. */
  readonly at: string | null
}

export interface AuditEntryDetail extends AuditEntry {
  /** The text whose UTF-8 bytes were hashed. */
  readonly canonical: string
  readonly body: Json
  /** hex, from the leaf's sibling up; leads from `leafHash` to `rootHash` in a tree of `treeSize` leaves. */
  readonly inclusionProof: readonly string[]
  readonly treeSize: number
  readonly rootHash: string
}

interface HeadRow {
  readonly size: number
  readonly root: Buffer
  readonly leaf: Buffer | null
  readonly at: string | null
}

interface Waiting {
  readonly sealed: SealedDraft
  readonly resolve: (entry: AuditEntry) => void
  readonly reject: (failure: unknown) => void
}

/** Entries of one commit of `appendSoon`: bounds how long the write lock is held. */
const GROUP = 4_096
/** Rows of one INSERT: the call costs as much as the row. */
const ROWS = 32
const COLUMNS = 4
const EXPORT_BATCH = 500

type Cell = number | string

/**
 * Append-only log: canonical JSON entries as leaves of an RFC 6962 Merkle tree, each chained to the one
 * before. Format: docs/audit-format.md. Several processes may append to the same store.
 */
export class AuditLog {
  readonly #store: Store
  readonly #clock: Clock
  readonly #queries: AuditQueries
  readonly #readHead: Database.Statement<[], HeadRow>
  readonly #writeHead: Database.Statement<[number, Buffer, Buffer, string]>
  readonly #insert: Database.Statement<[Cell[]]>
  readonly #insertMany: Database.Statement<[Cell[]]>
  readonly #tree: StoredTree
  /** Holds a verdict against what is known of the log from elsewhere. */
  witness: ((verdict: AuditVerdict, signal?: AbortSignal) => AuditVerdict | Promise<AuditVerdict>) | null = null
  /** Right edge after our last append, and the leaf it ended with: rebuilt when the head says otherwise. */
  #edge = { frontier: new Frontier(), link: null as string | null }
  #time = { ms: Number.NaN, text: '' }
  #waiting: Waiting[] = []
  #scheduled = false

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
    this.#queries = new AuditQueries(store)
    this.#readHead = store.db.prepare('SELECT size, root, leaf, at FROM audit_head')
    this.#writeHead = store.db.prepare('UPDATE audit_head SET size = ?, root = ?, leaf = ?, at = ? WHERE id = 1')
    // Hashes go in as hex: a Buffer per row would cost more than turning it into bytes here.
    const insert = (rows: number): string =>
      `INSERT INTO audit_entries (seq, canonical, leaf, nodes) VALUES ${Array(rows).fill('(?, ?, unhex(?), unhex(?))').join(', ')}`
    this.#insert = store.db.prepare<[Cell[]]>(insert(1))
    this.#insertMany = store.db.prepare<[Cell[]]>(insert(ROWS))
    this.#tree = new StoredTree(store.db)
    store.beforeClose(() => this.flush())
  }

  /**
   * Appends in the caller's transaction, or in one of its own: durable when that commits.
   * @throws AuditBodyRefused, AuditDamaged, and what the store throws
   */
  append(draft: AuditDraft): AuditEntry {
    return this.#write([seal(draft, this.#now())])[0] as AuditEntry
  }

  /**
   * Appends with all others that wait, in one commit. The promise settles after the commit.
   * The entry is fixed at the call: later changes to the draft don't count.
   */
  appendSoon(draft: AuditDraft): Promise<AuditEntry> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ sealed: seal(draft, this.#now()), resolve, reject })
      if (this.#scheduled) return
      this.#scheduled = true
      setImmediate(() => this.flush())
    })
  }

  /** Commits what `appendSoon` has waiting, now. */
  flush(): void {
    this.#scheduled = false
    const all = this.#waiting
    this.#waiting = []
    for (let from = 0; from < all.length; from += GROUP) {
      const group = all.slice(from, from + GROUP)
      try {
        const entries = this.#write(group.map(({ sealed }) => sealed))
        group.forEach(({ resolve }, index) => resolve(entries[index] as AuditEntry))
      } catch (failure) {
        for (const { reject } of group) reject(failure)
      }
    }
  }

  head(): AuditHead {
    const { size, root, at } = this.#head()
    return { entries: size, rootHash: root.toString('hex'), at }
  }

  /** Newest first. `before` is a seq: only older entries. */
  list(query: AuditQuery = {}): AuditPage {
    return this.#queries.list(query, () => this.#head().size)
  }

  /** Newest first, by keyset; lets other work through. @throws Cancelled */
  page(filter: AuditFilter = {}, options: { limit?: number; signal?: AbortSignal } = {}): Promise<AuditKeysetPage> {
    return this.#queries.page(filter, () => this.#head().size, options)
  }

  /** Entries that match; lets other work through. @throws Cancelled */
  count(filter: AuditFilter = {}, signal?: AbortSignal): Promise<number> {
    return this.#queries.count(filter, () => this.#head().size, signal)
  }

  /** Canonical texts of all that match, oldest first. @throws Cancelled */
  texts(filter: AuditFilter = {}, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    return this.#queries.texts(filter, () => this.#head().size, signal)
  }

  /** What one can filter by, with counts; lets other work through. @throws Cancelled */
  values(signal?: AbortSignal): Promise<AuditValues> {
    return this.#queries.values(() => this.#head().size, signal)
  }

  /** @throws AuditEntryMissing */
  entry(seq: number): AuditEntryDetail {
    return this.#store.guard(() => {
      const { size, root } = this.#head()
      const row = this.#queries.row(seq)
      if (!row || seq >= size) throw new AuditEntryMissing(seq, size)
      const parsed = parseEntry(row.canonical, seq)
      return {
        ...shownEntry(seq, parsed.at, parsed, row.leaf.toString('hex')),
        canonical: row.canonical,
        body: parsed.body,
        inclusionProof: inclusionProof(seq, size, (subtree) => this.#tree.node(subtree)).map((node) => node.toString('hex')),
        treeSize: size,
        rootHash: root.toString('hex'),
      }
    })
  }

  /**
   * Recomputes every hash from the stored bytes, in batches that let other work through.
   * @throws Cancelled on abort
   */
  async verify(options: VerifyOptions = {}): Promise<AuditVerdict> {
    const verdict = await verifyLog(this.#store, options)
    return (await this.witness?.(verdict, options.signal)) ?? verdict
  }

  /** NDJSON in order: each line is exactly the hashed bytes of one entry, plus a newline. Flat memory. */
  async *export(): AsyncGenerator<string> {
    const { size } = this.#head()
    for (let from = 0; from < size; from += EXPORT_BATCH) {
      const texts = this.#store.guard(() => this.#queries.canonicals(from, Math.min(from + EXPORT_BATCH, size)))
      yield texts.map((text) => `${text}\n`).join('')
      await new Promise(setImmediate)
    }
  }

  /** Entries of one group mostly share their millisecond. */
  #now(): string {
    const ms = this.#clock.now()
    if (ms !== this.#time.ms) this.#time = { ms, text: iso(ms) }
    return this.#time.text
  }

  #head(): HeadRow {
    const row = this.#store.guard(() => this.#readHead.get())
    if (!row) throw new AuditDamaged('its head is missing')
    return row
  }

  #write(drafts: readonly SealedDraft[]): AuditEntry[] {
    return this.#store.transaction(() => {
      const head = this.#head()
      let link = head.leaf && head.leaf.toString('hex')
      const edge = new HexFrontier(this.#frontier(head, link))
      const entries: AuditEntry[] = []
      let cells: Cell[] = []
      for (const sealed of drafts) {
        const seq = edge.size
        const canonical = canonicalEntry(sealed, seq, link)
        link = leafHashHex(canonical)
        cells.push(seq, canonical, link, edge.push(link))
        if (cells.length === ROWS * COLUMNS) {
          this.#insertMany.run(cells)
          cells = []
        }
        entries.push(shownEntry(seq, sealed.at, sealed.draft, link))
      }
      for (let at = 0; at < cells.length; at += COLUMNS) this.#insert.run(cells.slice(at, at + COLUMNS))
      const frontier = edge.frontier()
      const last = drafts.at(-1)
      if (last && link) this.#writeHead.run(frontier.size, frontier.root(), Buffer.from(link, 'hex'), last.at)
      this.#edge = { frontier, link }
      return entries
    })
  }

  /** Another process, or a rollback of ours, may have moved the head since the last append. */
  #frontier(head: HeadRow, link: string | null): Frontier {
    const { frontier } = this.#edge
    return head.size === frontier.size && link === this.#edge.link ? frontier : this.#tree.frontier(head.size)
  }
}
