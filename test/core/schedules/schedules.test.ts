import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '#core/base/clock.ts'
import type { Engine } from '#core/operations/engine.ts'
import { Schedules } from '#core/schedules/index.ts'
import { dueBetween, nextTimes } from '#core/schedules/due-times.ts'
import type { ScheduleDraft } from '#core/schedules/types.ts'
import { deferred, Home, toy } from '#test/core/operations/support.ts'

const at = (text: string): number => Date.parse(text)
const NIGHTLY: ScheduleDraft = { id: 'nightly', environment: 'sandbox', operation: 'toy', input: { name: 'one' }, cron: '30 2 * * *', zone: 'Europe/Paris', misfire: 'once' }

class Hands implements Clock {
  wall: number
  mono = 0
  constructor(start: string) {
    this.wall = at(start)
  }
  now(): number {
    return this.wall
  }
  monotonic(): number {
    return this.mono
  }
  to(text: string): void {
    const then = at(text)
    this.mono += Math.max(0, then - this.wall)
    this.wall = then
  }
}

let home: Home | undefined
afterEach(async () => {
  await home?.remove()
  home = undefined
})

function open(clock: Hands, steps = [{ id: 'only' }], over: Partial<Engine> = {}) {
  const { engine, store, audit } = home!.engine(toy(steps), { clock })
  const schedules = new Schedules({ store, audit, clock, engine: over.start || over.plan ? (Object.assign(Object.create(engine) as Engine, bound(engine), over)) : engine, workspace: 'w' })
  return { engine, store, audit, schedules }
}
const bound = (engine: Engine) => ({ plan: engine.plan.bind(engine), start: engine.start.bind(engine), list: engine.list.bind(engine), leadership: engine.leadership.bind(engine) })
const ended = async (engine: Engine): Promise<void> => {
  for (const { runId } of engine.list().runs) await engine.wait(runId)
}

describe('due times', () => {
  it('leap a gap in spring and come once in autumn', () => {
    // Paris: 29 Mar 2026 02:00 → 03:00, 25 Oct 2026 03:00 → 02:00
    expect(nextTimes('30 2 * * *', 'Europe/Paris', at('2026-03-28T12:00:00Z'), 2).map((time) => new Date(time).toISOString())).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'])
    const autumn = dueBetween('30 2 * * *', 'Europe/Paris', at('2026-10-24T12:00:00Z'), at('2026-10-25T12:00:00Z'))
    expect(autumn?.count).toBe(1)
  })

  it('refuse what is no expression, no zone, and what never comes', () => {
    for (const [cron, zone] of [['* * * *', 'UTC'], ['61 * * * *', 'UTC'], ['* * * * * *', 'UTC'], ['* * * * *', 'Mars/Olympus'], ['0 0 31 2 *', 'UTC'], ['rm -rf', 'UTC']] as const) {
      expect(() => nextTimes(cron, zone, 0), `${cron} ${zone}`).toThrow(expect.objectContaining({ code: 'SCHEDULE_INVALID' }))
    }
  })

  it('are counted over years of silence without walking through them', () => {
    const found = dueBetween('* * * * *', 'UTC', at('2020-01-01T00:00:00Z'), at('2026-01-01T00:00:30Z'))
    expect(found?.last).toBe(at('2026-01-01T00:00:00Z'))
    expect(found?.count).toBe(10_000)
  })
})

