import { randomBytes } from 'node:crypto'
import type { AuditLog } from '#core/audit/audit-log.ts'
import { iso, type Clock } from '#core/base/clock.ts'
import type { RegieError } from '#core/base/errors.ts'
import type { Store } from '#core/store/store.ts'
import { ElevationRefused, NotElevated } from './errors.ts'

/** Longest time that one elevation may last, minutes. */
export const LONGEST_ELEVATION = 8 * 60
const SHORTEST_REASON = 8
/** How far the wall clock may fall behind the audit log before nobody believes it. */
const MOST_BACKWARDS_MS = 60_000

export interface Elevation {
  readonly id: string
  readonly environment: string
  readonly actor: string
  readonly reason: string
  readonly from: string
  readonly until: string
}

export interface ElevationRequest {
  readonly environment: string
  /** The environment's name, as the operator typed it. */
  readonly typed: string
  readonly actor: string
  readonly reason: string
  readonly minutes: number
}

interface Row {
  readonly id: string
  readonly environment: string
  readonly actor: string
  readonly reason: string
  readonly from_at: string
  readonly until_at: string
  readonly ended_at: string | null
}

const shown = ({ id, environment, actor, reason, from_at: from, until_at: until }: Row): Elevation => ({ id, environment, actor, reason, from, until })

/**
 * Who may change a production environment for a stated time and reason. Outside an elevation production is read-only,
 * whichever door asks. Granting, ending and every refusal are audited.
 */
export class Elevations {
  readonly #store: Store
  readonly #audit: Pick<AuditLog, 'append' | 'head'>
  readonly #clock: Clock

  constructor(store: Store, audit: Pick<AuditLog, 'append' | 'head'>, clock: Clock) {
    this.#store = store
    this.#audit = audit
    this.#clock = clock
  }

  /** A later one replaces an earlier one of the same operator. Throws ElevationRefused. */
  grant({ environment, typed, actor, reason, minutes }: ElevationRequest): Elevation {
    if (typed !== environment) throw new ElevationRefused(environment, 'the name typed is not the name of the environment')
    if (reason.trim().length < SHORTEST_REASON) throw new ElevationRefused(environment, `a reason of at least ${SHORTEST_REASON} characters is needed`)
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_ELEVATION) throw new ElevationRefused(environment, `it lasts from 1 to ${LONGEST_ELEVATION} minutes`)
    const now = this.#clock.now()
    const row: Row = { id: `elevation-${randomBytes(5).toString('hex')}`, environment, actor, reason: reason.trim(), from_at: iso(now), until_at: iso(now + minutes * 60_000), ended_at: null }
    return this.#store.transaction(() => {
      this.#close(environment, actor)
      this.#store.db.prepare('INSERT INTO elevations (id, environment, actor, reason, from_at, until_at) VALUES (?, ?, ?, ?, ?, ?)').run(row.id, environment, actor, row.reason, row.from_at, row.until_at)
      this.#audit.append({ actor, kind: 'elevation.granted', environment, runId: null, summary: `${actor} may change ${environment} until ${row.until_at}: ${row.reason}`, body: { id: row.id, minutes, until: row.until_at, reason: row.reason } })
      return shown(row)
    })
  }

  /** Ends it before its time. True when there was one. */
  end(environment: string, actor: string): boolean {
    return this.#store.transaction(() => {
      const ended = this.#close(environment, actor)
      if (ended) this.#audit.append({ actor, kind: 'elevation.ended', environment, runId: null, summary: `${actor} gave the elevation in ${environment} back.`, body: {} })
      return ended
    })
  }

  /** The operator's elevation that holds now; null when there is none, or when the clock was moved back. */
  active(environment: string, actor: string): Elevation | null {
    const now = this.#clock.now()
    return this.#store.guard(() => {
      const { at } = this.#audit.head()
      if (at !== null && Date.parse(at) - now > MOST_BACKWARDS_MS) return null
      const row = this.#store.db.prepare<[string, string], Row>('SELECT * FROM elevations WHERE environment = ? AND actor = ? AND ended_at IS NULL ORDER BY from_at DESC LIMIT 1').get(environment, actor)
      return row && now < Date.parse(row.until_at) && now >= Date.parse(row.from_at) - MOST_BACKWARDS_MS ? shown(row) : null
    })
  }

  /** The engine's guard for production: null when the operator may. */
  refusal(environment: string, actor: string): RegieError | null {
    return this.active(environment, actor) ? null : new NotElevated(environment)
  }

  #close(environment: string, actor: string): boolean {
    return this.#store.db.prepare('UPDATE elevations SET ended_at = ? WHERE environment = ? AND actor = ? AND ended_at IS NULL').run(iso(this.#clock.now()), environment, actor).changes > 0
  }
}
