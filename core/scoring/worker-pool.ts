import { Worker } from 'node:worker_threads'
import { Cancelled, fromFailure } from '#core/base/errors.ts'
import { ScorerClosed, ScorerCrashed } from './errors.ts'
import type { ChunkDone, ChunkToScore, WorkerReady } from './messages.ts'
import type { NumericScores } from './score-texts.ts'
import type { ScoreBatch } from './types.ts'

/** Chunks a worker may hold: one it works on and one that is ready when it is done. */
const HELD = 2

interface Job {
  /** Made when the job is sent, so that waiting chunks cost no copy. Its arrays are given away to the worker. */
  readonly batch: () => ScoreBatch
  readonly resolve: (scores: NumericScores) => void
  readonly reject: (thrown: unknown) => void
  cancelled: boolean
}

interface Member {
  readonly worker: Worker
  readonly held: Map<number, Job>
}

/**
 * Worker threads that score chunks. A worker that dies fails the chunks it held (ScorerCrashed) and is
 * replaced when the next chunk needs it. Idle workers do not keep the process alive.
 */
export class WorkerPool {
  private readonly file: string
  private readonly data: unknown
  private readonly size: number
  private readonly members = new Set<Member>()
  private readonly waiting: Job[] = []
  private chunks = 0
  private closed = false

  /** @param data what each worker starts with (structured clone) */
  constructor(file: string, data: unknown, size: number) {
    this.file = file
    this.data = data
    this.size = size
  }

  /** Rejects with Cancelled at once on abort; what a worker has begun runs out unheard. */
  run(batch: () => ScoreBatch, signal?: AbortSignal): Promise<NumericScores> {
    if (this.closed) return Promise.reject(new ScorerClosed())
    if (signal?.aborted) return Promise.reject(new Cancelled('Scoring was cancelled.'))
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        job.cancelled = true
        const place = this.waiting.indexOf(job)
        if (place >= 0) this.waiting.splice(place, 1)
        reject(new Cancelled('Scoring was cancelled.'))
      }
      const settled = <T>(settle: (value: T) => void) => (value: T): void => {
        signal?.removeEventListener('abort', abort)
        settle(value)
      }
      const job: Job = { batch, resolve: settled(resolve), reject: settled(reject), cancelled: false }
      signal?.addEventListener('abort', abort, { once: true })
      this.waiting.push(job)
      this.dispatch()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    const members = [...this.members]
    this.members.clear()
    for (const job of [...this.waiting.splice(0), ...members.flatMap(({ held }) => [...held.values()])]) job.reject(new ScorerClosed())
    await Promise.all(members.map(({ worker }) => worker.terminate()))
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const idle = this.leastBusy()
      if (!idle) return
      const job = this.waiting.shift()!
      const chunk = this.chunks++
      idle.held.set(chunk, job)
      idle.worker.ref()
      try {
        const batch = job.batch()
        const owned = [batch.ratings, batch.hasImage, batch.hasOrders].map(({ buffer }) => buffer as ArrayBuffer)
        idle.worker.postMessage({ chunk, batch } satisfies ChunkToScore, owned)
      } catch (thrown) {
        idle.held.delete(chunk)
        job.reject(thrown)
      }
    }
  }

  private leastBusy(): Member | undefined {
    let best: Member | undefined
    for (const member of this.members) if (!best || member.held.size < best.held.size) best = member
    if (best?.held.size === 0) return best
    if (this.members.size < this.size) return this.start()
    return best && best.held.size < HELD ? best : undefined
  }

  private start(): Member {
    const worker = new Worker(this.file, { workerData: this.data, name: 'scorer' })
    const member: Member = { worker, held: new Map() }
    this.members.add(member)
    let reason: unknown
    worker.on('message', (message: WorkerReady | ChunkDone) => this.hear(member, message))
    worker.on('error', (thrown) => {
      reason = thrown
    })
    worker.on('exit', (code) => {
      const why = reason instanceof Error ? reason.message : `exit code ${code}`
      this.retire(member, new ScorerCrashed(why, reason))
    })
    return member
  }

  private hear(member: Member, message: WorkerReady | ChunkDone): void {
    if (message.kind === 'ready') return
    if (message.kind === 'broken') {
      this.retire(member, fromFailure(message.failure))
      void member.worker.terminate()
      return
    }
    const job = member.held.get(message.chunk)
    member.held.delete(message.chunk)
    if (member.held.size === 0) member.worker.unref()
    if (job && !job.cancelled) {
      if (message.kind === 'scored') job.resolve(message.scores)
      else job.reject(fromFailure(message.failure))
    }
    this.dispatch()
  }

  /** The member is gone; its chunks fail. Waiting ones go to whoever is left or to a new worker. */
  private retire(member: Member, failure: Error): void {
    if (!this.members.delete(member)) return
    const lost = [...member.held.values()]
    member.held.clear()
    for (const job of lost) job.reject(failure)
    // A worker that never got a chunk would be replaced for ever by one that fails the same way.
    if (lost.length === 0) return
    this.dispatch()
  }
}
