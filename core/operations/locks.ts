import type { Clock } from '#core/base/clock.ts'
import { iso } from '#core/base/clock.ts'
import type { Store } from '#core/store/store.ts'
import { FencedOut, LockHeld } from './errors.ts'
import type { Holder, Processes } from './liveness.ts'
import type { Resource } from './types.ts'

/** More than any home hands out between two backups. */
const LEAP = 1_000_000

/**
 * Lets the fences of a home grow past all that it may have handed out before: for when an older copy of its database took
 * the place of a newer one. Systems outside have seen the newer fences and would refuse the older ones for ever.
 */
export function leapFences(store: Store): void {
  store.db.prepare('UPDATE fences SET last = last + ? WHERE id = 1').run(LEAP)
}

/** The right to write a run's journal and to change its resources. Every holder has a higher fence than all before it. */
export interface Lease {
  readonly runId: string
  readonly environment: string
  readonly fence: number
}

/** Silence after which a holder that can't be seen in the process table is taken for dead, ms of the observer's monotonic time. */
export const LEASE_MS = 30_000
/** Longest time between two looks that counts as silence: after the observer itself slept, it looks anew. */
const LONGEST_GAP_MS = 5_000

interface LeaseRow { readonly run_id: string; readonly fence: number; readonly holder: string; readonly since: string; readonly beats: number }
interface Observation { readonly fence: number; readonly beats: number; silentMs: number; lookedAt: number }

/** `doubtful`: not in sight and not silent for long enough; look again. */
export type Life = 'living' | 'doubtful' | 'dead'

/**
 * Leases of runs and locks on resources, in the home's database. Nothing here reads the wall clock to decide:
 * a holder on this machine is judged by the process table, and keeps what it holds for as long as it runs; any other,
 * or a paused one, by whether its heartbeat counter moves while the observer's own monotonic clock runs.
 *
 * All methods are synchronous and run inside the caller's transaction when there is one.
 */
export class Locks {
  readonly #store: Store
  readonly #clock: Clock
  readonly #holder: Holder
  readonly #processes: Processes
  readonly #leaseMs: number
  readonly #seen = new Map<string, Observation>()
  /** Leases that this engine really works under; one of its own that isn't here was lost. */
  readonly #mine = new Set<number>()

  constructor(parts: { store: Store; clock: Clock; holder: Holder; processes: Processes; leaseMs?: number }) {
    this.#store = parts.store
    this.#clock = parts.clock
    this.#holder = parts.holder
    this.#processes = parts.processes
    this.#leaseMs = parts.leaseMs ?? LEASE_MS
  }

  /**
   * Takes the run's lease and all its resources, or nothing. What a dead holder left is taken over.
   * Returns the life of the one in the way when that is not certain yet. Throws LockHeld when it lives.
   * Must run in the transaction that journals the start.
   */
  take(runId: string, environment: string, resources: readonly Resource[]): Lease | 'doubtful' {
    const blockers = new Map<string, string>()
    if (this.#lease(runId)) blockers.set(runId, `Run ${runId}`)
    const owner = this.#store.db.prepare<[string, string], { run_id: string }>('SELECT run_id FROM locks WHERE environment = ? AND resource = ?')
    for (const resource of resources) {
      const holder = owner.get(environment, resource)?.run_id
      if (holder !== undefined && !blockers.has(holder)) blockers.set(holder, resource)
    }
    for (const [blocker, resource] of blockers) {
      const row = this.#lease(blocker)
      const life = row ? this.#lifeOf(row) : 'dead'
      if (row && life === 'living') throw held(resource, row)
      if (life === 'doubtful') return 'doubtful'
    }
    for (const blocker of blockers.keys()) this.#drop(blocker)
    const fence = this.#store.db.prepare<[], { last: number }>('UPDATE fences SET last = last + 1 WHERE id = 1 RETURNING last').get()?.last
    if (fence === undefined) throw new Error('the fence counter is missing')
    const lease = this.#store.db.prepare('INSERT INTO leases (run_id, fence, holder, since, beats) VALUES (?, ?, ?, ?, 0)')
    lease.run(runId, fence, JSON.stringify(this.#holder), iso(this.#clock.now()))
    const lock = this.#store.db.prepare('INSERT INTO locks (environment, resource, run_id) VALUES (?, ?, ?)')
    for (const resource of new Set(resources)) lock.run(environment, resource, runId)
    this.#mine.add(fence)
    return { runId, environment, fence }
  }

  /** Throws FencedOut unless the lease is still ours. Called in the transaction of every write of a run. */
  check(lease: Lease): void {
    if (this.#lease(lease.runId)?.fence !== lease.fence) throw new FencedOut(lease.runId, lease.fence)
  }

  /** A heartbeat. Throws FencedOut. */
  renew(lease: Lease): void {
    const { changes } = this.#store.db.prepare('UPDATE leases SET beats = beats + 1 WHERE run_id = ? AND fence = ?').run(lease.runId, lease.fence)
    if (changes !== 1) throw new FencedOut(lease.runId, lease.fence)
  }

  /** Gives lease and locks back; nothing when they were taken over. */
  release(lease: Lease): void {
    if (this.#lease(lease.runId)?.fence === lease.fence) this.#drop(lease.runId)
  }

  /** The session under this lease is over, whether or not that could be written. */
  forget(lease: Lease): void {
    this.#mine.delete(lease.fence)
  }

  /** Whether somebody works on this run. A run without a lease has no holder: dead. */
  life(runId: string): Life {
    const row = this.#lease(runId)
    return row ? this.#lifeOf(row) : 'dead'
  }

  #lease(runId: string): LeaseRow | undefined {
    return this.#store.db.prepare<[string], LeaseRow>('SELECT run_id, fence, holder, since, beats FROM leases WHERE run_id = ?').get(runId)
  }

  #drop(runId: string): void {
    this.#store.db.prepare('DELETE FROM locks WHERE run_id = ?').run(runId)
    this.#store.db.prepare('DELETE FROM leases WHERE run_id = ?').run(runId)
    this.#seen.delete(runId)
  }

  #lifeOf(row: LeaseRow): Life {
    const holder = JSON.parse(row.holder) as Holder
    if (holder.token === this.#holder.token) return this.#mine.has(row.fence) ? 'living' : 'dead'
    const presence = this.#processes.look(holder)
    if (presence === 'gone') return 'dead'
    if (presence === 'here') return 'living'
    return this.#listen(row)
  }

  /** By its heartbeats alone. */
  #listen(row: LeaseRow): Life {
    const now = this.#clock.monotonic()
    const last = this.#seen.get(row.run_id)
    if (!last || last.fence !== row.fence || last.beats !== row.beats) {
      this.#seen.set(row.run_id, { fence: row.fence, beats: row.beats, silentMs: 0, lookedAt: now })
      return last?.fence === row.fence ? 'living' : 'doubtful'
    }
    last.silentMs += Math.min(now - last.lookedAt, LONGEST_GAP_MS)
    last.lookedAt = now
    return last.silentMs >= this.#leaseMs ? 'dead' : 'doubtful'
  }
}

function held(resource: string, row: LeaseRow): LockHeld {
  const holder = JSON.parse(row.holder) as Holder
  return new LockHeld({ resource, runId: row.run_id, pid: holder.pid, host: holder.host, since: row.since })
}
