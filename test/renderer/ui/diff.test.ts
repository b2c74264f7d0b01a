import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffLines, foldSame } from '#renderer/ui/diff/diff-lines.ts'
import { pairsOf } from '#renderer/ui/diff/diff-view.tsx'

const signs = (before: string[], after: string[]): string[] => diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+', skipped: '~' }[kind]}${text}`)

describe('a comparison', () => {
  it('keeps what is equal', () => {
    expect(signs(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual([' a', '-b', '+x', ' c'])
    expect(signs([], ['a'])).toEqual(['+a'])
    expect(signs(['a'], [])).toEqual(['-a'])
    expect(signs(['a'], ['a'])).toEqual([' a'])
  })
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 25 })
  it('turns one text into the other, with the numbers of their lines', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after)
        expect(lines.filter(({ kind }) => kind !== 'added').map((line) => line.text)).toEqual(before)
        expect(lines.filter(({ kind }) => kind !== 'removed').map((line) => line.text)).toEqual(after)
        for (const line of lines) {
          if (line.before !== null) expect(before[line.before - 1]).toBe(line.text)
          if (line.after !== null) expect(after[line.after - 1]).toBe(line.text)
        }
      }),
    )
  })
  it('is never longer than the longest common subsequence allows', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const table = before.map(() => after.map(() => 0))
        const at = (i: number, j: number): number => (i < 0 || j < 0 ? 0 : (table[i]?.[j] ?? 0))
        before.forEach((line, i) => {
          after.forEach((other, j) => {
            const row = table[i]
            if (row) row[j] = line === other ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1))
          })
        })
        const common = at(before.length - 1, after.length - 1)
        expect(diffLines(before, after).filter(({ kind }) => kind === 'same')).toHaveLength(common)
      }),
    )
  })
  it('folds what is far from a change, and says how much', () => {
    const before = Array.from({ length: 40 }, (_, i) => `line ${i}`)
    const folded = foldSame(diffLines(before, before.map((line, i) => (i === 20 ? 'changed' : line))), 2)
    expect(folded.map(({ kind }) => kind)).toEqual(['skipped', 'same', 'same', 'removed', 'added', 'same', 'same', 'skipped'])
    expect(folded[0]?.text).toBe('18')
  })
  it('puts both sides of a change beside each other', () => {
    const pairs = pairsOf(diffLines(['a', 'b', 'c'], ['a', 'x', 'y', 'c']))
    expect(pairs.map(({ left, right }) => [left?.text, right?.text])).toEqual([['a', 'a'], ['b', 'x'], [undefined, 'y'], ['c', 'c']])
  })
  it('calls two texts without a common line replaced, in little memory', () => {
    const side = (word: string): string[] => Array.from({ length: 20_000 }, (_, i) => `${word} ${i}`)
    expect(diffLines(side('a'), side('b'))).toHaveLength(40_000)
  })
})
