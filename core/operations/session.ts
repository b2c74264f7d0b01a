import { Cancelled, RegieError } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import type { Store } from '#core/store/store.ts'
import { EngineClosed, FencedOut, GateStopped, StepUnknown } from './errors.ts'
import type { EndedBody, StepRecord } from './fold.ts'
import type { Journal, RunJournal } from './journal.ts'
import { plain } from './plan.ts'
import type { ProgressState } from './progress.ts'
import type { AnyOperation } from './registry.ts'
import { runGraph, type GraphEnd } from './scheduler.ts'
import type { Sleep } from './sleep.ts'
import { failureOf, isFinished, runStep, type AnyStep, type Surroundings } from './step-run.ts'
import type { Plan } from './types.ts'

/** How often a run looks for a cancel request and writes what is waiting, ms. */
const TICK_MS = 250
/** Longest time between two heartbeats, ms. */
const BEAT_MS = 900
/** Log lines waiting in memory before they are written without waiting for the next tick. */
const LOG_BATCH = 5_000

export interface SessionParts {
  readonly journal: Journal
  readonly writer: RunJournal
  readonly operation: AnyOperation
  readonly plan: Plan
  readonly input: unknown
  readonly steps: readonly AnyStep[]
  readonly deps: unknown
  readonly random: () => number
  readonly sleep: Sleep
  /** Every delivered progress, for the watchers of this process. */
  readonly onProgress: (runId: string, stepId: string, state: ProgressState) => void
  /** The session is over; why it was lost, or null when its end is in the journal. */
  readonly onEnd: (lost: unknown) => void
}

/**
 * One run at work in this process, under one lease. It ends in one of four ways: the run is over (journalled);
 * it is interrupted because the engine closes (journalled); the lease was taken over, or the journal can't be
 * written: then it is lost, writes nothing more, and whoever takes the lease next resumes it.
 */
