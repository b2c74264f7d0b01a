import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { newHolder, systemProcesses, type Holder, type Presence } from '#core/operations/liveness.ts'
import { leapFences, Locks, type Lease } from '#core/operations/locks.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore, type Store } from '#core/store/store.ts'
import { handClock, Home } from './support.ts'

let home = new Home()
const stores: Store[] = []
afterEach(async () => {
  for (const store of stores.splice(0)) store.close()
  await home.remove()
  home = new Home()
})

/** One process of several on a home, whose neighbours it judges as the test says. */
function process(look: (holder: Holder) => Presence = () => 'here') {
  const clock = handClock()
  const store = openStore(join(home.path, 'state.sqlite'), { clock: systemClock, migrations })
  stores.push(store)
  const holder = newHolder()
  const locks = new Locks({ store, clock, holder, processes: { look }, leaseMs: 30_000 })
  const take = (runId: string, ...resources: string[]): Lease | 'doubtful' => store.transaction(() => locks.take(runId, 'sandbox', resources))
  const lease = (runId: string, ...resources: string[]): Lease => {
    const taken = take(runId, ...resources)
    if (taken === 'doubtful') throw new Error('in doubt')
    return taken
  }
  return { clock, store, locks, take, lease }
}

describe('locks', () => {
  it('are taken all or none, and refuse by name of the run', () => {
    const a = process()
    const b = process()
    a.lease('run-a', 'x', 'y')
    expect(() => b.take('run-b', 'y', 'z')).toThrow(expect.objectContaining({ code: 'LOCK_HELD', data: expect.objectContaining({ runId: 'run-a', resource: 'y' }) }))
    b.lease('run-c', 'z')
    expect(() => a.take('run-d', 'z')).toThrow(expect.objectContaining({ code: 'LOCK_HELD' }))
  })

  it('belong to an environment', () => {
    const { store, locks } = process()
    store.transaction(() => locks.take('run-a', 'sandbox', ['x']))
    expect(store.transaction(() => locks.take('run-b', 'production', ['x']))).toMatchObject({ runId: 'run-b' })
  })

  it('give every holder a higher fence than all before, across processes and after release', () => {
    const a = process()
    const b = process()
    const fences: number[] = []
    for (const [index, one] of [a, b, a, b].entries()) {
      const lease = one.lease(`run-${index}`, 'x')
      fences.push(lease.fence)
      one.store.transaction(() => one.locks.release(lease))
    }
    expect(fences).toEqual(fences.toSorted((x, y) => x - y))
    expect(new Set(fences).size).toBe(4)
    leapFences(a.store)
    expect(a.lease('run-after-restore', 'x').fence).toBeGreaterThan(1_000_000)
    expect(() => a.store.db.prepare('UPDATE fences SET last = 1').run()).toThrow('only grows')
  })

  it('of a process that is gone are taken over at once, and its own writes refused', () => {
    const a = process()
    const b = process(() => 'gone')
    const old = a.lease('run-a', 'x')
    const taken = b.lease('run-b', 'x')
    expect(taken.fence).toBeGreaterThan(old.fence)
    expect(() => a.locks.check(old)).toThrow(expect.objectContaining({ code: 'FENCED_OUT' }))
    expect(() => a.locks.renew(old)).toThrow(expect.objectContaining({ code: 'FENCED_OUT' }))
    a.store.transaction(() => a.locks.release(old))
    expect(() => b.locks.check(taken)).not.toThrow()
  })

  it('of a living process stay, however the wall clock jumps', () => {
    const a = process()
    const b = process()
    a.lease('run-a', 'x')
    for (const jump of [1e12, -2e12, 0]) {
      a.clock.wall += jump
      b.clock.wall -= jump
      expect(() => b.take('run-b', 'x')).toThrow(expect.objectContaining({ code: 'LOCK_HELD' }))
    }
  })

  it('of a holder out of sight are kept while its heart beats, and given away after silence', () => {
    const a = process()
    const b = process(() => 'unknown')
    const lease = a.lease('run-a', 'x')
    expect(b.take('run-b', 'x')).toBe('doubtful')
    for (let second = 0; second < 120; second++) {
      a.locks.renew(lease)
      b.clock.mono += 1_000
      expect(b.locks.life('run-a')).toBe('living')
    }
    for (let second = 0; second < 29; second++) {
      b.clock.mono += 1_000
      expect(b.locks.life('run-a')).toBe('doubtful')
    }
    b.clock.mono += 1_000
    expect(b.locks.life('run-a')).toBe('dead')
    expect(b.lease('run-b', 'x').fence).toBeGreaterThan(lease.fence)
  })

  it('are not given away because the observer itself slept', () => {
    const a = process()
    const b = process(() => 'unknown')
    a.lease('run-a', 'x')
    expect(b.locks.life('run-a')).toBe('doubtful')
    b.clock.mono += 3_600_000
    expect(b.locks.life('run-a')).toBe('doubtful')
  })

  it('of a process that runs but is too busy for a heartbeat stay', () => {
    const a = process()
    const b = process(() => 'here')
    a.lease('run-a', 'x')
    for (let second = 0; second < 600; second++) {
      b.clock.mono += 1_000
      expect(b.locks.life('run-a')).toBe('living')
    }
  })

  it('of a paused process are given away after silence: the fence keeps it out', () => {
    const a = process()
    const b = process(() => 'paused')
    const lease = a.lease('run-a', 'x')
    expect(b.take('run-b', 'x')).toBe('doubtful')
    for (let second = 0; second < 30; second++) {
      b.clock.mono += 1_000
      b.locks.life('run-a')
    }
    b.lease('run-b', 'x')
    expect(() => a.locks.check(lease)).toThrow(expect.objectContaining({ code: 'FENCED_OUT' }))
  })

  it('that this very process lost count as left', () => {
    const a = process()
    const lease = a.lease('run-a', 'x')
    expect(a.locks.life('run-a')).toBe('living')
    a.locks.forget(lease)
    expect(a.locks.life('run-a')).toBe('dead')
    expect(a.lease('run-a', 'x').fence).toBeGreaterThan(lease.fence)
  })
})

describe('the process table', () => {
  it('tells a reused pid from the process that had it', () => {
    const holder = newHolder()
    const parent = { ...holder, pid: globalThis.process.ppid }
    expect(systemProcesses.look({ ...parent, started: '1' })).toBe(holder.started === null ? 'unknown' : 'gone')
    expect(systemProcesses.look({ ...parent, pid: 2 ** 22 + 7 })).toBe('gone')
    expect(systemProcesses.look({ ...parent, machine: 'another' })).toBe('unknown')
    expect(systemProcesses.look({ ...parent, boot: holder.boot === null ? null : 'another' })).toBe(holder.boot === null ? 'unknown' : 'gone')
  })
})
