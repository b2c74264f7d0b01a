import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore, type Store } from '#core/store/store.ts'
import { expectInvariants } from '#test/core/operations/invariants.ts'
import { Home, runToy, toy, untilAborted } from '#test/core/operations/support.ts'

let home = new Home()
afterEach(async () => {
  await home.remove()
  home = new Home()
})

/** SQLite answers SQLITE_FULL as soon as the file would have to grow. */
const fill = (store: Store): void => void store.db.pragma(`max_page_count = ${String(store.db.pragma('page_count', { simple: true }))}`)
const free = (store: Store): void => void store.db.pragma('max_page_count = 1000000')

describe('a full disk while journalling', () => {
  it('interrupts the run loudly, stops its other steps, and lets it resume once there is space', async () => {
    let full = true
    let stopped = false
    const acted: string[] = []
    let store: Store | null = null
    const parts = home.engine(
      toy([
        { id: 'before', act: async () => (acted.push('before'), 1) },
        { id: 'big', needs: ['before'], act: async () => { acted.push('big'); if (full && store) fill(store); return 'x'.repeat(500_000) } },
        { id: 'beside', needs: ['before'], act: async ({ signal }) => { acted.push('beside'); if (full) { try { await untilAborted(signal) } finally { stopped = true } } return 2 } },
        { id: 'after', needs: ['big', 'beside'], act: async () => (acted.push('after'), 3) },
      ]),
    )
    store = parts.store
    const lost = await runToy(parts.engine)
    expect(lost).toMatchObject({ state: 'interrupted', failure: { code: 'STORE_FULL', next: 'Free space on that disk, then resume.' } })
    expect(parts.engine.list({ states: ['interrupted'] }).total).toBe(1)
    expect(stopped).toBe(true)
    expect(acted).not.toContain('after')

    full = false
    free(store)
    acted.splice(0)
    await parts.engine.resume(lost.runId, { actor: 'anna' })
    expect(await parts.engine.wait(lost.runId)).toMatchObject({ state: 'succeeded', failure: null })
    expect(acted.toSorted()).toEqual(['after', 'beside', 'big'])
    await expectInvariants(lost.runId, parts)
  })
})

describe('a database that is busy', () => {
  it('is waited for: the run goes on when the other writer is done', { timeout: 30_000 }, async () => {
    const store = openStore(join(home.path, 'state.sqlite'), { clock: systemClock, migrations, busyTimeoutMs: 50 })
    const other = new Database(join(home.path, 'state.sqlite'))
    const parts = home.engine(
      toy([{ id: 'a', act: async () => {
        other.exec('BEGIN IMMEDIATE')
        setTimeout(() => other.exec('COMMIT'), 400)
        return 1
      } }]),
      { store },
    )
    const run = await runToy(parts.engine)
    expect(run.state).toBe('succeeded')
    await expectInvariants(run.runId, parts)
    other.close()
  })
})

describe('a clock that jumps in the middle of a run', () => {
  it.each([-365 * 86_400_000, 365 * 86_400_000])('by %i ms changes neither order, nor duration, nor locks', async (jump) => {
    let shift = 0
    const clock = { now: () => systemClock.now() + shift, monotonic: () => systemClock.monotonic() }
    const parts = home.engine(toy([{ id: 'a', act: async () => { shift = jump; await new Promise((resolve) => setTimeout(resolve, 1_200)); return 1 } }, { id: 'b', needs: ['a'] }]), { clock })
    const other = home.engine(toy([{ id: 'a' }, { id: 'b', needs: ['a'] }])).engine
    const plan = await parts.engine.plan('toy', { name: 'one' }, 'anna')
    const started = await parts.engine.start(plan.hash, 'anna')
    await new Promise((resolve) => setTimeout(resolve, 600))
    await expect(other.start(plan.hash, 'bob')).rejects.toMatchObject({ code: 'LOCK_HELD' })
    const run = await parts.engine.wait(started.runId)
    expect(run.state).toBe('succeeded')
    expect(run.durationMs).toBeGreaterThan(1_100)
    expect(run.durationMs).toBeLessThan(10_000)
    await expectInvariants(run.runId, parts)
    expect((await runToy(other)).number).toBe(2)
  })
})
