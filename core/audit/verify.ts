import type Database from 'better-sqlite3'
import { Cancelled } from '#core/base/errors.ts'
import type { Store } from '#core/store/store.ts'
import { batchCheck, BATCH } from './check-range.ts'
import { diagnose, diagnoseHead, type FirstBad, type StoredHead } from './diagnose.ts'
import { Frontier } from './merkle.ts'
import { checkElsewhere, CHUNK } from './verify-part.ts'

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
  const helper = size < SHARED_FROM || db.memory ? null : checkElsewhere(db.name, size)
  const stop = (): void => void helper?.stop()
  signal?.addEventListener('abort', stop)
  let tree = new Frontier()

  /** Looks at the entries up to `to`, some milliseconds at a time. */
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
      onProgress?.(Math.min(size, tree.size + ahead * CHUNK), size)
      await new Promise(setImmediate)
    }
    return null
  }

  /** Chunks that the helper has found sound and that are not counted in the tree yet. */
  let ahead = 0
  try {
    let merged = 0
    for (let chunk = 0; chunk * CHUNK < size; chunk += 1) {
      const checked = helper && !helper.claim(chunk) ? await helper.result(chunk) : null
      // Its answer holds when it began from the edge that we arrived at.
      if (checked && sameEdge(tree, checked.start)) {
        tree = checked.end
        merged += 1
        continue
      }
      ahead = (helper?.checked ?? 0) - merged
      const firstBad = await checkTo(Math.min((chunk + 1) * CHUNK, size))
      if (firstBad) return verdict(tree, firstBad)
    }
    onProgress?.(size, size)
    return verdict(tree, store.guard(() => diagnoseHead(db, head, tree.root())))
  } finally {
    signal?.removeEventListener('abort', stop)
    await helper?.stop()
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
