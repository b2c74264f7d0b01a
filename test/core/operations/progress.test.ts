import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ProgressMeter, type ProgressState } from '#core/operations/progress.ts'
import { handClock } from './support.ts'

function meter(): { report: (rows: number, totalRows?: number) => void; pass: (ms: number) => void; told: { at: number; state: ProgressState }[]; close: () => void } {
  const clock = handClock()
  const told: { at: number; state: ProgressState }[] = []
  const made = new ProgressMeter(clock, (state) => told.push({ at: clock.mono, state }))
  return {
    report: (rows, totalRows) => made.report({ rows, totalRows }),
    pass: (ms) => {
      clock.mono += ms
      vi.advanceTimersByTime(ms)
    },
    told,
    close: () => made.close(),
  }
}

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is delivered ten times a second at most, the last value always', () => {
    const { report, pass, told, close } = meter()
    for (let rows = 1; rows <= 1_000; rows++) {
      report(rows)
      pass(1)
    }
    close()
    expect(told.length).toBeLessThanOrEqual(11)
    expect(told.length).toBeGreaterThanOrEqual(9)
    for (const [index, { at }] of told.slice(0, -1).entries()) if (index > 0) expect(at - (told[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(100)
    expect(told.at(-1)?.state.rows).toBe(1_000)
  })

  it('is delivered late when nothing follows', () => {
    const { report, pass, told } = meter()
    report(1)
    report(2)
    expect(told.map(({ state }) => state.rows)).toEqual([1])
    pass(100)
    expect(told.map(({ state }) => state.rows)).toEqual([1, 2])
  })

  it('tells the rate of the last seconds, not since the start, and the time left', () => {
    const { report, pass, told } = meter()
    for (let second = 1; second <= 10; second++) {
      pass(1_000)
      report(second * 100, 10_000)
    }
    expect(told.at(-1)?.state.rowsPerSecond).toBeCloseTo(100, 5)
    expect(told.at(-1)?.state.msLeft).toBeCloseTo(90_000, 0)
    for (let second = 1; second <= 10; second++) {
      pass(1_000)
      report(1_000 + second * 500, 10_000)
    }
    expect(told.at(-1)?.state.rowsPerSecond).toBeCloseTo(500, 5)
    report(10_000, 10_000)
    pass(100)
    expect(told.at(-1)?.state.msLeft).toBe(0)
  })
})
