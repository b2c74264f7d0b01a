import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LiveRun } from '#renderer/api/fold-run.ts'
import { runKeys } from '#renderer/api/keys.ts'
import { RunFeed } from '#renderer/api/run-feed.ts'
import type { Client, RunEvent } from '#renderer/api/types.ts'
import { runOf, stepOf, T0 } from '#test/renderer/samples.ts'

const run = runOf([stepOf('a', [], { state: 'running' }), stepOf('b', ['a'])])
const event = (id: number, rest: Record<string, unknown>): RunEvent => ({ id, at: new Date(T0).toISOString(), runId: run.runId, ...rest }) as RunEvent
const progress = (id: number): RunEvent => event(id, { kind: 'progress', stepId: 'a', rows: id, totalRows: 1000, bytes: null, rowsPerSecond: 9, msLeft: 1 })

/** A stream that the test feeds. */
function line(): { client: Client; push: (event: RunEvent) => void } {
  const waiting: RunEvent[] = []
  let wake = (): void => undefined
  async function* watch(): AsyncGenerator<RunEvent> {
    for (;;) {
      const next = waiting.shift()
      if (next) yield next
      else await new Promise<void>((done) => { wake = done })
    }
  }
  return { client: { runs: { watch: async () => watch() } } as unknown as Client, push: (each) => { waiting.push(each); wake() } }
}

describe('the feed of run events', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const started = (): { feed: RunFeed; push: (event: RunEvent) => void; painted: LiveRun[]; cache: QueryClient } => {
    const cache = new QueryClient()
    cache.setQueryData(runKeys.detail(run.runId), run)
    const painted: LiveRun[] = []
    cache.getQueryCache().subscribe(({ type, query }) => { if (type === 'updated' && query.state.data) painted.push(query.state.data as LiveRun) })
    const { client, push } = line()
    const feed = new RunFeed(client, cache)
    void feed.start()
    return { feed, push, painted, cache }
  }

  it('gathers figures: ten events in a second reach the page at most four times, the last one among them', async () => {
    const { feed, push, painted } = started()
    for (let i = 0; i < 10; i++) {
      push(progress(100 + i))
      await vi.advanceTimersByTimeAsync(100)
    }
    await vi.advanceTimersByTimeAsync(1000)
    expect(painted.length).toBeGreaterThan(0)
    expect(painted.length).toBeLessThanOrEqual(4)
    expect(painted.at(-1)?.steps[0]?.rows).toBe(109)
    feed.stop()
  })

  it('brings a change of state at once, with the figures that waited before it', async () => {
    const { feed, push, painted } = started()
    push(progress(100))
    await vi.advanceTimersByTimeAsync(50)
    expect(painted).toHaveLength(0)
    push(event(101, { kind: 'step', step: stepOf('b', ['a'], { state: 'running' }) }))
    await vi.advanceTimersByTimeAsync(20)
    expect(painted).toHaveLength(1)
    expect(painted[0]?.steps.map(({ state, rows }) => [state, rows])).toEqual([['running', 100], ['running', null]])
    feed.stop()
  })
})
