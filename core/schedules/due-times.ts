import { Cron } from 'croner'
import { ScheduleInvalid } from './errors.ts'

/** Most due times counted as missed; a schedule of every minute reaches it after a week. */
const MOST_MISSED = 10_000

const DAY_MS = 86_400_000

const parsed = new Map<string, Cron>()

/**
 * A cron expression in a time zone. Throws ScheduleInvalid.
 * A time that the clock leaps over in spring comes due right after the gap; one that happens twice in autumn, once.
 */
function cronOf(cron: string, zone: string): Cron {
  const key = `${cron} ${zone}`
  const known = parsed.get(key)
  if (known) return known
  if (cron.trim().split(/\s+/).length !== 5) throw new ScheduleInvalid(`"${cron}" has not five fields.`)
  try {
    Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    throw new ScheduleInvalid(`"${zone}" is no time zone.`)
  }
  try {
    const made = new Cron(cron, { timezone: zone, paused: true })
    if (parsed.size > 500) parsed.clear()
    parsed.set(key, made)
    return made
  } catch {
    throw new ScheduleInvalid(`"${cron}" is no cron expression.`)
  }
}

/** The first due time after a moment, ms; null when it never comes due again. */
export const nextDue = (cron: string, zone: string, after: number): number | null => cronOf(cron, zone).nextRun(new Date(after))?.getTime() ?? null

/** The next due times, ms. Throws ScheduleInvalid when there is none. */
export function nextTimes(cron: string, zone: string, after: number, count = 5): number[] {
  const times = cronOf(cron, zone).nextRuns(count, new Date(after)).map((time) => time.getTime())
  if (times.length === 0) throw new ScheduleInvalid(`"${cron}" never comes due.`)
  return times
}

/** Due times in (after, until]: how many there are, at most 10,000, and the last of them; null when there is none. */
export function dueBetween(cron: string, zone: string, after: number, until: number): { readonly count: number; readonly last: number } | null {
  let count = 0
  let last: number | null = null
  for (let due = nextDue(cron, zone, after); due !== null && due <= until && count < MOST_MISSED; due = nextDue(cron, zone, due)) {
    count++
    last = due
  }
  if (last === null) return null
  // too many to walk through one by one: the last one is looked for from near the end
  if (count === MOST_MISSED) for (let due = nextDue(cron, zone, Math.max(last, until - DAY_MS)); due !== null && due <= until; due = nextDue(cron, zone, due)) last = due
  return { count, last }
}
