import type { AuditLog } from '#core/audit/audit-log.ts'
import type { Clock } from '#core/base/clock.ts'
import { iso } from '#core/base/clock.ts'
import type { Store } from '#core/store/store.ts'
import { DiedTooOften, EngineClosed, LockHeld, RunNotResumable, RunOver, StaleCommand, StepUnknown } from './errors.ts'
import { EventLog, type LogLine, type LogQuery } from './event-log.ts'
import type { RunRecord, Transition } from './fold.ts'
import { Journal, RunJournal, type Probe } from './journal.ts'
import { announce, newHolder, systemProcesses, withdraw, type Holder, type Processes } from './liveness.ts'
import { Locks, type Lease } from './locks.ts'
import { downstreamOf } from './plan.ts'
import { Planner, type Ready } from './planner.ts'
import type { OperationRegistry } from './registry.ts'
import { newRunId } from './run-id.ts'
import { RunsTable, type RunQuery } from './runs-table.ts'
import { cancelAsked, RunSession } from './session.ts'
import { sleep as realSleep, type Sleep } from './sleep.ts'
import { failureOf, isFinished } from './step-run.ts'
import type { EnvironmentClass, Plan, Run, RunDetail, RunEvent, RunState } from './types.ts'
import { Watchers, type WatchQuery } from './watch.ts'

export interface EngineParts {
  readonly store: Store
  readonly audit: AuditLog
  readonly clock: Clock
  readonly registry: OperationRegistry
  /** Systems of an environment, opened when first asked for; what an operation's steps get as `deps`. */
  readonly depsFor: (environment: string, input: unknown) => Promise<unknown>
  readonly classOf: (environment: string) => EnvironmentClass
  /** Race points, for tests. */
  readonly probe?: Probe
  /** Uniform in [0, 1). */
  readonly random?: () => number
  readonly sleep?: Sleep
  readonly processes?: Processes
  readonly holder?: Holder
  /** Silence after which an unseen holder is taken for dead, ms. */
  readonly leaseMs?: number
}

/** A command to a run. `sequence`: the run's journal sequence that the caller saw; a stale one is refused. */
export interface Command {
  readonly actor: string
  readonly sequence?: number
}

const OVER: readonly RunState[] = ['succeeded', 'failed', 'stopped', 'cancelled', 'interrupted']
/** How often a process may die in one step before its run is no longer resumed by itself. */
const DEATHS = 3
/** Pause between two looks at a holder in doubt, ms. */
const DOUBT_MS = 500

/**
 * Carries every operation through plan, guard, run, prove and undo. One per process and home; several processes may
 * share the home. See docs/architecture.md for the invariants.
 */
export class Engine {
  readonly #parts: EngineParts
  readonly #holder: Holder
  readonly #random: () => number
  readonly #sleep: Sleep
  readonly #locks: Locks
  readonly #events: EventLog
  readonly #runs: RunsTable
  readonly #watchers: Watchers
  readonly #journal: Journal
  readonly #planner: Planner
  readonly #sessions = new Map<string, RunSession>()
  /** Runs that this process had to let go of without a word in the journal, with the reason. */
  readonly #lost = new Map<string, unknown>()
  readonly #background = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()

