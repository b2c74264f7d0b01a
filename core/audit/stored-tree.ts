import type Database from 'better-sqlite3'
import { AuditDamaged } from './errors.ts'
import { Frontier, HASH_BYTES, peaksOf, type Subtree } from './merkle.ts'

/** Reads subtree hashes as they are stored: each in the row of the entry that completed it. */
export class StoredTree {
  readonly #read: Database.Statement<[number], { leaf: Buffer; nodes: Buffer }>

  constructor(db: Database.Database) {
    this.#read = db.prepare('SELECT leaf, nodes FROM audit_entries WHERE seq = ?')
  }

  /** @throws AuditDamaged when it isn't there */
  node({ level, index }: Subtree): Buffer {
    const seq = (index + 1) * 2 ** level - 1
    const row = this.#read.get(seq)
    const node = level === 0 ? row?.leaf : row?.nodes.subarray((level - 1) * HASH_BYTES, level * HASH_BYTES)
    if (node?.length !== HASH_BYTES) throw new AuditDamaged(`the tree hashes of entry ${seq} are missing`)
    return node
  }

  /** Right edge of the tree over the first `size` entries. */
  frontier(size: number): Frontier {
    return new Frontier(size, peaksOf(0, size).map((subtree) => this.node(subtree)))
  }
}
