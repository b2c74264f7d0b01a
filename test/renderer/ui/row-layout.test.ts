import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixedRows, laidRows } from '#renderer/ui/pool/row-layout.ts'

describe('row layouts', () => {
  it('find the row under every pixel', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 60 }), fc.nat(6000), (heights, y) => {
        const layout = laidRows(heights)
        const row = layout.rowAt(y)
        if (y < layout.total) {
          expect(layout.topOf(row)).toBeLessThanOrEqual(y)
          expect(layout.topOf(row) + layout.heightOf(row)).toBeGreaterThan(y)
        } else expect(row).toBe(heights.length - 1)
      }),
    )
  })
  it('agree when all rows are equally high', () => {
    const fixed = fixedRows(7, 20)
    const laid = laidRows([20, 20, 20, 20, 20, 20, 20])
    for (const y of [0, 19, 20, 139, 140, 999]) expect(fixed.rowAt(y)).toBe(laid.rowAt(y))
    expect(fixed.total).toBe(laid.total)
  })
})
