import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { workerFile } from '#core/base/package-root.ts'
import { Frontier } from './merkle.ts'

export interface PartTask {
  readonly file: string
  /** Entries before the part, and the stored right edge of the tree over them. */
  readonly size: number
  readonly peaks: readonly Uint8Array[]
  readonly to: number
}

export type PartMessage =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'end'; readonly peaks: readonly Uint8Array[] | null }

/** The later part of a log, checked in a second thread on the assumption that the stored edge before it is right. */
export interface Part {
  /** The assumption: holds when the checker of the earlier part arrives at the same. */
  readonly start: Frontier
  /** Entries checked so far. */
  readonly done: number
  /** The whole tree, or null when something doesn't fit or the thread failed. Never rejects. */
  readonly end: Promise<Frontier | null>
  stop(): Promise<void>
}

/** Null where the build has no workers: then the caller checks all of it. */
export function checkElsewhere(file: string, start: Frontier, to: number): Part | null {
  const script = workerFile('audit-verify')
  if (!existsSync(script)) return null
  const task: PartTask = { file, size: start.size, peaks: start.peaks, to }
  const worker = new Worker(script, { workerData: task })
  const part = {
    start,
    done: 0,
    end: new Promise<Frontier | null>((resolve) => {
      worker.on('message', (message: PartMessage) => {
        if (message.kind === 'progress') part.done = message.done
        else resolve(message.peaks && new Frontier(to, message.peaks.map((peak) => Buffer.from(peak))))
      })
      // What a thread can't read, the caller reads again and names.
      worker.on('error', () => resolve(null))
      worker.on('exit', () => resolve(null))
    }),
    stop: async () => void (await worker.terminate()),
  }
  return part
}
