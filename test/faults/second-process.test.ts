import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OperationRegistry } from '#core/operations/registry.ts'
import type { Store } from '#core/store/store.ts'
import { expectInvariants, journalOf } from '#test/core/operations/invariants.ts'
import { Home } from '#test/core/operations/support.ts'
import { bundled, runBundle, spawnBundle, type Spawned } from './kill-harness.ts'
import { openToySystems, toyOperation, type ToySystems } from './toy-operation.ts'

let bundle: string
let home: Home
let toy: ToySystems
let children: Spawned[] = []
beforeAll(async () => {
  bundle = await bundled(join(import.meta.dirname, 'toy.entry.ts'))
})
afterAll(() => rmSync(bundle, { recursive: true, force: true }))
beforeEach(() => {
  home = new Home()
  toy = openToySystems(home.path)
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL')
    await child.ended
  }
  toy.ledger.close()
  await home.remove()
})

const registry = new OperationRegistry().add(toyOperation)
const mine = (leaseMs?: number) => home.engine(registry, { depsFor: async () => toy, leaseMs })

/** A process that runs the toy and waits in a step; resolves once it stands there. */
async function holding(point: string): Promise<Spawned> {
  const probes = join(home.path, 'probes')
  const child = spawnBundle(bundle, home.path, { REGIE_PHASE: 'run', REGIE_HOLD: point, REGIE_GO: join(home.path, 'go'), REGIE_PROBES: probes })
  children.push(child)
  await until(() => existsSync(probes) && readFileSync(probes, 'utf8').split('\n').includes(point))
  return child
}

describe('a second process on the same home', () => {
  it('is refused while the first lives, and takes over at once when it was killed', { timeout: 60_000 }, async () => {
    const child = await holding('book:inserted')
    const { engine, store, audit } = mine()
    const [run] = engine.list().runs
    const runId = run?.runId ?? ''
    expect(run?.state).toBe('running')
    const plan = await engine.plan('test.toy', { numbers: 5 }, 'bob')
    await expect(engine.start(plan.hash, 'bob')).rejects.toMatchObject({ code: 'LOCK_HELD', data: { runId, pid: child.process.pid } })
    await expect(engine.resume(runId, { actor: 'bob' })).rejects.toMatchObject({ code: 'RUN_NOT_RESUMABLE' })
    expect(await engine.recover()).toEqual([])

    child.process.kill('SIGKILL')
    await child.ended
    const killed = performance.now()
    expect(engine.get(runId).state).toBe('interrupted')
    expect(await engine.recover()).toHaveLength(1)
    expect(await engine.wait(runId)).toMatchObject({ state: 'succeeded', result: { amount: 5050 } })
    expect(performance.now() - killed).toBeLessThan(10_000)
    expect(toy.ledger.prepare('SELECT amount FROM booked').pluck().all()).toEqual([5050])
    await expectInvariants(runId, { engine, store, audit })
  })

  it('takes a paused one over after its lease, and that one, awake again, writes nothing', { timeout: 60_000 }, async () => {
    const child = await holding('odd:read')
    const { engine, store, audit } = mine(1_500)
    await pause(child, store)
    const runId = engine.list().runs[0]?.runId ?? ''
    expect(engine.get(runId).state).toBe('running')
    await until(() => engine.get(runId).state === 'interrupted')
    await engine.resume(runId, { actor: 'bob' })
    const done = await engine.wait(runId)
    expect(done.state).toBe('succeeded')

    writeFileSync(join(home.path, 'go'), '')
    child.process.kill('SIGCONT')
    const ended = await child.ended
    // it sees what became of the run, and has added nothing
    expect(ended.stderr).toBe('')
    expect(JSON.parse(ended.stdout)).toMatchObject({ state: 'succeeded', booked: [5050] })
    expect(engine.get(runId)).toEqual(done)
    const fences = store.db.prepare<[], { fence: number }>('SELECT fence FROM journal ORDER BY id').all().map((row) => row.fence)
    expect(fences).toEqual(fences.toSorted((x, y) => x - y))
    expect(new Set(fences).size).toBe(2)
    await expectInvariants(runId, { engine, store, audit })
  })

  it('can cancel the first', { timeout: 60_000 }, async () => {
    const child = await holding('odd:read')
    const { engine } = mine()
    const run = engine.list().runs[0]
    await engine.cancel(run?.runId ?? '', { actor: 'bob' })
    writeFileSync(join(home.path, 'go'), '')
    expect((await engine.wait(run?.runId ?? '')).state).toBe('cancelled')
    expect((await child.ended).code).toBe(0)
  })
})

describe('a run that dies again and again', () => {
  it('is left interrupted after the third time in the same step, and can be resumed by hand', { timeout: 60_000 }, async () => {
    const die = { REGIE_KILL: 'book:inserted' }
    const deadly = { REGIE_KILL: 'step:publish:acted' }
    expect((await runBundle(bundle, home.path, { REGIE_PHASE: 'run', ...die })).signal).toBe('SIGKILL')
    for (let death = 1; death <= 3; death++) expect((await runBundle(bundle, home.path, { REGIE_PHASE: 'resume', ...deadly })).signal).toBe('SIGKILL')
    const left = await runBundle(bundle, home.path, { REGIE_PHASE: 'resume' })
    expect(JSON.parse(left.stdout)).toMatchObject({ state: 'interrupted', failure: { code: 'DIED_TOO_OFTEN', data: { stepId: 'publish', times: 3 } }, leases: 0 })
    const { engine, store, audit } = mine()
    expect(await engine.recover()).toEqual([])
    const runId = engine.list().runs[0]?.runId ?? ''
    await engine.resume(runId, { actor: 'bob' })
    expect((await engine.wait(runId)).state).toBe('succeeded')
    await expectInvariants(runId, { engine, store, audit })
    expect(journalOf(store, audit).entries(runId).filter((entry) => entry.kind === 'run.resumed')).toHaveLength(4)
  })

  it('stays cancelled when it died before it could say so', { timeout: 60_000 }, async () => {
    const child = await holding('odd:read')
    const { engine, store } = mine()
    const runId = engine.list().runs[0]?.runId ?? ''
    await pause(child, store)
    await engine.cancel(runId, { actor: 'bob' })
    child.process.kill('SIGKILL')
    await child.ended
    await engine.recover()
    expect(engine.get(runId)).toMatchObject({ state: 'cancelled', failure: { code: 'CANCELLED' } })
  })
})

/** Stops a process where it holds no lock of SQLite's: in the middle of a commit it would block every other writer. */
async function pause(child: Spawned, store: Store): Promise<void> {
  for (;;) {
    child.process.kill('SIGSTOP')
    store.db.pragma('busy_timeout = 50')
    try {
      store.transaction(() => null)
      return
    } catch {
      child.process.kill('SIGCONT')
      await new Promise((resolve) => setTimeout(resolve, 30))
    } finally {
      store.db.pragma('busy_timeout = 5000')
    }
  }
}

async function until(met: () => boolean): Promise<void> {
  const patience = performance.now() + 20_000
  while (!met()) {
    if (performance.now() > patience) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