  constructor(parts: EngineParts) {
    const { store, audit, clock } = parts
    this.#parts = parts
    this.#holder = parts.holder ?? newHolder()
    this.#random = parts.random ?? Math.random
    this.#sleep = parts.sleep ?? realSleep
    this.#locks = new Locks({ store, clock, holder: this.#holder, processes: parts.processes ?? systemProcesses, leaseMs: parts.leaseMs })
    this.#events = new EventLog(store, clock)
    this.#runs = new RunsTable(
      store,
      (runId) => this.#locks.life(runId) === 'dead',
      (runId) => (this.#lost.has(runId) ? failureOf(this.#lost.get(runId)) : null),
    )
    this.#watchers = new Watchers({ store, clock, events: this.#events, runs: this.#runs, isMine: (runId) => this.#sessions.has(runId) })
    this.#journal = new Journal({ store, audit, clock, locks: this.#locks, events: this.#events, runs: this.#runs, probe: parts.probe ?? (() => {}), committed: () => this.#watchers.committed() })
    this.#planner = new Planner(parts)
    announce(this.#holder)
  }

  /**
   * Observes and plans; saves and audits the plan. A refusal stands in the plan as `refuse`.
   * Throws OperationUnknown, InputInvalid, StepsDiffer, and what observing throws.
   */
  async plan(operationId: string, input: unknown, actor: string): Promise<Plan> {
    this.#throwIfClosed()
    return await this.#planner.plan(operationId, input, actor, this.#closing.signal)
  }

  /**
   * Starts a saved plan and returns while it runs. Observes again first.
   * Throws PlanUnknown, OperationUnknown, PlanStale, GuardRefused, LockHeld: then nothing was changed.
   */
  async start(planHash: string, actor: string): Promise<Run> {
    this.#throwIfClosed()
    return await this.#startNew(this.#planner.saved(planHash), actor, null, [])
  }

  /**
   * Goes on where an interrupted, failed, stopped or cancelled run ended. Finished steps are read back; what no longer
   * holds, and all downstream of it, is done again.
   * Throws RunUnknown, RunNotResumable, StaleCommand, OperationUnknown, GuardRefused, LockHeld.
   */
  async resume(runId: string, command: Command): Promise<Run> {
    return await this.#resume(runId, command, false)
  }

  /**
   * A new run of the same input, planned and guarded anew, that takes over the outputs of all finished steps that are
   * not downstream of `fromStep` (read back first).
   * Throws as `plan` and `start` do, and StepUnknown, RunNotResumable while the run is at work.
   */
  async rerun(runId: string, fromStep: string, actor: string): Promise<Run> {
    this.#throwIfClosed()
    const parent = this.#runs.run(runId)
    if (parent.state === 'running') throw new RunNotResumable(runId, parent.state)
    const record = this.#journal.load(runId)
    const ids = record.plan.steps.map((step) => step.id)
    if (!ids.includes(fromStep)) throw new StepUnknown(runId, fromStep, ids)
    const plan = await this.#planner.plan(parent.operation, parent.input, actor, this.#closing.signal)
    if (!plan.steps.some((step) => step.id === fromStep)) throw new StepUnknown(runId, fromStep, plan.steps.map((step) => step.id))
    return await this.#startNew(plan, actor, runId, takenOver(record, plan, fromStep, runId))
  }

  /**
   * Asks a run to stop, wherever it runs; it ends `cancelled` once its steps have settled. An interrupted run ends at once.
   * Throws RunUnknown, RunOver, StaleCommand.
   */
  async cancel(runId: string, command: Command): Promise<Run> {
    this.#throwIfClosed()
    const { store, audit, clock } = this.#parts
    const run = store.transaction(() => {
      const now = this.#runs.run(runId)
      if (now.state !== 'running' && now.state !== 'interrupted') throw new RunOver(runId, now.state)
      this.#throwIfStale(now, command)
      store.db.prepare('INSERT OR IGNORE INTO cancel_requests (run_id, actor, at) VALUES (?, ?, ?)').run(runId, command.actor, iso(clock.now()))
      audit.append({ actor: command.actor, kind: 'run.cancelled', environment: now.environment, runId, summary: `${command.actor} asked to cancel Run ${now.number}: ${now.title}.`, body: { planHash: now.planHash, sequence: now.sequence } })
      return now
    })
    this.#sessions.get(runId)?.cancel()
    return run.state === 'interrupted' ? await this.#endInterrupted(run, command.actor) : this.#runs.run(runId)
  }

  /** Waits until the run is over or interrupted, wherever it runs. Rejects when the signal aborts. */
  async wait(runId: string, signal?: AbortSignal): Promise<RunDetail> {
    for (;;) {
      signal?.throwIfAborted()
      const session = this.#sessions.get(runId)
      if (!session && OVER.includes(this.#runs.run(runId).state)) return this.get(runId)
      if (!(await this.#watchers.changed(signal))) {
        signal?.throwIfAborted()
        throw new EngineClosed()
      }
    }
  }

  /** Newest first. `interrupted` is derived: the journal says running, but nobody works on it. */
  list(query: RunQuery = {}): { total: number; runs: Run[] } {
    return this.#parts.store.guard(() => this.#runs.list(query))
  }

  /** Throws RunUnknown. */
  get(runId: string): RunDetail {
    return this.#parts.store.guard(() => this.#runs.detail(runId))
  }

  /** A saved plan. Throws PlanUnknown. */
  savedPlan(hash: string): Plan {
    return this.#planner.saved(hash)
  }

  logs(query: LogQuery): { total: number; lines: LogLine[] } {
    return this.#parts.store.guard(() => this.#events.logs(query))
  }

  /** Events after an id, then new ones as they come, of this process and all others on the home. */
  watch(query: WatchQuery = {}): AsyncIterable<RunEvent> {
    return this.#watchers.events(query)
  }

  /** Id of the newest event: where to watch from without missing what follows a `get` or `list`. */
  lastEventId(): number {
    return this.#events.last()
  }

  /**
   * Resumes what a process left that is gone or was closed; one whose holder is in doubt later, once that is certain.
   * A run that died three times in the same step is left interrupted, with the reason; so is one whose resources are
   * held or whose operation is unknown. Returns what was resumed at once.
   */
  async recover(): Promise<Run[]> {
    this.#throwIfClosed()
    const resumed: Run[] = []
    for (const runId of this.#runs.unfinished()) {
      if (this.#sessions.has(runId) || this.#locks.life(runId) === 'living') continue
      if (this.#locks.life(runId) === 'doubtful') {
        this.#later(this.#recoverOne(runId))
        continue
      }
      const run = await this.#recoverOne(runId)
      if (run?.state === 'running') resumed.push(run)
    }
    return resumed
  }

  /** Interrupts what runs and waits for it; nothing half done stays locked. */
  async close(): Promise<void> {
    this.#closing.abort(new EngineClosed())
    for (const session of this.#sessions.values()) session.interrupt()
    await Promise.all([...[...this.#sessions.values()].map((session) => session.done), ...this.#background])
    this.#watchers.close()
    withdraw(this.#holder)
  }

  /** Takes the locks, observes under them, and starts: what was observed can't change in between by another run. */
  async #startNew(plan: Plan, actor: string, parentRunId: string | null, taken: readonly Transition[]): Promise<Run> {
    this.#planner.throwIfRefused(plan, actor)
    const runId = newRunId(this.#parts.clock.now(), this.#random, (id) => this.#runs.find(id) !== null)
    const lease = await this.#untilCertain(plan, actor, null, async () => this.#parts.store.transaction(() => orNull(this.#locks.take(runId, plan.environment, plan.locks))))
    try {
      await this.#journal.probe('start:locked')
      const ready = await this.#planner.ready(plan, actor, this.#closing.signal)
      this.#throwIfClosed()
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

  async #resume(runId: string, command: Command, byItself: boolean): Promise<Run> {
    await this.#certain(runId)
    const run = this.#runs.run(runId)
    if (run.state === 'running' || run.state === 'succeeded' || run.state === 'queued') throw new RunNotResumable(runId, run.state)
    this.#throwIfStale(run, command)
    const record = this.#journal.load(runId)
    if (byItself) {
      if (record.failure?.code === 'DIED_TOO_OFTEN') return run
      const asked = cancelAsked(this.#parts.store, runId)
      if (asked !== null) return await this.#endInterrupted(run, asked)
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
      this.#throwIfClosed()
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
    this.#throwIfClosed()
    while (this.#locks.life(runId) === 'doubtful') await this.#sleep(DOUBT_MS, this.#closing.signal)
  }

  async #recoverOne(runId: string): Promise<Run | null> {
    try {
      return await this.#resume(runId, { actor: 'regie' }, true)
    } catch (thrown) {
      if (!this.#closing.signal.aborted) this.#lost.set(runId, thrown)
      return null
    }
  }

  #later(work: Promise<unknown>): void {
    this.#background.add(work)
    void work.finally(() => this.#background.delete(work))
  }

  #work(ready: Ready, writer: RunJournal): Run {
    const { runId } = writer
    this.#lost.delete(runId)
    const session = new RunSession({
      ...ready,
      journal: this.#journal,
      writer,
      random: this.#random,
      sleep: this.#sleep,
      onProgress: (id, stepId, state) => this.#watchers.progress(id, stepId, state),
      onEnd: (reason) => {
        if (reason !== null) this.#lost.set(runId, reason)
        this.#sessions.delete(runId)
      },
    })
    this.#sessions.set(runId, session)
    if (this.#closing.signal.aborted) session.interrupt()
    return this.#runs.run(runId)
  }

  /** Nobody works on it: its end is written here. */
  async #endInterrupted(run: Run, actor: string): Promise<Run> {
    const record = this.#journal.load(run.runId)
    const failure = { code: 'CANCELLED', what: `Cancelled by ${actor} while it was interrupted.` }
    const end: Transition = { kind: 'run.ended', body: { state: 'cancelled', failure, result: null, undo: null } }
    const writer = await RunJournal.begin(this.#journal, record, () => this.#locks.take(run.runId, run.environment, []), () => [end])
    if (writer) this.#locks.forget(writer.lease)
    return this.#runs.run(run.runId)
  }

  #throwIfStale(run: Run, { sequence }: Command): void {
    if (sequence !== undefined && sequence !== run.sequence) throw new StaleCommand(run.runId, sequence, run.sequence)
  }

  #throwIfClosed(): void {
    if (this.#closing.signal.aborted) throw new EngineClosed()
  }
}

const orNull = (lease: Lease | 'doubtful'): Lease | null => (lease === 'doubtful' ? null : lease)

/** Steps at work when the last holder vanished without a word; '' when it vanished between steps. */
function diedIn(record: RunRecord): readonly string[] {
  if (record.state !== 'running') return []
  const running = [...record.steps.values()].filter((step) => step.state === 'running').map((step) => step.id)
  return running.length > 0 ? running : ['']
}

function takenOver(parent: RunRecord, plan: Plan, fromStep: string, fromRunId: string): Transition[] {
  const again = downstreamOf(plan.steps, fromStep)
  return plan.steps.flatMap(({ id }): Transition[] => {
    const step = parent.steps.get(id)
    if (!step || again.has(id) || !isFinished(step)) return []
    const { output, evidence, gates } = step
    return [{ kind: 'step.taken-over', stepId: id, body: { output, evidence, gates, state: step.state === 'warning' ? 'warning' : 'succeeded', fromRunId } }]
  })
}
