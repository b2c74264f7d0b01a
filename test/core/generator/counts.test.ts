import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apportion, splitCounts, spreadCounts } from '#core/generator/counts.ts'
import { Random } from '#core/generator/random.ts'

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0)

describe('counts', () => {
  it('apportions exactly, whatever the weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 12 }), fc.integer({ min: 0, max: 500_000 }), (weights, total) => {
        const counts = apportion(weights, total)
        expect(sum(counts)).toBe(total)
        counts.forEach((count, index) => expect(Math.abs(count - (weights[index]! / sum(weights)) * total)).toBeLessThanOrEqual(1))
      }),
    )
  })

  it('splits exactly, between 1 and the most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 2, max: 15 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (rows, most, share, seed) => {
        const total = rows + Math.floor(share * rows * (most - 1))
        const random = new Random(seed, 'split')
        const counts = splitCounts(rows, total, most, 0.6, () => random.unit())
        expect(sum(counts)).toBe(total)
        for (const count of counts) expect(count >= 1 && count <= most).toBe(true)
      }),
    )
  })

  it('meets top, quantiles and total of a spread at once', () => {
    const largest = [376, 350, 341, 238, 238, 215, 215, 209, 207, 203]
    const counts = spreadCounts({ reached: 41_323, largest, quantiles: [[0.615, 1], [0.9, 5], [0.99, 24]], total: 111_322 })
    expect(sum(counts)).toBe(111_322)
    expect([...counts.subarray(0, 10)]).toEqual(largest)
    const ascending = counts.toSorted()
    const quantile = (share: number): number => ascending[Math.ceil(share * counts.length) - 1]!
    expect([0.5, 0.9, 0.99].map(quantile)).toEqual([1, 5, 24])
    expect(ascending.filter((count) => count === 1).length / counts.length).toBeCloseTo(0.615, 4)
    expect(counts.every((count, index) => index === 0 || count <= counts[index - 1]!)).toBe(true)
  })

  it('keeps the total of any spread that can be met', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 3_000 }), fc.integer({ min: 0, max: 4_000 }), (reached, extra) => {
        const counts = spreadCounts({ reached, largest: [90, 50, 40], quantiles: [[0.6, 1], [0.9, 4]], total: reached + 200 + extra })
        expect(sum(counts)).toBe(reached + 200 + extra)
        for (const count of counts) expect(count).toBeGreaterThanOrEqual(1)
      }),
    )
  })
})
