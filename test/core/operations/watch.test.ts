import { afterEach, describe, expect, it } from 'vitest'
import type { Engine } from '#core/operations/engine.ts'
import type { RunEvent } from '#core/operations/types.ts'
import { deferred, Home, runToy, toy, untilAborted } from './support.ts'

let home = new Home()
afterEach(async () => {
  await home.remove()
  home = new Home()
})

/** Collects events in the background until told to stop. */
function collect(engine: Engine, query: { runId?: string; after?: number } = {}) {
  const stop = new AbortController()
  const events: RunEvent[] = []
  const ended = (async () => {
    for await (const event of engine.watch({ ...query, signal: stop.signal })) events.push(event)
  })()
  return {
    events,
    async until(met: (event: RunEvent) => boolean): Promise<RunEvent[]> {
      const patience = performance.now() + 10_000
      while (!events.some(met)) {
        if (performance.now() > patience) throw new Error(`not seen: ${JSON.stringify(events.map((event) => event.kind))}`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return await this.stop()
    },
    async stop(): Promise<RunEvent[]> {
      stop.abort()
      await ended
      return events
    },
  }
}

const over = (event: RunEvent): boolean => event.kind === 'run' && event.run.endedAt !== null
const kept = (events: readonly RunEvent[]): RunEvent[] => events.filter((event) => event.kind !== 'progress')

describe('watch', () => {
  it('tells a run from start to end, in order', async () => {
    const { engine } = home.engine(toy([{ id: 'a', act: async ({ log, gate, progress }) => { log('info', 'hello'); progress({ rows: 5, totalRows: 10 }); gate({ gate: 'g', title: 'G', verdict: 'passed', value: 1 }); return 1 } }]))
    const watch = collect(engine)
    await runToy(engine)
    const events = await watch.until(over)
    const story = kept(events).map((event) => (event.kind === 'step' ? `step ${event.step.state}` : event.kind === 'run' ? `run ${event.run.state}` : event.kind))
    expect(story).toEqual(['step waiting', 'run running', 'step running', 'run running', 'log', 'gate', 'step running', 'run running', 'step running', 'run running', 'step succeeded', 'run running', 'run succeeded'])
    expect(events.find((event) => event.kind === 'progress')).toMatchObject({ stepId: 'a', rows: 5, totalRows: 10 })
    const ids = kept(events).map((event) => event.id)
    expect(ids).toEqual(ids.toSorted((x, y) => x - y))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('resumes after any event without gap or double', async () => {
    const { engine } = home.engine(toy([{ id: 'a', act: async ({ log }) => { for (let n = 0; n < 5; n++) log('info', `line ${n}`); return 1 } }, { id: 'b', needs: ['a'] }]))
    await runToy(engine)
    await runToy(engine)
    const all = kept(await collect(engine, { after: 0 }).until((event) => over(event) && event.kind === 'run' && event.run.number === 2))
    expect(all.length).toBe(engine.lastEventId())
    expect(all.map((event) => event.id)).toEqual(all.map((_, index) => index + 1))
    for (const cut of [1, 2, 7, all.length - 1]) {
      const rest = kept(await collect(engine, { after: cut }).until((event) => event.id === all.length))
      expect(rest).toEqual(all.slice(cut))
    }
    const { runs } = engine.list()
    const one = kept(await collect(engine, { after: 0, runId: runs[1]?.runId }).until(over))
    expect(one).toEqual(all.filter((event) => event.runId === runs[1]?.runId))
  })

  it('sees a run of another process, its progress at least once a second, and each log line once', async () => {
    const hold = deferred()
    const began = deferred()
    const registry = toy([{ id: 'a', act: async ({ log, progress }) => { began.resolve(); for (let n = 1; n <= 24; n++) { log('info', `line ${n}`); progress({ rows: n * 100, totalRows: 2_400 }); await new Promise((resolve) => setTimeout(resolve, 100)) } await hold.promise; return 1 } }])
    const { engine } = home.engine(registry)
    const watch = collect(home.engine(registry).engine, { after: 0 })
    const run = await engine.start((await engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
    await began.promise
    await new Promise((resolve) => setTimeout(resolve, 2_600))
    const rows = watch.events.flatMap((event) => (event.kind === 'progress' ? [event.rows ?? 0] : []))
    expect(rows.length).toBeGreaterThanOrEqual(2)
    expect(rows).toEqual(rows.toSorted((x, y) => x - y))
    expect(watch.events.some((event) => event.kind === 'progress' && (event.rowsPerSecond ?? 0) > 0)).toBe(true)
    hold.resolve()
    const events = await watch.until(over)
    expect(events.flatMap((event) => (event.kind === 'log' ? [event.message] : []))).toEqual(Array.from({ length: 24 }, (_, n) => `line ${n + 1}`))
    expect(events.every((event) => event.runId === run.runId)).toBe(true)
  }, 20_000)

  it('delivers progress at most ten times a second to a watcher of the same process', async () => {
    const { engine } = home.engine(toy([{ id: 'a', act: async ({ progress }) => { for (let n = 1; n <= 600; n++) { progress({ rows: n }); if (n % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 3)) } return 1 } }]))
    const watch = collect(engine)
    const began = performance.now()
    await runToy(engine)
    const seconds = (performance.now() - began) / 1_000
    const rows = (await watch.until(over)).flatMap((event) => (event.kind === 'progress' ? [event.rows] : []))
    expect(rows.length).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1)
    expect(engine.list().runs[0]?.state).toBe('succeeded')
    expect(rows.at(-1)).toBe(600)
  })

  it('tells once that the process of a run has vanished', async () => {
    const began = deferred()
    const registry = toy([{ id: 'a', act: async ({ signal }) => { began.resolve(); return await untilAborted(signal) } }])
    const { engine } = home.engine(registry)
    let gone = false
    const other = home.engine(registry, { processes: { look: () => (gone ? 'gone' : 'here') } }).engine
    const watch = collect(other, { after: 0 })
    const run = await engine.start((await engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
    await began.promise
    gone = true
    await watch.until((event) => event.kind === 'run' && event.run.state === 'interrupted')
    expect(watch.events.filter((event) => event.kind === 'run' && event.run.state === 'interrupted')).toHaveLength(1)
    expect(other.get(run.runId).state).toBe('interrupted')
  })

  it('ends when the engine closes', async () => {
    const { engine } = home.engine(toy([{ id: 'a' }]))
    const seen: RunEvent[] = []
    const watching = (async () => { for await (const event of engine.watch()) seen.push(event) })()
    await runToy(engine)
    await engine.close()
    await watching
    expect(seen.length).toBeGreaterThan(0)
  })
})

describe('logs', () => {
  it('hold 100,000 lines of one step, in order, filtered and paged', async () => {
    const { engine } = home.engine(toy([{ id: 'a', act: async ({ log }) => { for (let n = 0; n < 100_000; n++) log(n % 1_000 === 0 ? 'warn' : 'info', `line ${n}`); return 1 } }]))
    const began = performance.now()
    const run = await runToy(engine)
    expect(run.state).toBe('succeeded')
    expect(performance.now() - began).toBeLessThan(30_000)
    const { runId } = run
    expect(engine.logs({ runId, limit: 1 }).total).toBe(100_000)
    expect(engine.logs({ runId, offset: 99_998 }).lines.map((line) => line.message)).toEqual(['line 99998', 'line 99999'])
    expect(engine.logs({ runId, minimumLevel: 'warn' }).total).toBe(100)
    expect(engine.logs({ runId, search: 'line 5000' }).total).toBe(11)
    expect(engine.logs({ runId, search: '%' }).total).toBe(0)
    expect(engine.logs({ runId, stepId: 'b' }).total).toBe(0)
  })
})
