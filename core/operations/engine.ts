import type { AuditLog } from '#core/audit/audit-log.ts'
import type { Clock } from '#core/base/clock.ts'
import { iso } from '#core/base/clock.ts'
import { canonicalJson } from '#core/base/json.ts'
import type { Store } from '#core/store/store.ts'
import { compareRuns, type RunComparison } from './compare-runs.ts'
import { EngineClosed, PlanUnknown, RunNotResumable, RunOver, StepUnknown } from './errors.ts'
import { EventLog, type LogLine, type LogQuery } from './event-log.ts'
import type { RunRecord, Transition } from './fold.ts'
import { Journal, type Probe } from './journal.ts'
import { Launcher, throwIfStale, type Command } from './launcher.ts'
import { announce, newHolder, systemProcesses, withdraw, type Holder, type Processes } from './liveness.ts'
import { Leadership } from './leadership.ts'
import { Locks } from './locks.ts'
import { downstreamOf } from './plan.ts'
import { Planner, type PlannerParts } from './planner.ts'
import type { OperationRegistry } from './registry.ts'
import { RunsTable, type RunQuery } from './runs-table.ts'
import type { StepSeries } from './samples.ts'
import { sleep as realSleep, type Sleep } from './sleep.ts'
import { failureOf, isFinished } from './step-run.ts'
import type { EnvironmentClass, Plan, Run, RunDetail, RunEvent, RunState, RunStep } from './types.ts'
import { Watchers, type WatchQuery } from './watch.ts'

export interface EngineParts {
  readonly store: Store
  readonly audit: AuditLog
  readonly clock: Clock
  readonly registry: OperationRegistry
  /** Systems of an environment, opened when first asked for; what an operation's steps get as `deps`. */
  readonly depsFor: (environment: string) => Promise<unknown>
  readonly classOf: (environment: string) => EnvironmentClass
  /** Asked before an operation's own guards, for every operation. */
  readonly guard?: PlannerParts['guard']
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

const OVER: readonly RunState[] = ['succeeded', 'failed', 'stopped', 'cancelled', 'interrupted']
/**
 * Carries every operation through plan, guard, run, prove and undo. One per process and home; several processes may
 * share the home. What always holds, and the tests check:
 * - a run is the fold of its journal; rows, events, audit entry and journal entry commit together, or not at all;
 * - only the holder of the run's newest fence writes, and its resources are held from before it observes to its end;
 * - a step starts after its needs are finished, and finishes after its effect was read back;
 * - what is journalled as acted is confirmed before it is acted again; a `confirm` step is never acted on a doubt;
 * - a run that is over changes only by being resumed, a succeeded one never.
 */
export class Engine {
  readonly #parts: EngineParts
  readonly #holder: Holder
  readonly #locks: Locks
  readonly #events: EventLog
  readonly #runs: RunsTable
  readonly #watchers: Watchers
  readonly #journal: Journal
  readonly #planner: Planner
  readonly #launcher: Launcher

