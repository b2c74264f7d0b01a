import UFuzzy from '@leeoniya/ufuzzy'
import type { SettingValues } from '#renderer/api/types.ts'

export type Uses = SettingValues['palette']

/** An entry is worth half of what it was after this long without use. */
const HALF_LIFE_MS = 7 * 86_400_000
const MOST_USES = 200

/** How much an entry is used: how often, worn by how long ago. */
export const worth = (uses: Uses, id: string, now: number): number => {
  const use = uses[id]
  return use ? use.count * 0.5 ** (Math.max(0, now - use.at) / HALF_LIFE_MS) : 0
}

/** One more use; the least used are forgotten first. */
export function used(uses: Uses, id: string, now: number): Uses {
  const next: Uses = { ...uses, [id]: { count: (uses[id]?.count ?? 0) + 1, at: now } }
  const ids = Object.keys(next)
  if (ids.length <= MOST_USES) return next
  const kept = new Set(ids.sort((a, b) => worth(next, b, now) - worth(next, a, now)).slice(0, MOST_USES))
  return Object.fromEntries(Object.entries(next).filter(([each]) => kept.has(each)))
}

/** Letters without their marks, so that "execution" finds "Exécution". */
const fold = (text: string): string => text.toLowerCase().normalize('NFD').replaceAll(/\p{Diacritic}/gu, '')

const fuzzy = new UFuzzy({
  unicode: true,
  interSplit: "[^\\p{L}\\d']+",
  intraSplit: '\\p{Ll}\\p{Lu}',
  intraBound: '\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}',
  intraChars: "[\\p{L}\\d']",
  intraContr: "'\\p{L}{1,2}\\b",
  intraMode: 1,
})

export interface Named {
  readonly id: string
  readonly label: string
  readonly beside?: string
}
export interface Found<E> {
  readonly entry: E
  /** Where the label matches: [from, to) pairs. */
  readonly marks: readonly (readonly [number, number])[]
}

const NO_MARKS: readonly (readonly [number, number])[] = []
/** A use lifts an entry by at most this many places of the fuzzy order. */
const LIFT = 6

/** Entries that match, the best first; those that are used rise. Nothing asked: everything, the most used first. */
export function rank<E extends Named>(query: string, entries: readonly E[], uses: Uses, now: number): Found<E>[] {
  const needle = fold(query).trim()
  if (needle === '') {
    const order = entries.map((entry, i) => ({ entry, i, worth: worth(uses, entry.id, now) }))
    return order.sort((a, b) => b.worth - a.worth || a.i - b.i).map(({ entry }) => ({ entry, marks: NO_MARKS }))
  }
  const haystack = entries.map(({ label, beside }) => fold(`${label} ${beside ?? ''}`))
  const [indexes, info, order] = fuzzy.search(haystack, needle, 1, 2000)
  const found = order && info ? order.map((at) => ({ index: info.idx[at] ?? 0, ranges: info.ranges[at] ?? [] })) : (indexes ?? []).map((index) => ({ index, ranges: [] as number[] }))
  return found
    .flatMap(({ index, ranges }, place) => {
      const entry = entries[index]
      return entry ? [{ entry, marks: marksOf(entry.label, ranges), score: place - Math.min(LIFT, worth(uses, entry.id, now)) }] : []
    })
    .sort((a, b) => a.score - b.score)
}

/** Ranges over the folded text, where it is as long as the label itself. */
function marksOf(label: string, ranges: readonly number[]): readonly (readonly [number, number])[] {
  if (fold(label).length !== label.length) return NO_MARKS
  const marks: [number, number][] = []
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const from = ranges[i] ?? 0
    const to = Math.min(label.length, ranges[i + 1] ?? 0)
    if (from < to) marks.push([from, to])
  }
  return marks
}
