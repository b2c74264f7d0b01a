import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainRelevance, isExtremeRating, isRelevant, relevanceScore, textLength, textLengthScore } from '#core/scoring/text-scores.ts'

const terms = fc.record({
  textLengthScore: fc.double({ min: 0, max: 1, noNaN: true }),
  hasImage: fc.boolean(),
  hasOrders: fc.boolean(),
  isExtremeRating: fc.boolean(),
  keywordScore: fc.double({ min: 0, max: 1, noNaN: true }),
})

describe('relevance', () => {
  // Rows of the platform's own production output.
  it.each([
    { length: 87, rating: 5, keyword: 0.5, expected: 54.514823 },
    { length: 376, rating: 5, keyword: 0.95925, expected: 76.891594 },
    { length: 51, rating: 1, keyword: 0.18755, expected: 43.509691 },
    { length: 27, rating: 4, keyword: 0.5, expected: 34.31754 },
    { length: 12, rating: 2, keyword: 0.5, expected: 33.137626 },
  ])('is $expected for $length characters, $rating stars, keyword score $keyword', ({ length, rating, keyword, expected }) => {
    const score = relevanceScore({
      textLengthScore: textLengthScore(length),
      hasImage: false,
      hasOrders: true,
      isExtremeRating: isExtremeRating(rating),
      keywordScore: keyword,
    })
    expect(Math.abs(score - expected)).toBeLessThan(1e-5)
  })

  it('is explained by parts that sum to it, largest first', () => {
    fc.assert(
      fc.property(terms, (of) => {
        const parts = explainRelevance(of)
        expect(parts.reduce((sum, part) => sum + part.points, 0)).toBeCloseTo(relevanceScore(of), 9)
        expect(parts.map((part) => part.points)).toEqual(parts.map((part) => part.points).toSorted((a, b) => b - a))
      }),
    )
  })

  it('needs both thresholds, each included', () => {
    expect(isRelevant(78.3, 58.8)).toBe(true)
    expect(isRelevant(78.2999, 58.8)).toBe(false)
    expect(isRelevant(78.3, 58.7999)).toBe(false)
  })
})

describe('text length', () => {
  it.each([
    [null, 0],
    ['', 0],
    ['abc', 3],
    ['äé', 2],
    ['质量', 2],
    ['😀👍🏽', 3],
    ['\ud800a', 2],
  ])('of %j is %i', (text, length) => {
    expect(textLength(text)).toBe(length)
  })

  it('counts code points of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(textLength(text)).toBe(Array.from(text).length)
      }),
    )
  })
})
