import { iso } from '#core/base/clock.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** `YYYYmmdd_HHMMSS_xxxx` in UTC. The clock may stand or go back: `taken` decides, not the time. */
export function newRunId(now: number, random: () => number, taken: (id: string) => boolean): string {
  const [date = '', time = ''] = iso(now).split('T')
  const stem = `${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}_`
  for (let tries = 0; tries < 1_000; tries++) {
    const id = stem + Array.from({ length: 4 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('')
    if (!taken(id)) return id
  }
  // a random source that repeats itself: count instead
  for (let n = 0; ; n++) {
    const id = stem + n.toString(36).padStart(4, '0')
    if (!taken(id)) return id
  }
}
