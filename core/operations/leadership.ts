import type { Store } from '#core/store/store.ts'
import { FencedOut, LockHeld } from './errors.ts'
import type { Lease, Locks } from './locks.ts'

/**
 * A role that one process on a home has at a time, e.g. whoever fires schedules. The same leases as runs have: a dead
 * holder's is taken over, a silent one's after the lease's time, by the observer's own monotonic clock.
 */
export class Leadership {
  readonly #store: Store
  readonly #locks: Locks
  readonly #role: string
  #lease: Lease | null = null

  constructor(store: Store, locks: Locks, role: string) {
    this.#store = store
    this.#locks = locks
    this.#role = `lead:${role}`
  }

  get held(): boolean {
    return this.#lease !== null
  }

  /** Whether some process has the role now. */
  taken(): boolean {
    return this.held || this.#locks.life(this.#role) !== 'dead'
  }

  /** Heartbeat, or a try to become leader. False while another has it. Call about once a second. */
  keep(): boolean {
    return this.#store.transaction(() => {
      if (this.#lease) {
        try {
          this.#locks.renew(this.#lease)
          return true
        } catch (thrown) {
          if (!(thrown instanceof FencedOut)) throw thrown
          this.#locks.forget(this.#lease)
          this.#lease = null
          return false
        }
      }
      try {
        const lease = this.#locks.take(this.#role, '', [])
        this.#lease = lease === 'doubtful' ? null : lease
      } catch (thrown) {
        if (!(thrown instanceof LockHeld)) throw thrown
      }
      return this.held
    })
  }

  /** In the caller's transaction: throws FencedOut unless the role is still ours. */
  check(): void {
    if (!this.#lease) throw new FencedOut(this.#role, 0)
    this.#locks.check(this.#lease)
  }

  release(): void {
    const lease = this.#lease
    this.#lease = null
    if (!lease) return
    this.#locks.forget(lease)
    this.#store.transaction(() => this.#locks.release(lease))
  }
}
