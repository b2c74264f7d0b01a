import type Database from 'better-sqlite3'
import type { Store } from '#core/store/store.ts'
import { parseEntry, type ParsedEntry } from './entry.ts'
import { AuditEntryMissing, TreeSizeUnknown } from './errors.ts'
import { consistencyProof, foldPeaks, inclusionProof, peaksOf } from './merkle.ts'
import { StoredTree } from './stored-tree.ts'

/** One entry, and the way from its leaf to the root over the first `size` entries. Hashes are hex. */
export interface ProvenEntry {
  readonly seq: number
  /** The text whose UTF-8 bytes were hashed. */
  readonly canonical: string
  readonly leafHash: string
  readonly proof: readonly string[]
}

/** That the first `from` entries of a log of `to` entries are what the log of `from` entries was. */
export interface ConsistencyProof {
  readonly from: number
  readonly to: number
  readonly fromRoot: string
  readonly toRoot: string
  readonly proof: readonly string[]
}

interface Row {
  readonly seq: number
  readonly canonical: string
}

const hex = (nodes: readonly Buffer[]): string[] => nodes.map((node) => node.toString('hex'))

/** What can be proven from the stored tree: a handful of rows per proof, whatever the size of the log. */
export class AuditProofs {
  readonly #store: Store
  readonly #tree: StoredTree
  readonly #size: Database.Statement<[], number>
  readonly #text: Database.Statement<[number], string>
  readonly #kind: Database.Statement<[string], Row>
  readonly #run: Database.Statement<[string], Row>
  readonly #planned: Database.Statement<[string], number | null>

  constructor(store: Store) {
    this.#store = store
    this.#tree = new StoredTree(store.db)
    this.#size = store.db.prepare<[], number>('SELECT size FROM audit_head').pluck()
    this.#text = store.db.prepare<[number], string>('SELECT canonical FROM audit_entries WHERE seq = ?').pluck()
    this.#kind = store.db.prepare('SELECT seq, canonical FROM audit_entries WHERE kind = ? ORDER BY seq')
    this.#run = store.db.prepare('SELECT seq, canonical FROM audit_entries WHERE run_id = ? ORDER BY seq')
    this.#planned = store.db
      .prepare<[string], number | null>("SELECT max(seq) FROM audit_entries WHERE kind = 'run.planned' AND canonical ->> '$.body.planHash' = ?")
      .pluck()
  }

  get size(): number {
    return this.#store.guard(() => this.#size.get()) ?? 0
  }

  /** Leaf hash of an entry; null when there is none. */
  leaf(seq: number): string | null {
    return this.#store.guard(() => (seq >= 0 && seq < this.size ? this.#tree.node({ level: 0, index: seq }).toString('hex') : null))
  }

  /** Root over the first `size` entries. @throws TreeSizeUnknown, AuditDamaged */
  rootAt(size: number): string {
    this.#within(size, 0)
    return this.#store.guard(() => foldPeaks(peaksOf(0, size).map((subtree) => this.#tree.node(subtree))).toString('hex'))
  }

  /** @throws AuditEntryMissing, TreeSizeUnknown */
  inclusion(seq: number, size = this.size): ProvenEntry {
    this.#within(size, 0)
    return this.#store.guard(() => {
      const canonical = Number.isInteger(seq) && seq < size ? this.#text.get(seq) : undefined
      if (canonical === undefined) throw new AuditEntryMissing(seq, size)
      const read = this.#tree.node.bind(this.#tree)
      return { seq, canonical, leafHash: read({ level: 0, index: seq }).toString('hex'), proof: hex(inclusionProof(seq, size, read)) }
    })
  }

  /** @throws TreeSizeUnknown */
  consistency(from: number, to: number): ConsistencyProof {
    this.#within(from, 1)
    this.#within(to, from)
    return this.#store.guard(() => {
      const proof = hex(consistencyProof(from, to, this.#tree.node.bind(this.#tree)))
      return { from, to, fromRoot: this.rootAt(from), toRoot: this.rootAt(to), proof }
    })
  }

  /** Entries of one kind, in order: for kinds that are rare. */
  ofKind(kind: string): ParsedEntry[] {
    return this.#store.guard(() => this.#kind.all(kind)).map(({ seq, canonical }) => parseEntry(canonical, seq))
  }

  /** Numbers of the entries of one run, and of the planning of its plan. */
  ofRun(runId: string, planHash: string): number[] {
    return this.#store.guard(() => {
      const planned = this.#planned.get(planHash)
      const own = this.#run.all(runId).map(({ seq }) => seq)
      return planned === null || planned === undefined ? own : [planned, ...own]
    })
  }

  #within(size: number, least: number): void {
    if (!Number.isInteger(size) || size < least || size > this.size) throw new TreeSizeUnknown(size, least, this.size)
  }
}
