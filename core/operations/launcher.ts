import type { Clock } from '#core/base/clock.ts'
import type { Store } from '#core/store/store.ts'
import { DiedTooOften, EngineClosed, LockHeld, RunNotResumable, StaleCommand } from './errors.ts'
import type { RunRecord, Transition } from './fold.ts'
import { RunJournal, type Journal } from './journal.ts'
import type { Lease, Locks } from './locks.ts'
import type { Planner, Ready } from './planner.ts'
import type { ProgressState } from './progress.ts'
import { newRunId } from './run-id.ts'
import type { RunsTable } from './runs-table.ts'
import { cancelAsked, RunSession } from './session.ts'
import type { Sleep } from './sleep.ts'
import { failureOf } from './step-run.ts'
import type { Plan, Run } from './types.ts'

/** A command to a run. `sequence`: the run's journal sequence that the caller saw; a stale one is refused. */
export interface Command {
  readonly actor: string
  readonly sequence?: number
}

export interface LauncherParts {
  readonly store: Store
  readonly clock: Clock
  readonly locks: Locks
  readonly runs: RunsTable
  readonly journal: Journal
  readonly planner: Planner
  readonly random: () => number
  readonly sleep: Sleep
  readonly onProgress: (runId: string, stepId: string, state: ProgressState) => void
}

/** How often a process may die in one step before its run is no longer resumed by itself. */
const DEATHS = 3
/** Pause between two looks at a holder in doubt, ms. */
const DOUBT_MS = 500

/** Puts runs to work in this process: takes their leases, begins or resumes them, and knows which are at work here. */
export class Launcher {
  readonly sessions = new Map<string, RunSession>()
  /** Runs that this process had to let go of, or could not take up, without a word in the journal; with the reason. */
  readonly lost = new Map<string, unknown>()
  readonly #parts: LauncherParts
  readonly #locks: Locks
  readonly #runs: RunsTable
  readonly #journal: Journal
  readonly #planner: Planner
  readonly #sleep: Sleep
  readonly #background = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()

  constructor(parts: LauncherParts) {
    this.#parts = parts
    this.#locks = parts.locks
    this.#runs = parts.runs
    this.#journal = parts.journal
    this.#planner = parts.planner
    this.#sleep = parts.sleep
  }

  /** Aborted when the engine closes. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  throwIfClosed(): void {
    if (this.#closing.signal.aborted) throw new EngineClosed()
  }

  /** Lets `work` begin only while the engine is open, and keeps a close waiting for it. */
  async tracked<T>(work: () => Promise<T>): Promise<T> {
    this.throwIfClosed()
    const running = work()
    this.#later(running)
    return await running
  }