describe('a schedule', () => {
  it('starts its operation once per due time, as its own actor', async () => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const { engine, schedules, audit } = open(clock)
    schedules.set(NIGHTLY, 'anna')
    await schedules.tick()
    expect(engine.list().total).toBe(0)
    clock.to('2026-11-21T01:30:01Z')
    await schedules.tick()
    await ended(engine)
    await schedules.tick()
    expect(engine.list().runs.map(({ actor, state }) => [actor, state])).toEqual([['schedule:nightly', 'succeeded']])
    const [nightly] = schedules.list().schedules
    expect(nightly?.firings).toMatchObject([{ due: '2026-11-21T01:30:00.000Z', outcome: 'started', missed: 0 }])
    expect(nightly?.next[0]).toBe('2026-11-22T01:30:00.000Z')
    expect(audit.list({ limit: 100 }).entries.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual(expect.arrayContaining(['schedule.set anna', 'schedule.fired schedule:nightly', 'run.started schedule:nightly']))
  })

  it('never runs twice at once; the due time that was left out says why', async () => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const gate = deferred()
    const { engine, schedules } = open(clock, [{ id: 'only', act: async () => (await gate.promise, null) } as { id: string }])
    schedules.set({ ...NIGHTLY, cron: '* * * * *', zone: 'UTC' }, 'anna')
    for (const minute of ['01', '02', '03']) {
      clock.to(`2026-11-20T12:${minute}:01Z`)
      await schedules.tick()
    }
    gate.resolve()
    await ended(engine)
    expect(engine.list().total).toBe(1)
    expect(schedules.list().schedules[0]?.firings.map(({ outcome, failure }) => [outcome, failure?.code])).toEqual([['skipped', 'SCHEDULE_STILL_RUNNING'], ['skipped', 'SCHEDULE_STILL_RUNNING'], ['started', undefined]])
    clock.to('2026-11-20T12:04:01Z')
    await schedules.tick()
    expect(engine.list().total).toBe(2)
    await ended(engine)
  })

  it.each([
    ['once', [['started', 4]], 1],
    ['skip', [['skipped', 4]], 0],
  ] as const)('missed while nobody was there: policy %s', async (misfire, firings, runs) => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const { engine, schedules } = open(clock)
    schedules.set({ ...NIGHTLY, misfire }, 'anna')
    clock.to('2026-11-25T09:00:00Z')
    await schedules.tick()
    await ended(engine)
    await schedules.tick()
    expect(schedules.list().schedules[0]?.firings.map(({ outcome, missed }) => [outcome, missed])).toEqual(firings)
    expect(engine.list().total).toBe(runs)
  })

  it('does not repeat what it did when the clock is set back, and goes on after a leap into the future', async () => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const { engine, schedules } = open(clock)
    schedules.set({ ...NIGHTLY, cron: '0 * * * *', zone: 'UTC' }, 'anna')
    const go = async (time: string): Promise<number> => {
      clock.to(time)
      await schedules.tick()
      await ended(engine)
      return engine.list().total
    }
    expect(await go('2026-11-20T13:00:10Z')).toBe(1)
    expect(await go('2026-11-20T12:30:00Z')).toBe(1)
    expect(await go('2026-11-20T13:00:20Z')).toBe(1)
    expect(await go('2026-11-20T14:00:10Z')).toBe(2)
    // a broken battery: far ahead, and back
    expect(await go('2031-01-01T00:30:00Z')).toBe(3)
    expect(await go('2026-11-20T14:20:00Z')).toBe(3)
    expect(await go('2026-11-20T15:00:10Z')).toBe(4)
  })

  it('comes once on the long night of autumn, and on the short one of spring', async () => {
    home = new Home()
    const clock = new Hands('2026-10-24T12:00:00Z')
    const { engine, schedules } = open(clock)
    schedules.set(NIGHTLY, 'anna')
    for (let minute = at('2026-10-24T23:00:00Z'); minute < at('2026-10-25T03:00:00Z'); minute += 60_000) {
      clock.to(new Date(minute).toISOString())
      await schedules.tick()
      await ended(engine)
    }
    expect(engine.list().total).toBe(1)
    clock.to('2027-03-27T12:00:00Z')
    schedules.resume('nightly', 'anna')
    for (let minute = at('2027-03-28T00:00:00Z'); minute < at('2027-03-28T03:00:00Z'); minute += 60_000) {
      clock.to(new Date(minute).toISOString())
      await schedules.tick()
      await ended(engine)
    }
    expect(engine.list().total).toBe(2)
  })

  it('stands still while it is paused, alone or with all others', async () => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const { engine, schedules } = open(clock)
    schedules.set(NIGHTLY, 'anna')
    schedules.pause('nightly', 'migration', 'anna')
    clock.to('2026-11-22T09:00:00Z')
    await schedules.tick()
    schedules.resume('nightly', 'anna')
    await schedules.tick()
    expect(engine.list().total).toBe(0)
    expect(schedules.list().schedules[0]?.firings).toEqual([])

    schedules.pauseAll('the machine sleeps', 'electron', 'until-restart')
    clock.to('2026-11-23T09:00:00Z')
    await schedules.tick()
    expect(engine.list().total).toBe(0)
    expect(schedules.list().pausedAll).toMatchObject({ reason: 'the machine sleeps', lasts: 'until-restart' })
    schedules.resumeAll('electron')
    await schedules.tick()
    await ended(engine)
    // what came due meanwhile was missed, and its policy counts
    expect(engine.list().total).toBe(1)
  })

  it('says what refused it', async () => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const { engine, schedules } = open(clock)
    schedules.set({ ...NIGHTLY, operation: 'gone' }, 'anna')
    clock.to('2026-11-21T01:30:01Z')
    await schedules.tick()
    expect(schedules.list().schedules[0]?.firings).toMatchObject([{ outcome: 'refused', failure: { code: 'OPERATION_UNKNOWN' } }])
    expect(engine.list().total).toBe(0)
  })

  it('declared by the workspace follows its file, keeps its pause, and is only paused here', () => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const { schedules } = open(clock)
    schedules.declare([NIGHTLY])
    schedules.pause('nightly', null, 'anna')
    schedules.declare([{ ...NIGHTLY, cron: '0 3 * * *' }])
    expect(schedules.list().schedules).toMatchObject([{ cron: '0 3 * * *', state: 'paused', origin: 'workspace' }])
    expect(() => schedules.set(NIGHTLY, 'anna')).toThrow(expect.objectContaining({ code: 'SCHEDULE_DECLARED' }))
    expect(() => schedules.remove('nightly', 'anna')).toThrow(expect.objectContaining({ code: 'SCHEDULE_DECLARED' }))
    schedules.declare([])
    expect(schedules.list().schedules).toEqual([])
  })
})

