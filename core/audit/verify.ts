import type Database from 'better-sqlite3'
import { Cancelled } from '#core/base/errors.ts'
import type { Store } from '#core/store/store.ts'
import { checkRange, sameNode } from './check-range.ts'
import { diagnose, diagnoseHead, type FirstBad, type StoredHead } from './diagnose.ts'
import { emptyRoot, Frontier } from './merkle.ts'

export interface AuditVerdict {
  readonly ok: boolean
  /** Entries that were read and found sound. */
  readonly entries: number
  /** Recomputed from these, hex. */
  readonly rootHash: string
  /** First entry that is not what was appended, and what is wrong with it. */
  readonly firstBad?: FirstBad
}

export interface VerifyOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** Entries between two looks at the event loop: 2^LEVEL, so that a full batch is one perfect subtree. */
const LEVEL = 11
const BATCH = 2 ** LEVEL

/**
 * Recomputes leaves, chain, tree and head from the stored bytes.
 * @throws Cancelled on abort, and what the store throws
 */
export async function verifyLog(store: Store, { signal, onProgress }: VerifyOptions): Promise<AuditVerdict> {
  const { db } = store
  const head = store.guard(() => readHead(db))
  if (!head) return verdict(new Frontier(), { seq: 0, problem: 'The head of the log is missing.' })
  const tree = new Frontier()
  for (let from = 0; from < head.size; from += BATCH) {
    if (signal?.aborted) throw new Cancelled('The verification of the audit log was cancelled.')
    const to = Math.min(from + BATCH, head.size)
    const suspect = store.guard(() => checkBatch(db, from, to, tree))
    if (suspect !== null) return verdict(tree, store.guard(() => diagnose(db, suspect, head)))
    onProgress?.(to, head.size)
    await new Promise(setImmediate)
  }
  return verdict(tree, store.guard(() => diagnoseHead(db, head, tree.root())))
}

const readHead = (db: Database.Database): StoredHead | undefined =>
  db.prepare<[], StoredHead>('SELECT size, root, leaf FROM audit_head WHERE id = 1').get()

/** Adds the entries [from, to) to the tree; returns the first that doesn't fit. */
function checkBatch(db: Database.Database, from: number, to: number, tree: Frontier): number | null {
  const { frontier, suspect } = checkRange(db, from, to)
  const above = tree.append(frontier)
  if (suspect !== null || above.length === 0) return suspect
  const nodes = db.prepare('SELECT nodes FROM audit_entries WHERE seq = ?').pluck().get(to - 1) as Buffer
  return above.every((node, at) => sameNode(nodes, LEVEL + at, node)) ? null : to - 1
}

function verdict(tree: Frontier, firstBad: FirstBad | null): AuditVerdict {
  const found = { entries: tree.size, rootHash: (tree.size === 0 ? emptyRoot : tree.root()).toString('hex') }
  return firstBad ? { ok: false, ...found, firstBad } : { ok: true, ...found }
}