export class RunSession {
  readonly runId: string
  /** Settles, never rejects, when all steps have settled and the end is written or lost. */
  readonly done: Promise<void>
  readonly #parts: SessionParts
  readonly #controller = new AbortController()
  readonly #live = new Map<string, ProgressState>()
  #lost: unknown = null
  #cancelled = false
  #beatAt: number

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.runId = parts.writer.runId
    this.#beatAt = parts.journal.clock.monotonic()
    this.done = this.#run()
  }

  /** Why the session could not go on writing; null while it can. */
  get lost(): unknown {
    return this.#lost
  }

  cancel(): void {
    this.#cancelled = true
    this.#controller.abort(new Cancelled())
  }

  /** Stops the work but not the run: it is resumed at the next start. */
  interrupt(): void {
    this.#controller.abort(new EngineClosed())
  }

  async #run(): Promise<void> {
    const { journal, writer, plan, steps } = this.#parts
    const heart = setInterval(() => this.#tick(), TICK_MS)
    const byId = new Map(steps.map((step) => [step.id, step]))
    const around = this.#surroundings()
    try {
      const end = await runGraph(
        plan.steps,
        async (stepId) => {
          const step = byId.get(stepId)
          if (!step) throw new StepUnknown(this.runId, stepId, [...byId.keys()])
          try {
            await runStep(step, around)
          } finally {
            this.#live.delete(stepId)
          }
        },
        this.#controller.signal,
        (thrown) => this.#controller.abort(new Cancelled(`A step that ran beside failed: ${failureOf(thrown).what}`)),
      )
      if (this.#lost === null) await this.#end(end)
    } catch (thrown) {
      this.#lost ??= thrown
    } finally {
      clearInterval(heart)
      journal.locks.forget(writer.lease)
      this.#parts.onEnd(this.#lost)
      journal.committed()
    }
  }

  async #end(end: GraphEnd): Promise<void> {
    const { writer } = this.#parts
    if (end.complete) return await writer.write({ kind: 'run.ended', body: this.#success() })
    const { reason } = this.#controller.signal as { reason: unknown }
    const thrown = reason instanceof EngineClosed ? reason : (end.failure?.thrown ?? reason)
    const failure = failureOf(thrown)
    if (thrown instanceof EngineClosed) return await writer.write({ kind: 'run.interrupted', body: { failure } })
    const state = thrown instanceof GateStopped ? 'stopped' : this.#wasCancelled(end) ? 'cancelled' : 'failed'
    await writer.write({ kind: 'run.ended', body: { state, failure: state === 'cancelled' ? failureOf(new Cancelled()) : failure, result: null, undo: this.#undo() } })
  }

  /** By the operator. A step that failed of its own before is what ended the run. */
  #wasCancelled(end: GraphEnd): boolean {
    if (!this.#cancelled) return false
    return end.failure === null || this.#parts.writer.record.steps.get(end.failure.stepId)?.state !== 'failed'
  }

  #success(): EndedBody {
    const { operation, plan } = this.#parts
    try {
      return { state: 'succeeded', failure: null, result: plain(operation.prove(this.#outputs(), plan)), undo: this.#undo() }
    } catch (thrown) {
      return { state: 'failed', failure: failureOf(thrown), result: null, undo: this.#undo() }
    }
  }

  /** A run that didn't finish may have a way back too; an operation that can't tell from half the outputs has none. */
  #undo(): EndedBody['undo'] {
    try {
      return plain(this.#parts.operation.undo(this.#outputs(), this.#parts.plan))
    } catch {
      return null
    }
  }

  #outputs(): ReadonlyMap<string, Json> {
    return new Map([...this.#parts.writer.record.steps.values()].filter(isFinished).map((step) => [step.id, step.output]))
  }

  #surroundings(): Surroundings {
    const { journal, writer, plan, input, deps, random, sleep, onProgress } = this.#parts
    return {
      runId: this.runId,
      fence: writer.lease.fence,
      input,
      deps,
      plan,
      clock: journal.clock,
      signal: this.#controller.signal,
      random,
      sleep,
      step: (stepId): StepRecord => {
        const step = writer.record.steps.get(stepId)
        if (!step) throw new StepUnknown(this.runId, stepId, [...writer.record.steps.keys()])
        return step
      },
      write: async (...transitions) => {
        try {
          await writer.write(...transitions)
        } catch (thrown) {
          throw this.#lose(thrown)
        }
        this.#heedCancel()
      },
      writeNow: (...transitions) => {
        try {
          writer.writeNow(...transitions)
        } catch (thrown) {
          throw this.#lose(thrown)
        }
      },
      log: (line) => {
        writer.log(line)
        if (writer.pendingLogs >= LOG_BATCH) this.#beat()
      },
      progress: (stepId, state) => {
        this.#live.set(stepId, state)
        onProgress(this.runId, stepId, state)
      },
      probe: async (name) => await journal.probe(name),
      lost: () => this.#lost !== null,
    }
  }

  #tick(): void {
    const { journal, writer } = this.#parts
    if (this.#lost !== null) return
    this.#heedCancel()
    if (writer.pendingLogs > 0 || journal.clock.monotonic() - this.#beatAt >= BEAT_MS) this.#beat()
  }

  /** Whoever asked, from whichever process. */
  #heedCancel(): void {
    if (this.#controller.signal.aborted) return
    try {
      if (cancelAsked(this.#parts.journal.store, this.runId) !== null) this.cancel()
    } catch {
      // a database that can't be read now is asked again at the next tick
    }
  }

  #beat(): void {
    if (this.#lost !== null) return
    this.#beatAt = this.#parts.journal.clock.monotonic()
    try {
      this.#parts.writer.beat(this.#live)
    } catch (thrown) {
      // anything but the loss of the lease is left to the next journal write, which says it loudly
      if (thrown instanceof FencedOut) this.#lose(thrown)
    }
  }

  #lose(thrown: unknown): unknown {
    this.#lost ??= thrown
    this.#controller.abort(thrown instanceof RegieError ? thrown : new Cancelled('The journal could not be written.'))
    return thrown
  }
}

/** Who asked the run to stop; null when nobody did. */
export function cancelAsked(store: Store, runId: string): string | null {
  return store.db.prepare<[string], { actor: string }>('SELECT actor FROM cancel_requests WHERE run_id = ?').get(runId)?.actor ?? null
}
