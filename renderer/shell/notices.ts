import type { Run, SettingValues } from '#renderer/api/types.ts'
import { isLive } from '#renderer/api/fold-run.ts'

type Read = SettingValues['notices']
const MOST_READ = 400

/** A run that ended in a way that a person must look at. */
export const needsYou = ({ state }: Pick<Run, 'state'>): boolean => state === 'failed' || state === 'stopped' || state === 'interrupted'

export const isRead = (run: Pick<Run, 'runId' | 'number'>, { readTo, read }: Read): boolean => (readTo !== null && run.number <= readTo) || read.includes(run.runId)

/** One more read; what a later mark covers anyway is dropped. */
export const markRead = (run: Pick<Run, 'runId' | 'number'>, read: Read): Read => (isRead(run, read) ? read : { ...read, read: [...read.read, run.runId].slice(-MOST_READ) })

/** Everything that has ended is read; what still moves will be news when it ends. */
export function markAll(runs: readonly Run[], read: Read): Read {
  const live = runs.filter(isLive).map(({ number }) => number)
  const newest = Math.max(read.readTo ?? 0, ...runs.map(({ number }) => number))
  const readTo = Math.min(newest, ...live.map((number) => number - 1))
  return { readTo, read: runs.filter((run) => !isLive(run) && run.number > readTo).map(({ runId }) => runId).slice(0, MOST_READ) }
}

/** Runs that have ended between two readings of the list, also those that began and ended in between. */
export function endedSince(before: readonly Run[] | undefined, now: readonly Run[]): Run[] {
  if (!before) return []
  const newest = Math.max(0, ...before.map(({ number }) => number))
  const moved = new Set(before.filter(isLive).map(({ runId }) => runId))
  return now.filter((run) => !isLive(run) && (moved.has(run.runId) || run.number > newest))
}
