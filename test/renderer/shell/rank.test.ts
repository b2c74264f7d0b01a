import { describe, expect, it } from 'vitest'
import { rank, used, worth, type Uses } from '#renderer/shell/rank.ts'

const NOW = 1_000_000_000_000
const DAY = 86_400_000
const entry = (label: string, beside = '', id = label) => ({ id, label, beside })
const names = (query: string, entries: ReturnType<typeof entry>[], uses: Uses = {}): string[] => rank(query, entries, uses, NOW).map((each) => each.entry.label)

describe('the palette', () => {
  it('finds by pieces, in any order, through a slip of the finger and without accents', () => {
    const entries = [entry('Audit log'), entry('Exécution 42', 'Avis'), entry('Use the dark theme'), entry('Pipelines')]
    expect(names('aud', entries)).toEqual(['Audit log'])
    expect(names('log audit', entries)).toEqual(['Audit log'])
    expect(names('execution', entries)).toEqual(['Exécution 42'])
    expect(names('pipelnes', entries)).toEqual(['Pipelines'])
    expect(names('zebra', entries)).toEqual([])
  })

  it('shows what is used most when nothing is asked, and lifts it when something is', () => {
    const entries = [entry('Plan reviews'), entry('Plan orders'), entry('Plan buyers')]
    const uses: Uses = { 'Plan buyers': { count: 3, at: NOW }, 'Plan orders': { count: 1, at: NOW } }
    expect(names('', entries, uses)).toEqual(['Plan buyers', 'Plan orders', 'Plan reviews'])
    expect(names('plan', entries, uses)[0]).toBe('Plan buyers')
  })

  it('lets an old habit fade: half is left after a week', () => {
    expect(worth({ a: { count: 4, at: NOW - 7 * DAY } }, 'a', NOW)).toBeCloseTo(2)
    expect(worth({ a: { count: 4, at: NOW + DAY } }, 'a', NOW)).toBe(4)
    expect(worth({}, 'a', NOW)).toBe(0)
  })

  it('remembers two hundred entries and forgets the least used', () => {
    let uses: Uses = { first: { count: 1, at: NOW - 90 * DAY } }
    for (let i = 0; i < 200; i++) uses = used(uses, `entry-${i}`, NOW)
    expect(Object.keys(uses)).toHaveLength(200)
    expect(uses.first).toBeUndefined()
    expect(used(uses, 'entry-3', NOW)['entry-3']?.count).toBe(2)
  })

  it('bears names made of right-to-left marks, emoji and markup, and finds them', () => {
    const odd = '\u202Eevil\u202C <script>alert(1)</script> 🚂'
    expect(names('script', [entry(odd), entry('Audit log')])).toEqual([odd])
    expect(names('train', [entry('Поезд 🚂', 'train')])).toEqual(['Поезд 🚂'])
    for (const query of ['🚂', '\u202E', '((', '\\', '"', '<b>']) expect(() => names(query, [entry(odd)])).not.toThrow()
  })

  it('finds one among ten thousand entries', () => {
    const entries = Array.from({ length: 10_000 }, (_, i) => entry(`Run ${i}`, 'Full refresh of reviews · Succeeded'))
    expect(rank('refresh 9999', entries, {}, NOW)[0]?.entry.label).toBe('Run 9999')
  })

  it('marks what was typed', () => {
    expect(rank('aud', [entry('Audit log')], {}, NOW)[0]?.marks).toEqual([[0, 3]])
  })
})
