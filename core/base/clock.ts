/**
 * The program's only sources of time. Rooms take a Clock instead of reading Date or performance,
 * so that tests can stop, jump and turn back time.
 */
export interface Clock {
  /** Wall clock, ms since the epoch. May jump and may go backwards. */
  now(): number
  /** Never goes backwards; ms from an arbitrary start. For durations, leases and rates. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

/** ISO 8601 in UTC with milliseconds, e.g. 2026-11-21T10:58:14.123Z */
export const iso = (ms: number): string => new Date(ms).toISOString()