  async recover(): Promise<Run[]> {
    this.throwIfClosed()
    const resumed: Run[] = []
    for (const runId of this.#runs.unfinished()) {
      if (this.sessions.has(runId) || this.#locks.life(runId) === 'living') continue
      if (this.#locks.life(runId) === 'doubtful') {
        this.#later(this.#recoverOne(runId))
        continue
      }
      const run = await this.#recoverOne(runId)
      if (run?.state === 'running') resumed.push(run)
    }
    return resumed
  }

  /** Interrupts what runs and waits until all has settled. */
  async close(): Promise<void> {
    this.#closing.abort(new EngineClosed())
    while (this.sessions.size + this.#background.size > 0) {
      for (const session of this.sessions.values()) session.interrupt()
      await Promise.allSettled([...[...this.sessions.values()].map((session) => session.done), ...this.#background])
    }
  }

  /** Takes the locks, observes under them, and starts: what was observed can't change in between by another run. */
  async start(plan: Plan, actor: string, parentRunId: string | null, taken: readonly Transition[]): Promise<Run> {
    this.#planner.throwIfRefused(plan, actor)
    const runId = newRunId(this.#parts.clock.now(), this.#parts.random, (id) => this.#runs.find(id) !== null)
    const take = async (): Promise<Lease | null> => this.#parts.store.transaction(() => orNull(this.#locks.take(runId, plan.environment, plan.locks)))
    const lease = await this.#untilCertain(plan, actor, null, take)
    try {
      await this.#journal.probe('start:locked')
      const ready = await this.#planner.ready(plan, actor, this.#closing.signal)
      this.throwIfClosed()
      const begin = (): readonly Transition[] => [{ kind: 'run.started', body: { plan, actor, number: this.#runs.nextNumber(), parentRunId } }, ...taken]
      const writer = await RunJournal.begin(this.#journal, null, () => lease, begin)
      if (writer) return this.#work(ready, writer)
      throw new TypeError('a lease that was taken is not in doubt')
    } catch (thrown) {
      this.#locks.forget(lease)
      this.#giveBack(lease)
      throw thrown
    }
  }

  async resume(runId: string, command: Command, byItself: boolean): Promise<Run> {
    await this.#certain(runId)
    const run = this.#runs.run(runId)
    if (run.state === 'running' || run.state === 'succeeded' || run.state === 'queued') throw new RunNotResumable(runId, run.state)
    throwIfStale(run, command)
    const record = this.#journal.load(runId)
    if (byItself) {
      if (record.failure?.code === 'DIED_TOO_OFTEN') return run
      const asked = cancelAsked(this.#parts.store, runId)
      if (asked !== null) return await this.endInterrupted(run, asked)
    }
    const ready = await this.#planner.again(record.plan, runId, command.actor, !byItself)
    const died = diedIn(record)
    const often = byItself ? died.find((step) => (record.deaths[step] ?? 0) + 1 >= DEATHS) : undefined
    const transition: Transition =
      often === undefined
        ? { kind: 'run.resumed', body: { actor: command.actor, byItself, died } }
        : { kind: 'run.interrupted', body: { failure: failureOf(new DiedTooOften(runId, often, DEATHS)), died } }
    const take = (): Lease | 'doubtful' => this.#takeBack(runId, record)
    const writer = await this.#untilCertain(record.plan, command.actor, runId, async () => await RunJournal.begin(this.#journal, record, take, () => [transition]))
    if (often === undefined) return this.#work(ready, writer)
    this.#locks.forget(writer.lease)
    return this.#runs.run(runId)
  }

  #giveBack(lease: Lease): void {
    try {
      this.#parts.store.transaction(() => this.#locks.release(lease))
    } catch {
      // forgotten, it counts as dead: whoever wants the resources takes them over
    }
  }

  /** The lease of a run that was left, in the caller's transaction. Throws LockHeld and StaleCommand. */
  #takeBack(runId: string, record: RunRecord): Lease | 'doubtful' {
    // somebody may have resumed it between our look and this transaction
    const { sequence } = this.#runs.run(runId)
    if (sequence !== record.sequence) throw new StaleCommand(runId, record.sequence, sequence)
    const lease = this.#locks.take(runId, record.plan.environment, record.plan.locks)
    if (lease !== 'doubtful') this.#parts.store.db.prepare('DELETE FROM cancel_requests WHERE run_id = ?').run(runId)
    return lease
  }

  /** Asks again while a former holder is in doubt. A LockHeld is audited. */
  async #untilCertain<T>(plan: Plan, actor: string, runId: string | null, ask: () => Promise<T | null>): Promise<T> {
    for (;;) {
      this.throwIfClosed()
      try {
        const answer = await ask()
        if (answer !== null) return answer
      } catch (thrown) {
        throw thrown instanceof LockHeld ? this.#planner.refused(thrown, plan, actor, runId) : thrown
      }
      await this.#sleep(DOUBT_MS, this.#closing.signal)
    }
  }

  /** Waits until it is known whether a run's holder lives: at most as long as a lease. */
  async #certain(runId: string): Promise<void> {
    this.throwIfClosed()
    while (this.#locks.life(runId) === 'doubtful') await this.#sleep(DOUBT_MS, this.#closing.signal)
  }

  async #recoverOne(runId: string): Promise<Run | null> {
    try {
      return await this.resume(runId, { actor: 'regie' }, true)
    } catch (thrown) {
      if (!this.#closing.signal.aborted) this.lost.set(runId, thrown)
      return null
    }
  }

  #later(work: Promise<unknown>): void {
    const settled = work.then(() => {}, () => {}).then(() => void this.#background.delete(settled))
    this.#background.add(settled)
  }

  #work(ready: Ready, writer: RunJournal): Run {
    const { runId } = writer
    this.lost.delete(runId)
    const session = new RunSession({
      ...ready,
      journal: this.#journal,
      writer,
      random: this.#parts.random,
      sleep: this.#sleep,
      onProgress: this.#parts.onProgress,
      onEnd: (reason) => {
        if (reason !== null) this.lost.set(runId, reason)
        this.sessions.delete(runId)
      },
    })
    this.sessions.set(runId, session)
    if (this.#closing.signal.aborted) session.interrupt()
    return this.#runs.run(runId)
  }

  /** Nobody works on it: its end is written here. */
  async endInterrupted(run: Run, actor: string): Promise<Run> {
    const record = this.#journal.load(run.runId)
    const failure = { code: 'CANCELLED', what: `Cancelled by ${actor} while it was interrupted.` }
    const end: Transition = { kind: 'run.ended', body: { state: 'cancelled', failure, result: null, undo: null } }
    const writer = await RunJournal.begin(this.#journal, record, () => this.#locks.take(run.runId, run.environment, []), () => [end])
    if (writer) this.#locks.forget(writer.lease)
    return this.#runs.run(run.runId)
  }
}

export function throwIfStale(run: Run, { sequence }: Command): void {
  if (sequence !== undefined && sequence !== run.sequence) throw new StaleCommand(run.runId, sequence, run.sequence)
}

const orNull = (lease: Lease | 'doubtful'): Lease | null => (lease === 'doubtful' ? null : lease)

/** Steps at work when the last holder vanished without a word; '' when it vanished between steps. */
function diedIn(record: RunRecord): readonly string[] {
  if (record.state !== 'running') return []
  const running = [...record.steps.values()].filter((step) => step.state === 'running').map((step) => step.id)
  return running.length > 0 ? running : ['']
}
