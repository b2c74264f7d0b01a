import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { BATCH, batchCheck } from './check-range.ts'
import type { Frontier } from './merkle.ts'
import { StoredTree } from './stored-tree.ts'
import { CHUNK, TAKEN, type PartMessage, type PartTask } from './verify-part.ts'

/** Checks chunks from the back of the log until it meets the other thread, or finds one that doesn't fit. */
const { file, size, taken } = workerData as PartTask
const db = new Database(file, { readonly: true, fileMustExist: true })
const tell = (message: PartMessage): void => parentPort?.postMessage(message, [])
try {
  const check = batchCheck(db)
  const stored = new StoredTree(db)
  for (;;) {
    const chunk = Atomics.load(taken, TAKEN.back) - 1
    if (chunk < Atomics.load(taken, TAKEN.front)) break
    Atomics.store(taken, TAKEN.back, chunk)
    const start = stored.frontier(chunk * CHUNK)
    const to = Math.min(start.size + CHUNK, size)
    let tree: Frontier | null = start
    while (tree && tree.size < to) tree = check(tree, Math.min(tree.size + BATCH, to))
    if (!tree) {
      tell({ kind: 'doubt' })
      break
    }
    tell({ kind: 'checked', chunk, start: start.peaks, end: tree.peaks })
  }
} finally {
  db.close()
}
