import type { Failure } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'

/** What happens to due times that nobody was there for: one run for all of them, or none. Either is written down. */
export type Misfire = 'once' | 'skip'

/** What is repeated, and when. */
export interface ScheduleDraft {
  readonly id: string
  readonly environment: string
  readonly operation: string
  readonly input: { readonly [key: string]: Json }
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string
  /** IANA name, e.g. Europe/Paris. */
  readonly zone: string
  readonly misfire: Misfire
}

/** One due time and what became of it. `claimed`: decided, its run is being started. */
export interface Firing {
  readonly due: string
  readonly decidedAt: string
  readonly outcome: 'claimed' | 'started' | 'skipped' | 'refused'
  /** Due times before it that it stands for. */
  readonly missed: number
  readonly runId: string | null
  readonly failure: Failure | null
}

export interface Schedule extends ScheduleDraft {
  readonly state: 'active' | 'paused'
  readonly reason: string | null
  readonly origin: 'console' | 'workspace'
  readonly actor: string
  readonly changedAt: string
  /** The next five due times, ISO in UTC; also while it is paused. */
  readonly next: readonly string[]
  /** Newest first. */
  readonly firings: readonly Firing[]
}

/** All schedules stand still. `lasts`: until resumed, or only as long as this core runs. */
export interface PausedAll {
  readonly reason: string
  readonly actor: string
  readonly at: string
  readonly lasts: 'until-resumed' | 'until-restart'
}

export interface ScheduleBoard {
  /** Whether some core on this home fires schedules now. */
  readonly served: boolean
  readonly pausedAll: PausedAll | null
  readonly schedules: readonly Schedule[]
}
