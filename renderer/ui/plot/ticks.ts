/** Round numbers from `low` to `high`, about `wanted` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, wanted: number): number[] {
  const span = high - low
  if (!(span > 0) || wanted < 1) return [low]
  const raw = span / wanted
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((each) => each * power >= raw) ?? 10) * power
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  // Counted, not added up: 0.1 ten times is not 1.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 365 * DAY]

/** Round moments (UTC, ms) and the step between them. */
export function timeTicks(low: number, high: number, wanted: number): { at: number[]; step: number } {
  const step = STEPS.find((each) => (high - low) / each <= wanted) ?? 365 * DAY * Math.ceil((high - low) / (365 * DAY) / Math.max(1, wanted))
  const first = Math.ceil(low / step) * step
  return { at: Array.from({ length: Math.max(0, Math.floor((high - first) / step) + 1) }, (_, i) => first + i * step), step }
}

/** Beyond a day apart, ticks say the day; below a minute, the second too. */
export const timeWords = (step: number): 'date' | 'clock' | 'time' => (step >= DAY ? 'date' : step >= MINUTE ? 'clock' : 'time')
