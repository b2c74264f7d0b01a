import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { BATCH, batchCheck } from './check-range.ts'
import { Frontier } from './merkle.ts'
import type { PartTask, PartMessage } from './verify-part.ts'

/** Checks the entries from the given edge to the end; stops at the first batch that doesn't fit. */
const { file, to, size, peaks } = workerData as PartTask
const db = new Database(file, { readonly: true, fileMustExist: true })
const tell = (message: PartMessage): void => parentPort?.postMessage(message, [])
try {
  const check = batchCheck(db)
  let tree: Frontier | null = new Frontier(size, peaks.map((peak) => Buffer.from(peak)))
  for (let batches = 1; tree && tree.size < to; batches += 1) {
    tree = check(tree, Math.min(tree.size + BATCH, to))
    if (batches % 64 === 0 && tree) tell({ kind: 'progress', done: tree.size - size })
  }
  tell({ kind: 'end', peaks: tree?.peaks ?? null })
} finally {
  db.close()
}
