import type { AuditLog } from '#core/audit/audit-log.ts'
import type { Clock } from '#core/base/clock.ts'
import { iso } from '#core/base/clock.ts'
import { StoreBusy } from '#core/store/errors.ts'
import type { Store } from '#core/store/store.ts'
import { RunUnknown } from './errors.ts'
import type { EventLog, LogDraft } from './event-log.ts'
import { apply, fold, type Entry, type RunRecord, type Transition } from './fold.ts'
import type { Lease, Locks } from './locks.ts'
import { plain } from './plan.ts'
import type { ProgressState } from './progress.ts'
import type { RunsTable } from './runs-table.ts'
import { accountOf } from './sentences.ts'
import { sleep } from './sleep.ts'

/**
 * Race points. Around the n-th journal write of this engine, from 1: `journal:<n>:before` (awaited),
 * `journal:<n>:open` (called inside the transaction, all written, nothing committed) and `journal:<n>` (awaited,
 * committed). Steps have `step:<id>:acted` (between the act and its journal), `step:<id>:confirmed`, and their own.
 */
export type Probe = (name: string) => void | Promise<void>

/** A write that finds the database busy is tried this often; each try waits as long as the store does. */
const BUSY_TRIES = 6
const BUSY_PAUSE_MS = 100

interface JournalRow { sequence: number; at: string; kind: string; step_id: string | null; body: string }

/** The journal of all runs of a home. */
export class Journal {
  readonly store: Store
  readonly audit: AuditLog
  readonly clock: Clock
  readonly locks: Locks
  readonly events: EventLog
  readonly runs: RunsTable
  readonly probe: Probe
  /** Called after each commit of ours, so that watchers of this process needn't poll. */
  readonly committed: () => void
  #writes = 0

  constructor(parts: { store: Store; audit: AuditLog; clock: Clock; locks: Locks; events: EventLog; runs: RunsTable; probe: Probe; committed: () => void }) {
    this.store = parts.store
    this.audit = parts.audit
    this.clock = parts.clock
    this.locks = parts.locks
    this.events = parts.events
    this.runs = parts.runs
    this.probe = parts.probe
    this.committed = parts.committed
  }

  nextWrite(): number {
    return ++this.#writes
  }

  /** A run's transitions in their order. */
  entries(runId: string): Entry[] {
    return this.store.db
      .prepare<[string], JournalRow>('SELECT sequence, at, kind, step_id, body FROM journal WHERE run_id = ? ORDER BY sequence')
      .all(runId)
      .map((row) => {
        const { workedMs, ...body } = JSON.parse(row.body) as { workedMs: number }
        return { sequence: row.sequence, at: row.at, kind: row.kind, ...(row.step_id === null ? {} : { stepId: row.step_id }), body, workedMs } as unknown as Entry
      })
  }

  /** A run's state from its journal. Throws RunUnknown. */
  load(runId: string): RunRecord {
    const record = fold(this.entries(runId))
    if (!record) throw new RunUnknown(runId)
    // heartbeats know of work that no transition has told yet
    return { ...record, workedMs: Math.max(record.workedMs, this.runs.workedMs(runId)) }
  }
}

/**
 * The journal of one run under one lease: the only way to write to it. Each write checks the fence, appends to the
 * journal, folds the rows, tells watchers and appends the audit entry in one transaction.
 */
export class RunJournal {
  readonly runId: string
  readonly lease: Lease
  readonly #journal: Journal
  readonly #since: number
  readonly #workedBefore: number
  #record: RunRecord | null
  #logs: LogDraft[] = []

  /** @param record the run so far, null for a new run */
  constructor(journal: Journal, lease: Lease, record: RunRecord | null) {
    this.#journal = journal
    this.runId = lease.runId
    this.lease = lease
    this.#record = record
    this.#workedBefore = record?.workedMs ?? 0
    this.#since = journal.clock.monotonic()
  }

  /**
   * Takes the lease and writes the first transitions under it in one transaction. Null while `take` is in doubt about
   * a former holder: nothing was written, ask again. Throws LockHeld, or what the store throws.
   */
  static async begin(journal: Journal, record: RunRecord | null, take: () => Lease | 'doubtful', transitions: () => readonly Transition[]): Promise<RunJournal | null> {
    const number = journal.nextWrite()
    await journal.probe(`journal:${number}:before`)
    const writer = journal.store.transaction(() => {
      const lease = take()
      if (lease === 'doubtful') return null
      const begun = new RunJournal(journal, lease, record)
      begun.#inside(number, transitions())
      return begun
    })
    if (!writer) return null
    journal.committed()
    await journal.probe(`journal:${number}`)
    return writer
  }

