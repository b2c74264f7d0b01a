import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RegieError } from '#core/base/errors.ts'
import { backoffMs, mayRetry } from '#core/operations/retry.ts'

const later = new RegieError({ code: 'X', what: 'X.', retry: 'later' })

describe('back-off', () => {
  it('is uniform below a bound that doubles, and never above half a minute', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 100, () => 0.999999))).toEqual([99, 199, 399, 799])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 10_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, baseMs, random) => {
        const ms = backoffMs(attempt, baseMs, () => random)
        expect(ms).toBeGreaterThanOrEqual(0)
        expect(ms).toBeLessThanOrEqual(Math.min(30_000, baseMs * 2 ** (attempt - 1)))
      }),
    )
  })

  it('is only for steps and errors that allow it', () => {
    const step = { again: 'safe', retry: { attempts: 2, baseMs: 1 } } as const
    expect(mayRetry(step, 1, later)).toBe(true)
    expect(mayRetry(step, 2, later)).toBe(false)
    expect(mayRetry({ ...step, again: 'confirm' }, 1, later)).toBe(false)
    expect(mayRetry({ again: 'safe' }, 1, later)).toBe(false)
    expect(mayRetry(step, 1, new Error('unknown'))).toBe(false)
    expect(mayRetry(step, 1, new RegieError({ code: 'X', what: 'X.' }))).toBe(false)
  })
})