  constructor(parts: EngineParts) {
    const { store, audit, clock } = parts
    this.#parts = parts
    this.#holder = parts.holder ?? newHolder()
    this.#locks = new Locks({ store, clock, holder: this.#holder, processes: parts.processes ?? systemProcesses, leaseMs: parts.leaseMs })
    this.#events = new EventLog(store, clock)
    this.#runs = new RunsTable(
      store,
      (runId) => this.#locks.life(runId) === 'dead',
      (runId) => (this.#launcher.lost.has(runId) ? failureOf(this.#launcher.lost.get(runId)) : null),
    )
    this.#watchers = new Watchers({ store, clock, events: this.#events, runs: this.#runs, isMine: (runId) => this.#launcher.sessions.has(runId) })
    this.#journal = new Journal({
      store,
      audit,
      clock,
      locks: this.#locks,
      events: this.#events,
      runs: this.#runs,
      probe: parts.probe ?? (() => {}),
      committed: () => this.#watchers.committed(),
    })
    this.#planner = new Planner(parts)
    this.#launcher = new Launcher({
      store,
      clock,
      locks: this.#locks,
      runs: this.#runs,
      journal: this.#journal,
      planner: this.#planner,
      random: parts.random ?? Math.random,
      sleep: parts.sleep ?? realSleep,
      onProgress: (runId, stepId, state) => this.#watchers.progress(runId, stepId, state),
    })
    announce(this.#holder)
  }

  /**
   * Observes and plans; saves and audits the plan. A refusal stands in the plan as `refuse`.
   * Throws OperationUnknown, InputInvalid, StepsDiffer, and what observing throws.
   */
  async plan(operationId: string, input: unknown, actor: string): Promise<Plan> {
    return await this.#launcher.tracked(async () => await this.#planner.plan(operationId, input, actor, this.#launcher.closing))
  }

  /**
   * Starts a saved plan and returns while it runs. Observes again first.
   * Throws PlanUnknown, OperationUnknown, PlanStale, GuardRefused, LockHeld: then nothing was changed.
   */
  async start(planHash: string, actor: string): Promise<Run> {
    return await this.#launcher.tracked(async () => await this.#launcher.start(this.#planner.saved(planHash), actor, null, []))
  }

  /**
   * Goes on where an interrupted, failed, stopped or cancelled run ended. Finished steps are read back; what no longer
   * holds, and all downstream of it, is done again.
   * Throws RunUnknown, RunNotResumable, StaleCommand, OperationUnknown, GuardRefused, LockHeld.
   */
  async resume(runId: string, command: Command): Promise<Run> {
    return await this.#launcher.tracked(async () => await this.#launcher.resume(runId, command, false))
  }

  /**
   * A new run of the same input, planned and guarded anew, that takes over the outputs of all finished steps that are
   * not downstream of `fromStep` (read back first).
   * Throws as `plan` and `start` do, and StepUnknown, RunNotResumable while the run is at work.
   */
  async rerun(runId: string, fromStep: string, actor: string, planHash?: string): Promise<Run> {
    return await this.#launcher.tracked(async () => {
      const { plan, taken } = await this.#planRerun(runId, fromStep, actor, planHash)
      return await this.#launcher.start(plan, actor, runId, taken)
    })
  }

  /**
   * What `rerun` would do: the plan, and the steps whose outputs it takes over. Start it with its hash.
   * Throws as `rerun` does before it starts.
   */
  async planRerun(runId: string, fromStep: string, actor: string): Promise<{ plan: Plan; takenOver: string[] }> {
    return await this.#launcher.tracked(async () => {
      const { plan, taken } = await this.#planRerun(runId, fromStep, actor)
      return { plan, takenOver: taken.flatMap((one) => ('stepId' in one ? [one.stepId] : [])) }
    })
  }

  async #planRerun(runId: string, fromStep: string, actor: string, planHash?: string): Promise<{ plan: Plan; taken: Transition[] }> {
    const parent = this.#runs.run(runId)
    if (parent.state === 'running') throw new RunNotResumable(runId, parent.state)
    const record = this.#journal.load(runId)
    const ids = record.plan.steps.map((step) => step.id)
    if (!ids.includes(fromStep)) throw new StepUnknown(runId, fromStep, ids)
    const plan = planHash === undefined ? await this.#planner.plan(parent.operation, parent.input, actor, this.#launcher.closing) : this.#planner.saved(planHash)
    // a plan of something else may not take over these outputs
    if (plan.operation !== parent.operation || canonicalJson(plan.input) !== canonicalJson(record.plan.input)) throw new PlanUnknown(plan.hash)
    if (!plan.steps.some((step) => step.id === fromStep)) throw new StepUnknown(runId, fromStep, plan.steps.map((step) => step.id))
    return { plan, taken: takenOver(record, plan, fromStep, runId) }
  }

  /**
   * Asks a run to stop, wherever it runs; it ends `cancelled` once its steps have settled. An interrupted run ends at once.
   * Throws RunUnknown, RunOver, StaleCommand.
   */
  async cancel(runId: string, command: Command): Promise<Run> {
    return await this.#launcher.tracked(async () => await this.#cancel(runId, command))
  }

  async #cancel(runId: string, command: Command): Promise<Run> {
    const { store, audit, clock } = this.#parts
    const run = store.transaction(() => {
      const now = this.#runs.run(runId)
      if (now.state !== 'running' && now.state !== 'interrupted') throw new RunOver(runId, now.state)
      throwIfStale(now, command)
      store.db.prepare('INSERT OR IGNORE INTO cancel_requests (run_id, actor, at) VALUES (?, ?, ?)').run(runId, command.actor, iso(clock.now()))
      audit.append({
        actor: command.actor,
        kind: 'run.cancelled',
        environment: now.environment,
        runId,
        summary: `${command.actor} asked to cancel Run ${now.number}: ${now.title}.`,
        body: { planHash: now.planHash, sequence: now.sequence },
      })
      return now
    })
    this.#launcher.sessions.get(runId)?.cancel()
    return run.state === 'interrupted' ? await this.#launcher.endInterrupted(run, command.actor) : this.#runs.run(runId)
  }

  /** Waits until the run is over or interrupted, wherever it runs. Rejects when the signal aborts. */
  async wait(runId: string, signal?: AbortSignal): Promise<RunDetail> {
    for (;;) {
      signal?.throwIfAborted()
      const session = this.#launcher.sessions.get(runId)
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

  /** The newest runs with their steps, newest first. */
  history(query: RunQuery = {}): { run: Run; steps: readonly RunStep[] }[] {
    return this.#parts.store.guard(() => this.#runs.withSteps(query))
  }

  /** Rows and bytes over time, by step. Throws RunUnknown. */
  series(runId: string): StepSeries[] {
    return this.#parts.store.guard(() => this.#runs.series(runId))
  }

  /** Two runs side by side; `a` the earlier look. Throws RunUnknown. */
  compare(a: string, b: string): RunComparison {
    return compareRuns(this.get(a), this.get(b))
  }

  /** For a role that one process on the home may have at a time, e.g. whoever fires schedules. */
  leadership(role: string): Leadership {
    return new Leadership(this.#parts.store, this.#locks, role)
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
    return await this.#launcher.tracked(async () => await this.#launcher.recover())
  }

  /** Interrupts what runs and waits for it; nothing half done stays locked. */
  async close(): Promise<void> {
    await this.#launcher.close()
    this.#watchers.close()
    withdraw(this.#holder)
  }
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