  get record(): RunRecord {
    if (!this.#record) throw new RunUnknown(this.runId)
    return this.#record
  }

  /** Working time of the run so far, ms. */
  get workedMs(): number {
    return this.#workedBefore + this.#journal.clock.monotonic() - this.#since
  }

  /** Writes with its race points. Throws FencedOut, or what the store throws: then nothing was written. */
  async write(...transitions: readonly Transition[]): Promise<void> {
    const number = this.#journal.nextWrite()
    await this.#journal.probe(`journal:${number}:before`)
    for (let tries = 1; ; tries++) {
      try {
        this.#commit(number, transitions)
        break
      } catch (thrown) {
        // nothing was written, and another process that writes for long is no reason to lose a run
        if (!(thrown instanceof StoreBusy) || tries === BUSY_TRIES) throw thrown
        await sleep(BUSY_PAUSE_MS)
      }
    }
    await this.#journal.probe(`journal:${number}`)
  }

  /** As `write`, where nothing can be awaited. */
  writeNow(...transitions: readonly Transition[]): void {
    const number = this.#journal.nextWrite()
    void this.#journal.probe(`journal:${number}:before`)
    this.#commit(number, transitions)
    void this.#journal.probe(`journal:${number}`)
  }

  log(line: LogDraft): void {
    this.#logs.push(line)
  }

  get pendingLogs(): number {
    return this.#logs.length
  }

  /** Heartbeat: renews the lease and writes live figures and waiting log lines. Throws FencedOut. */
  beat(progress: ReadonlyMap<string, ProgressState>): void {
    const { store, clock, locks, runs } = this.#journal
    store.transaction(() => {
      locks.renew(this.lease)
      runs.writeLive(this.runId, iso(clock.now()), this.workedMs, progress)
      this.#flushLogs()
    })
    this.#logs = []
    this.#journal.committed()
  }

  #commit(number: number, transitions: readonly Transition[]): void {
    const before = this.#record
    try {
      this.#journal.store.transaction(() => this.#inside(number, transitions))
    } catch (error) {
      this.#record = before
      throw error
    }
    this.#logs = []
    this.#journal.committed()
  }

  #inside(number: number, transitions: readonly Transition[]): void {
    const { locks, probe } = this.#journal
    locks.check(this.lease)
    this.#flushLogs()
    for (const transition of transitions) this.#append(plain(transition))
    if (this.#record?.state !== 'running') locks.release(this.lease)
    void probe(`journal:${number}:open`)
  }

  #append(transition: Transition): void {
    const { store, audit, clock, runs, events } = this.#journal
    const before = this.#record
    const workedMs = this.workedMs
    const entry: Entry = { ...transition, sequence: (before?.sequence ?? 0) + 1, at: iso(clock.now()), workedMs }
    const record = apply(before, entry)
    const stepId = 'stepId' in transition ? transition.stepId : null
    store.db
      .prepare('INSERT INTO journal (run_id, sequence, at, fence, kind, step_id, body) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(this.runId, entry.sequence, entry.at, this.lease.fence, entry.kind, stepId, JSON.stringify({ ...entry.body, workedMs }))
    runs.write(this.runId, record, before)
    const changed = [...record.steps.values()].filter((step) => before?.steps.get(step.id) !== step)
    events.append(this.runId, [
      ...(transition.kind === 'step.gate' ? [{ kind: 'gate' as const, stepId: transition.stepId, gate: transition.body.gate }] : []),
      ...changed.map(({ id }) => ({ kind: 'step' as const, step: runs.step(this.runId, id) })),
      { kind: 'run' as const, run: runs.run(this.runId) },
    ])
    const { summary, body } = accountOf(transition, record)
    audit.append({ actor: actorOf(transition, record), kind: transition.kind, environment: record.plan.environment, runId: this.runId, summary, body })
    this.#record = record
  }

  #flushLogs(): void {
    this.#journal.events.appendLogs(this.runId, this.#logs)
  }
}

/** Whoever asked for it; the program itself where it acts on its own. */
function actorOf(transition: Transition, record: RunRecord): string {
  return transition.kind === 'run.resumed' ? transition.body.actor : record.actor
}
