import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { killEverywhere } from './kill-harness.ts'

const entry = join(import.meta.dirname, 'toy.entry.ts')

describe('kill -9', () => {
  it('at every race point of a run: resumed, it ends as if nothing had happened', { timeout: 600_000 }, async () => {
    const { points, undisturbed, died, differing } = await killEverywhere({ entry })
    expect(JSON.parse(undisturbed)).toMatchObject({ state: 'succeeded', booked: [5050], locks: 0, leases: 0, audit: true, result: { amount: 5050 } })
    expect(points.length).toBeGreaterThan(60)
    expect(points).toEqual(expect.arrayContaining(['journal:1:open', 'book:inserted', 'step:book:acted', `journal:20`]))
    expect(differing).toEqual([])
    expect(died.length).toBe(points.length)
  })

  it('at every commit, and once more while resuming', { timeout: 600_000 }, async () => {
    const { died, differing } = await killEverywhere({ entry, twice: true, at: (point) => /^journal:\d+$/.test(point) })
    expect(differing).toEqual([])
    expect(died.length).toBeGreaterThan(20)
  })
})
