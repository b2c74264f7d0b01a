import type Database from 'better-sqlite3'
import { Cancelled } from '#core/base/errors.ts'
import type { Store } from '#core/store/store.ts'
import { batchCheck, BATCH } from './check-range.ts'
import { diagnose, diagnoseHead, type FirstBad, type StoredHead } from './diagnose.ts'
import { AuditDamaged } from './errors.ts'
import { Frontier } from './merkle.ts'
import { StoredTree } from './stored-tree.ts'
import { checkElsewhere, type Part } from './verify-part.ts'

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
/** From this many entries on, a second thread costs less than it saves. */
const SHARED_FROM = 50_000

/**
 * Recomputes leaves, chain, tree and head from the stored bytes; a long log in two threads.
 * @throws Cancelled on abort, and what the store throws
 */
export async function verifyLog(store: Store, { signal, onProgress }: VerifyOptions): Promise<AuditVerdict> {
  const { db } = store
  const head = store.guard(() => readHead(db))
  if (!head) return verdict(new Frontier(), { seq: 0, problem: 'The head of the log is missing.' })
  const { size } = head
  const check = store.guard(() => batchCheck(db))
  const later = store.guard(() => laterHalf(db, size))
  const stop = (): void => void later?.stop()
  signal?.addEventListener('abort', stop)
  let tree = new Frontier()

  async function checkTo(to: number): Promise<FirstBad | null> {
    while (tree.size < to) {
      if (signal?.aborted) throw new Cancelled('The verification of the audit log was cancelled.')
      for (let turn = 0; turn < BATCHES_PER_TURN && tree.size < to; turn += 1) {
        const end = Math.min(tree.size + BATCH, to)
        const grown = store.guard(() => check(tree, end))
        if (grown) tree = grown
        else {
          const firstBad = store.guard(() => diagnose(db, tree, end, head as StoredHead))
          if (firstBad) return firstBad
        }
      }
      onProgress?.(tree.size + (to < size ? (later?.done ?? 0) : 0), size)
      await new Promise(setImmediate)
    }
    return null
  }

  try {
    let firstBad = await checkTo(later?.start.size ?? size)
    if (!firstBad && later) {
      const whole = await later.end
      // Without the other thread's answer, or when it began from a wrong edge, this one goes on by itself.
      if (whole && sameEdge(tree, later.start)) {
        tree = whole
        onProgress?.(size, size)
      }
      firstBad = await checkTo(size)
    }
    return verdict(tree, firstBad ?? store.guard(() => diagnoseHead(db, head, tree.root())))
  } finally {
    signal?.removeEventListener('abort', stop)
    await later?.stop()
  }
}

/** Starts the second thread on the later half; null when the log is short or its tree has holes. */
function laterHalf(db: Database.Database, size: number): Part | null {
  if (size < SHARED_FROM || db.memory) return null
  // The other thread has to start first: it gets a little less.
  const middle = Math.ceil((size * 0.53) / BATCH) * BATCH
  try {
    return checkElsewhere(db.name, new StoredTree(db).frontier(middle), size)
  } catch (thrown) {
    if (thrown instanceof AuditDamaged) return null
    throw thrown
  }
}

const sameEdge = (a: Frontier, b: Frontier): boolean =>
  a.size === b.size && a.peaks.length === b.peaks.length && a.peaks.every((peak, at) => peak.equals(b.peaks[at] as Buffer))

const readHead = (db: Database.Database): StoredHead | undefined =>
  db.prepare<[], StoredHead>('SELECT size, root, leaf FROM audit_head WHERE id = 1').get()

function verdict(tree: Frontier, firstBad: FirstBad | null): AuditVerdict {
  const found = { entries: tree.size, rootHash: tree.root().toString('hex') }
  return firstBad ? { ok: false, ...found, firstBad } : { ok: true, ...found }
}
