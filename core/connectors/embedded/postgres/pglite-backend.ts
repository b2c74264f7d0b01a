import { Worker } from 'node:worker_threads'
import { Cancelled } from '#core/base/errors.ts'
import { workerFile } from '#core/base/package-root.ts'
import { postgresError, PostgresUnreachable } from '#core/connectors/postgres/errors.ts'
import type { PgliteAnswer, PgliteRequest } from './pglite-protocol.ts'

type Ask = PgliteRequest extends infer Request ? (Request extends { id: number } ? Omit<Request, 'id'> : never) : never

interface Thread {
  readonly worker: Worker
  readonly version: string
  readonly pending: Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>
}

/**
 * One PGlite thread, opened when first used and again after it was ended. PGlite is one backend: `alone` gives the
 * caller that backend for as long as its work takes, in the order of asking.
 */
export class PgliteBackend {
  private readonly dataDir: string
  private readonly server: string
  private thread: Promise<Thread> | null = null
  private turn: Promise<unknown> = Promise.resolve()
  private nextId = 1
  private closed = false

  constructor(dataDir: string, server: string) {
    this.dataDir = dataDir
    this.server = server
  }

  async version(): Promise<string> {
    return (await this.started()).version
  }

  /** Number of the request, with its answer. An abort ends the thread: PGlite can't be interrupted. */
  async ask<T>(request: Ask, signal?: AbortSignal, transfer: ArrayBuffer[] = []): Promise<{ id: number; value: T }> {
    if (signal?.aborted) throw new Cancelled()
    const thread = await this.started()
    const id = this.nextId++
    const abort = (): void => this.end(new Cancelled(`Reading from PostgreSQL (${this.server}) was cancelled.`))
    signal?.addEventListener('abort', abort, { once: true })
    try {
      const value = await new Promise<unknown>((resolve, reject) => {
        thread.pending.set(id, { resolve, reject })
        // A waiting request keeps the process alive; an idle thread does not.
        thread.worker.ref()
        thread.worker.postMessage({ id, ...request }, transfer)
      })
      return { id, value: value as T }
    } catch (error) {
      throw postgresError(error, this.server, signal)
    } finally {
      signal?.removeEventListener('abort', abort)
      thread.pending.delete(id)
      if (thread.pending.size === 0) thread.worker.unref()
    }
  }

  /** Runs `work` while nobody else uses the backend. Not to be nested. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work)
    this.turn = mine.catch(() => {})
    return mine
  }

  /** Ends the thread at once; what it was doing is rolled back when the next one recovers the database. */
  end(reason: unknown): void {
    const ended = this.thread
    this.thread = null
    void ended?.then(
      async (thread) => {
        for (const { reject } of thread.pending.values()) reject(reason)
        await thread.worker.terminate()
      },
      () => {},
    )
    // The next thread must not open the folder before this one has let go of it.
    this.ending = ended?.then((thread) => thread.worker.terminate().then(() => {})).catch(() => {}) ?? this.ending
  }
  private ending: Promise<void> = Promise.resolve()

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    if (this.thread) {
      await this.alone(() => this.ask({ do: 'close' })).catch(() => {})
      this.end(new PostgresUnreachable(this.server, 'it was closed'))
    }
    await this.ending
  }

  private started(): Promise<Thread> {
    if (this.closed) return Promise.reject(new PostgresUnreachable(this.server, 'it was closed'))
    return (this.thread ??= this.start().catch((error: unknown) => {
      this.thread = null
      throw error
    }))
  }

  private async start(): Promise<Thread> {
    await this.ending
    const worker = new Worker(workerFile('pglite'))
    const pending: Thread['pending'] = new Map()
    const lost = (error: unknown): void => {
      for (const { reject } of pending.values()) reject(new PostgresUnreachable(this.server, 'its thread ended', error))
      pending.clear()
    }
    worker.on('message', (answer: PgliteAnswer) => {
      const waiting = pending.get(answer.id)
      if (answer.ok) waiting?.resolve(answer.value)
      else waiting?.reject(answer.error)
    })
    worker.on('error', lost)
    worker.on('exit', () => lost(null))
    try {
      const version = await new Promise<unknown>((resolve, reject) => {
        pending.set(0, { resolve, reject })
        worker.postMessage({ id: 0, do: 'open', dataDir: this.dataDir } satisfies PgliteRequest)
      })
      pending.delete(0)
      worker.unref()
      return { worker, version: String(version), pending }
    } catch (error) {
      await worker.terminate()
      throw postgresError(error, this.server)
    }
  }
}
