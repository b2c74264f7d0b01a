import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeScale } from '#renderer/ui/restore/time-scale.ts'

const DAY = 86_400_000

describe('the scale of restore points', () => {
  it('goes from the oldest to now, and is finer towards now', () => {
    const scale = timeScale(0, 30 * DAY)
    expect(scale.at(0)).toBe(0)
    expect(scale.at(30 * DAY)).toBe(1)
    expect(scale.at(30 * DAY) - scale.at(29 * DAY)).toBeGreaterThan((scale.at(DAY) - scale.at(0)) * 8)
    expect(scale.ages[0]).toBe(30 * DAY)
  })
  it('gives back the moment under every share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * DAY }), (moment) => {
        const scale = timeScale(0, 30 * DAY)
        expect(Math.abs(scale.moment(scale.at(moment)) - moment)).toBeLessThan(2)
      }),
    )
  })
})
