import { expect, it } from 'vitest'
import { endedSince, isRead, markAll, markRead } from '#renderer/shell/notices.ts'
import { linkOf } from '#renderer/shell/copy-link.ts'
import { SIZES, zoomed } from '#renderer/shell/zoom.ts'
import { runOf } from '#test/renderer/samples.ts'

const run = (number: number, state: 'running' | 'succeeded' | 'failed') => ({ ...runOf([], { number, state }), runId: `r${number}` })

it('marks one read, and all that have ended; what still moves will be news', () => {
  const none = { readTo: null, read: [] }
  expect(isRead(run(3, 'failed'), none)).toBe(false)
  expect(isRead(run(3, 'failed'), markRead(run(3, 'failed'), none))).toBe(true)
  const all = markAll([run(5, 'succeeded'), run(4, 'running'), run(3, 'failed')], none)
  expect([5, 4, 3, 1].map((number) => isRead(run(number, 'succeeded'), all))).toEqual([true, false, true, true])
  expect(isRead(run(6, 'succeeded'), all)).toBe(false)
  expect(markRead(run(3, 'failed'), all)).toBe(all)
})

it('hears of runs that ended, also between two looks, and of none at the first look', () => {
  const before = [run(2, 'running'), run(1, 'succeeded')]
  expect(endedSince(undefined, before)).toEqual([])
  expect(endedSince(before, [run(3, 'failed'), run(2, 'succeeded'), run(1, 'succeeded')]).map(({ number }) => number)).toEqual([3, 2])
  expect(endedSince(before, [run(3, 'running'), run(2, 'running')])).toEqual([])
})

it('copies a link without the token of the session', () => {
  expect(linkOf({ origin: 'http://127.0.0.1:4000', pathname: '/', hash: '#/runs/x?step=a' })).toBe('http://127.0.0.1:4000/#/runs/x?step=a')
})

it('steps through the sizes and stops at their ends', () => {
  expect(zoomed(100, 1)).toBe(110)
  expect(zoomed(103, -1)).toBe(100)
  expect(zoomed(200, 1)).toBe(200)
  expect(zoomed(50, -1)).toBe(50)
  expect([SIZES[0], SIZES.at(-1)]).toEqual([50, 200])
})
