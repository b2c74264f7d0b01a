import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFormat } from '#renderer/i18n/format.ts'
import { bounds, minMax, nearest } from '#renderer/ui/plot/decimate.ts'
import { levelOf } from '#renderer/ui/plot/heat.tsx'
import { linesSpec } from '#renderer/ui/plot/lines-spec.ts'
import { ticks, timeTicks } from '#renderer/ui/plot/ticks.ts'

describe('decimation', () => {
  const points = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 400 })
  it('keeps the lowest and highest of every column, and loses no point', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 50 }), (y, columns) => {
        const x = y.map((_, i) => i)
        const found = minMax({ name: '', x, y }, 0, y.length - 1, columns)
        expect(found.count.reduce((sum, n) => sum + n, 0)).toBe(y.length)
        const full = [...found.count.keys()].filter((column) => (found.count[column] ?? 0) > 0)
        expect(Math.min(...full.map((column) => found.low[column] ?? 0))).toBe(Math.min(...y))
        expect(Math.max(...full.map((column) => found.high[column] ?? 0))).toBe(Math.max(...y))
        expect(found.first[0]).toBe(y[0])
        expect(found.last[columns - 1]).toBe(y.at(-1))
      }),
    )
  })
  it('leaves holes empty', () => {
    const found = minMax({ name: '', x: [0, 1, 2, 3], y: [1, NaN, NaN, 4] }, 0, 3, 4)
    expect([...found.count]).toEqual([1, 0, 0, 1])
    expect(bounds([{ name: '', x: [0, 1], y: [NaN, NaN] }])).toBeNull()
    expect(bounds([{ name: '', x: [0, 1, 2], y: [NaN, 3, -1] }])).toEqual({ x: [0, 2], y: [-1, 3] })
  })
  it('finds the nearest point', () => {
    expect([nearest([0, 10, 20], -5), nearest([0, 10, 20], 4), nearest([0, 10, 20], 6), nearest([0, 10, 20], 99), nearest([], 1)]).toEqual([0, 0, 1, 2, -1])
  })
})

describe('axes', () => {
  it('have round numbers', () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(ticks(0, 33_691, 4)).toEqual([0, 10_000, 20_000, 30_000])
    expect(ticks(-7, 12, 4)).toEqual([-5, 0, 5, 10])
    expect(ticks(3, 3, 4)).toEqual([3])
  })
  it('have round moments', () => {
    const day = 86_400_000
    const { at, step } = timeTicks(Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 15), 7)
    expect(step).toBe(2 * day)
    expect(at.every((moment) => moment % day === 0)).toBe(true)
  })
  it('begin at zero unless something lies below, and hold every limit', () => {
    const f = createFormat('en')
    const spec = linesSpec({ x: 'number', show: String, lines: [{ name: 'a', x: [0, 1, 2], y: [3, 4, 5] }], limits: [{ at: 9, name: 'limit' }] }, f, 400, 200)
    expect(spec?.y[0]).toBe(0)
    expect(spec?.y[1]).toBeGreaterThanOrEqual(9)
    expect(linesSpec({ x: 'number', show: String, lines: [] }, f, 400, 200)).toBeNull()
  })
})

it('shades by share of the most', () => {
  expect([levelOf(0, 10), levelOf(2, 10), levelOf(10, 10), levelOf(5, 0)]).toEqual([0, 1, 4, 0])
})
