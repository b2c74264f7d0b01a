import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { workerFile } from '#core/base/package-root.ts'
import { BATCH } from './check-range.ts'
import { Frontier } from './merkle.ts'

/** Entries that a thread takes at once: a few milliseconds. */
export const CHUNK = BATCH * 64

/** Shared by the two threads: how many chunks are taken from the front, and from which on they are taken from the back. */
export const TAKEN = { front: 0, back: 1 } as const

export interface PartTask {
  readonly file: string
  /** Entries of the log. */
  readonly size: number
  readonly taken: Int32Array
}

export type PartMessage =
  /** `start`, the stored right edge before the chunk, led to `end`: true when `start` is. */
  | { readonly kind: 'checked'; readonly chunk: number; readonly start: readonly Uint8Array[]; readonly end: readonly Uint8Array[] }
  /** Something doesn't fit: the other thread names it. */
  | { readonly kind: 'doubt' }

interface Checked {
  readonly start: Frontier
  readonly end: Frontier
}

/**
 * A second thread that checks chunks from the back of the log, while the caller does so from the front. When the
 * machine has no core to spare it gets less done, and the caller more.
 */
export interface Helper {
  /** Claims a chunk for the caller; false when the helper has it. */
  claim(chunk: number): boolean
  /** What the helper found of a chunk; null when the caller has to look itself. Never rejects. */
  result(chunk: number): Promise<Checked | null>
  /** Chunks that it has found sound. */
  readonly checked: number
  stop(): Promise<void>
}

/** Null where the build has no workers: then the caller checks all of it. */
export function checkElsewhere(file: string, size: number): Helper | null {
  const script = workerFile('audit-verify')
  if (!existsSync(script)) return null
  const taken = new Int32Array(new SharedArrayBuffer(8))
  Atomics.store(taken, TAKEN.back, Math.ceil(size / CHUNK))
  const task: PartTask = { file, size, taken }
  const worker = new Worker(script, { workerData: task })
  const found = new Map<number, Checked>()
  const state = { over: false }
  let changed = (): void => {}
  const end = (): void => {
    state.over = true
    changed()
  }
  worker.on('message', (message: PartMessage) => {
    if (message.kind === 'doubt') return end()
    const start = message.chunk * CHUNK
    found.set(message.chunk, { start: edge(start, message.start), end: edge(Math.min(start + CHUNK, size), message.end) })
    changed()
  })
  // What a thread can't read, the caller reads again and names.
  worker.on('error', end)
  worker.on('exit', end)
  return {
    claim(chunk) {
      if (!state.over && chunk >= Atomics.load(taken, TAKEN.back)) return false
      Atomics.store(taken, TAKEN.front, chunk + 1)
      return true
    },
    async result(chunk) {
      while (!found.has(chunk) && !state.over) await new Promise<void>((resolve) => (changed = resolve))
      return found.get(chunk) ?? null
    },
    get checked() {
      return found.size
    },
    stop: async () => void (await worker.terminate()),
  }
}

const edge = (size: number, peaks: readonly Uint8Array[]): Frontier => new Frontier(size, peaks.map((peak) => Buffer.from(peak)))
