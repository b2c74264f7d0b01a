import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { killEverywhere } from './kill-harness.ts'

it('a due time gets one run, wherever the core dies: none is lost, none is doubled', { timeout: 300_000 }, async () => {
  // the start and its neighbourhood: what comes later is the run's own resume
  const { undisturbed, died, differing } = await killEverywhere({ entry: fileURLToPath(new URL('schedule.entry.ts', import.meta.url)), at: (point) => /^start:|^journal:[12](:|$)/.test(point) })
  expect(JSON.parse(undisturbed)).toMatchObject({ total: 1, states: [['succeeded', 'schedule:nightly']], firings: [{ due: '2026-11-21T01:30:00.000Z', outcome: 'started', missed: 0, mine: true }], audit: true })
  expect(died.length).toBeGreaterThan(4)
  expect(differing).toEqual([])
})