describe('killed in the middle', () => {
  const late = '2026-11-21T01:30:05Z'

  it('between the decision and the start: the next core starts it, once', async () => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const never = new Promise<never>(() => {})
    const dead = open(clock, [{ id: 'only' }], { plan: () => never })
    dead.schedules.set(NIGHTLY, 'anna')
    clock.to(late)
    void dead.schedules.tick()
    expect(dead.schedules.list().schedules[0]?.firings).toMatchObject([{ outcome: 'claimed' }])
    // as if the process were gone
    dead.store.db.prepare('DELETE FROM leases').run()
    const next = open(clock)
    await next.schedules.tick()
    await ended(next.engine)
    await next.schedules.tick()
    expect(next.engine.list().total).toBe(1)
    expect(next.schedules.list().schedules[0]?.firings).toMatchObject([{ outcome: 'started' }])
  })

  it('between the start and its record: the next core finds the run and starts no second one', async () => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const never = new Promise<never>(() => {})
    const dead = open(clock, [{ id: 'only' }], { plan: undefined as never })
    const real = dead.engine
    const cut = new Schedules({ store: dead.store, audit: dead.audit, clock, workspace: 'w', engine: { ...bound(real), start: async (hash, actor) => (await real.start(hash, actor), await never) } })
    cut.set(NIGHTLY, 'anna')
    clock.to(late)
    void cut.tick()
    await expect.poll(() => real.list().total).toBe(1)
    await ended(real)
    dead.store.db.prepare('DELETE FROM leases').run()
    const next = open(clock)
    await next.schedules.tick()
    expect(next.engine.list().total).toBe(1)
    expect(next.schedules.list().schedules[0]?.firings).toMatchObject([{ outcome: 'started', runId: real.list().runs[0]?.runId }])
  })

  it('only one of two cores on a home fires', async () => {
    home = new Home()
    const clock = new Hands('2026-11-20T12:00:00Z')
    const [one, two] = [open(clock), open(clock)]
    one.schedules.set(NIGHTLY, 'anna')
    await one.schedules.tick()
    clock.to(late)
    await Promise.all([two.schedules.tick(), one.schedules.tick(), two.schedules.tick()])
    await ended(one.engine)
    expect(one.engine.list().total).toBe(1)
    expect(two.schedules.list().served).toBe(true)
    await one.schedules.close()
    clock.to('2026-11-22T01:30:05Z')
    await two.schedules.tick()
    await ended(two.engine)
    expect(two.engine.list().total).toBe(2)
  })
})
