import type Database from 'better-sqlite3'
import { Cancelled } from '#core/base/errors.ts'
import type { Store } from '#core/store/store.ts'
import { batchCheck, BATCH } from './check-range.ts'
import { diagnose, diagnoseHead, type FirstBad, type StoredHead } from './diagnose.ts'
import { Frontier } from './merkle.ts'

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

/** Batches between two looks at the event loop: some milliseconds. */
const BATCHES_PER_TURN = 16

/**
 * Recomputes leaves, chain, tree and head from the stored bytes.
 * @throws Cancelled on abort, and what the store throws
 */
export async function verifyLog(store: Store, { signal, onProgress }: VerifyOptions): Promise<AuditVerdict> {
  const { db } = store
  const head = store.guard(() => readHead(db))
  if (!head) return verdict(new Frontier(), { seq: 0, problem: 'The head of the log is missing.' })
  const check = store.guard(() => batchCheck(db))
  let tree = new Frontier()
  while (tree.size < head.size) {
    if (signal?.aborted) throw new Cancelled('The verification of the audit log was cancelled.')
    for (let turn = 0; turn < BATCHES_PER_TURN && tree.size < head.size; turn += 1) {
      const to = Math.min(tree.size + BATCH, head.size)
      const grown = store.guard(() => check(tree, to))
      if (grown) tree = grown
      else {
        const firstBad = store.guard(() => diagnose(db, tree, to, head))
        if (firstBad) return verdict(tree, firstBad)
      }
    }
    onProgress?.(tree.size, head.size)
    await new Promise(setImmediate)
  }
  return verdict(tree, store.guard(() => diagnoseHead(db, head, tree.root())))
}

const readHead = (db: Database.Database): StoredHead | undefined =>
  db.prepare<[], StoredHead>('SELECT size, root, leaf FROM audit_head WHERE id = 1').get()

function verdict(tree: Frontier, firstBad: FirstBad | null): AuditVerdict {
  const found = { entries: tree.size, rootHash: tree.root().toString('hex') }
  return firstBad ? { ok: false, ...found, firstBad } : { ok: true, ...found }
}
