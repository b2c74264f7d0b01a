import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layGantt, roomFor, ticksOf, type GanttStep } from '#renderer/ui/step-graph/gantt.ts'
import { layRail } from '#renderer/ui/step-graph/lanes.ts'

const step = (id: string, ...needs: string[]): { id: string; needs: string[] } => ({ id, needs })

describe('the rail', () => {
  it('keeps the main line on lane 0 and puts side work beside it', () => {
    const { lanes, edges, width } = layRail([step('a'), step('rejects', 'a'), step('load', 'a'), step('publish', 'load', 'rejects')])
    expect(lanes).toEqual([0, 1, 0, 0])
    expect(width).toBe(2)
    expect(edges.map(({ turn }) => turn).toSorted()).toEqual(['branch', 'merge', 'none', 'none'])
  })

  it('uses a lane again once it is free', () => {
    const { width } = layRail([step('a'), step('x', 'a'), step('b', 'a'), step('c', 'b', 'x'), step('y', 'c'), step('d', 'c'), step('e', 'd', 'y')])
    expect(width).toBe(2)
  })

  const graph = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 20 }).map((list) => list.map((needs, i) => step(`s${i}`, ...new Set(i === 0 ? [] : needs.map((n) => `s${n % i}`)))))

  it('draws every need once, and never two stations in one place', () => {
    fc.assert(
      fc.property(graph, (steps) => {
        const { lanes, edges, width } = layRail(steps)
        expect(lanes).toHaveLength(steps.length)
        expect(edges).toHaveLength(steps.reduce((sum, { needs }) => sum + needs.length, 0))
        expect(Math.max(...lanes) + 1).toBe(width)
        expect(edges.every(({ from, to }) => from.row < to.row)).toBe(true)
      }),
    )
  })

  it('never draws a line through a station of other work', () => {
    fc.assert(
      fc.property(graph, (steps) => {
        const { lanes, chains, edges } = layRail(steps)
        for (const { from, to, turn } of edges) {
          // A branch comes down the lane of its target, everything else the lane of its source.
          const [lane, owner] = turn === 'branch' ? [to.lane, chains[to.row]] : [from.lane, chains[from.row]]
          for (let row = from.row + 1; row < to.row; row++) if (lanes[row] === lane) expect(chains[row], `row ${row}`).toBe(owner)
        }
      }),
    )
  })
})

const T0 = Date.parse('2026-11-21T12:00:00Z')
const at = (ms: number): string => new Date(T0 + ms).toISOString()
const bar = (id: string, state: GanttStep['state'], from: number | null, to: number | null, more: Partial<GanttStep> = {}): GanttStep => ({
  id, state, needs: [], startedAt: from === null ? null : at(from), endedAt: to === null ? null : at(to), estimateMs: null, msLeft: null, ...more,
})

describe('the Gantt', () => {
  it('puts what ran where it ran, and what is ahead behind what it needs', () => {
    const gantt = layGantt([bar('a', 'succeeded', 0, 1000), bar('b', 'running', 1000, null, { msLeft: 2000 }), bar('c', 'waiting', null, null, { needs: ['b'], estimateMs: 500 })], T0 + 3000)
    expect(gantt.now).toBe(3000)
    expect(gantt.bars.get('a')).toMatchObject({ kind: 'done', from: 0, to: 1000 })
    expect(gantt.bars.get('b')).toMatchObject({ kind: 'running', from: 1000, to: 3000, expected: 5000 })
    expect(gantt.bars.get('c')).toMatchObject({ kind: 'ahead', from: 5000, to: 5500 })
    expect(gantt.total).toBe(5500)
  })

  it('gives a moving run room in whole steps: enough, not much more, and the same for a while', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90_000_000 }), (total) => {
        const room = roomFor(total)
        expect(room).toBeGreaterThanOrEqual(total)
        expect(room).toBeLessThanOrEqual(total + (ticksOf(total)[1] ?? total) / 4)
      }),
    )
    expect(new Set([9_010, 9_120, 9_300, 9_490].map(roomFor)).size).toBe(1)
  })

  it('leaves out a pause in which nothing ran, and says how long it was', () => {
    const gantt = layGantt([bar('a', 'succeeded', 0, 4000), bar('b', 'succeeded', 3_604_000, 3_605_000)], null)
    expect(gantt.total).toBe(5000)
    expect(gantt.gaps).toEqual([{ at: 4000, ms: 3_600_000 }])
    expect(gantt.bars.get('b')).toMatchObject({ from: 4000, to: 5000, ms: 1000 })
  })

  it('draws nothing for a step that never started and has no estimate', () => {
    expect(layGantt([bar('a', 'waiting', null, null), bar('b', 'skipped', null, null)], null).bars.size).toBe(0)
  })

  it('is never negative, whatever the clocks did', () => {
    const moment = fc.integer({ min: -100_000, max: 100_000 })
    fc.assert(
      fc.property(fc.array(fc.tuple(moment, fc.option(moment)), { maxLength: 6 }), moment, (spans, now) => {
        const gantt = layGantt(spans.map(([from, to], i) => bar(`s${i}`, to === null ? 'running' : 'succeeded', from, to, { estimateMs: 100 })), T0 + now)
        for (const { from, to, expected } of gantt.bars.values()) {
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to).toBeGreaterThanOrEqual(from)
          expect(expected ?? to).toBeGreaterThanOrEqual(to)
          expect(to).toBeLessThanOrEqual(gantt.total)
        }
      }),
    )
  })

  it('has at most seven round ticks', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 11 }), (total) => {
      expect(ticksOf(total).length).toBeLessThanOrEqual(7)
    }))
    expect(ticksOf(290_000)).toEqual([0, 60_000, 120_000, 180_000, 240_000])
  })
})
