const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Ages that the axis may name, ms. */
const AGES = [365 * DAY, 90 * DAY, 30 * DAY, 14 * DAY, 7 * DAY, 3 * DAY, DAY, 6 * HOUR, 2 * HOUR, 30 * 60_000]
/** The age at which the axis turns from even to logarithmic. */
const UNIT = 3 * HOUR

export interface TimeScale {
  /** Share of the width, 0 = oldest, 1 = now. */
  readonly at: (moment: number) => number
  readonly moment: (share: number) => number
  readonly ages: readonly number[]
}

/** From `oldest` to `now`, finer towards now: one hour of today is as wide as days of last month. */
export function timeScale(oldest: number, now: number): TimeScale {
  const span = Math.max(UNIT, now - oldest)
  const whole = Math.log1p(span / UNIT)
  return {
    at: (moment) => 1 - Math.log1p(Math.max(0, Math.min(span, now - moment)) / UNIT) / whole,
    moment: (share) => now - Math.expm1((1 - Math.max(0, Math.min(1, share))) * whole) * UNIT,
    ages: AGES.filter((age) => age <= span),
  }
}
