import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shipped } from '#core/base/package-root.ts'
import { parseLexicon } from '#core/scoring/vader-lexicon.ts'
import { vaderCompound } from '#core/scoring/vader.ts'
import { notRun } from '#test/support/not-run.ts'
import { sharedReviews } from './reviews.ts'

const read = (...path: string[]): string => readFileSync(shipped(...path), 'utf8')
const golden = (name: string): unknown => JSON.parse(read('test', 'core', 'scoring', 'golden', name))
const lexicon = parseLexicon(read('models', 'vader', 'lexicon.tsv'), read('models', 'vader', 'emoji.tsv'))
const compound = (text: string): number => vaderCompound(text, lexicon)

describe('VADER', () => {
  it('reads every word and every single-code-point emoji of the reference', () => {
    expect(lexicon.words.size).toBe(7506)
    expect(lexicon.emoji.size).toBe(1212)
    expect(lexicon.words.get('good')).toBe(1.9)
  })

  it.each(golden('vader.json') as { text: string; compound: number }[])('equals the reference on $text', (sentence) => {
    expect(compound(sentence.text)).toBe(sentence.compound)
  })

  it('equals the reference on 1,000 real reviews in six languages', () => {
    const texts = sharedReviews()
    if (!texts) {
      notRun('VADER against its reference on 1,000 real reviews', 'the shared review files are absent')
      return
    }
    const expected = Object.entries(golden('vader-reviews.json') as Record<string, number>)
    expect(expected).toHaveLength(1000)
    const wrong = expected.filter(([id, value]) => compound(texts.get(id)!) !== value).map(([id]) => id)
    expect(wrong).toEqual([])
  })

  it('stays within -1..1 with at most four decimals, whatever the text', () => {
    const word = fc.oneof(fc.constantFrom('good', 'BAD', 'but', 'never', 'so', 'no', 'least', 'very', 'kind', 'of', ':)', '!', '??', "isn't", '😀'), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const value = compound(words.join(' '))
        expect(Math.abs(value)).toBeLessThanOrEqual(1)
        expect(Number(value.toFixed(4))).toBe(value)
      }),
    )
  })
})
