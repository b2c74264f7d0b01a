import { afterEach, describe, expect, it } from 'vitest'
import { RegieError } from '#core/base/errors.ts'
import { OperationRegistry } from '#core/operations/registry.ts'
import type { RunDetail } from '#core/operations/types.ts'
import { deferred, disproven, handClock, Home, proven, runToy, toy, untilAborted } from './support.ts'

let home = new Home()
afterEach(async () => {
  await home.remove()
  home = new Home()
})

const states = (run: RunDetail): Record<string, string> => Object.fromEntries(run.steps.map((step) => [step.id, step.state]))
const tired = (retry: 'safe' | 'later' | 'never' = 'later') => new RegieError({ code: 'TIRED', what: 'Tired.', retry })

describe('a run', () => {
  it('goes from plan to end, handing outputs on', async () => {
    const { engine, audit } = home.engine(
      toy([
        { id: 'a', act: async () => ({ rows: 3 }) },
        { id: 'b', needs: ['a'], act: async (context) => context.output<{ rows: number }>('a').rows + 1 },
      ], { prove: (outputs) => ({ b: outputs.get('b') ?? null }), undo: () => ({ operation: 'toy.back', input: { to: 1 } }) }),
    )
    const run = await runToy(engine)
    expect(run).toMatchObject({ state: 'succeeded', number: 1, result: { b: 4 }, undo: { operation: 'toy.back', input: { to: 1 } }, failure: null, actor: 'anna' })
    expect(run.runId).toMatch(/^\d{8}_\d{6}_[a-z0-9]{4}$/)
    expect(run.steps.map((step) => [step.id, step.state, step.output, step.attempt])).toEqual([['a', 'succeeded', { rows: 3 }, 1], ['b', 'succeeded', 4, 1]])
    expect(run.steps[0]?.evidence).toEqual(proven)
    expect(await audit.verify({})).toMatchObject({ ok: true })
  })

  it('leaves one audit entry per transition, each naming the plan', async () => {
    const { engine, store } = home.engine(toy([{ id: 'a' }]))
    const run = await runToy(engine)
    const entries = store.db.prepare<[], { canonical: string }>('SELECT canonical FROM audit_entries ORDER BY seq').all().map((row) => JSON.parse(row.canonical) as { kind: string; summary: string; body: { planHash: string } })
    expect(entries.map((entry) => entry.kind)).toEqual(['run.planned', 'run.started', 'step.started', 'step.acted', 'step.finished', 'run.ended'])
    expect(new Set(entries.map((entry) => entry.body.planHash))).toEqual(new Set([run.planHash]))
    expect(entries.map((entry) => entry.summary)).toContain('Run 1, Step a: finished and proven.')
  })

  it('runs steps side by side where needs allow, and a step only after all its needs', async () => {
    const both = [deferred(), deferred()]
    const meet = (mine: 0 | 1) => async () => {
      both[mine]?.resolve()
      await Promise.all(both.map((one) => one.promise))
      return null
    }
    const order: string[] = []
    const { engine } = home.engine(toy([{ id: 'left', act: meet(0) }, { id: 'right', act: meet(1) }, { id: 'last', needs: ['left', 'right'], act: async () => order.push('last') }]))
    expect((await runToy(engine)).state).toBe('succeeded')
    expect(order).toEqual(['last'])
  })

  it('fails a step whose effect, read back, is not there, and runs nothing after it', async () => {
    const { engine } = home.engine(toy([{ id: 'a', confirm: async () => disproven }, { id: 'b', needs: ['a'] }]))
    const run = await runToy(engine)
    expect(run).toMatchObject({ state: 'failed', failure: { code: 'POSTCONDITION_FAILED' }, result: null })
    expect(states(run)).toEqual({ a: 'failed', b: 'skipped' })
    expect(run.steps[0]?.evidence).toEqual(disproven)
  })

  it('calls what could not be proven a warning, never passed', async () => {
    const { engine } = home.engine(toy([{ id: 'a', confirm: async () => [...proven, { what: 'Server version', state: 'not-proven', readFrom: 'nowhere', missing: 'no server' }] }]))
    const run = await runToy(engine)
    expect(run.state).toBe('succeeded')
    expect(run.steps[0]).toMatchObject({ state: 'warning', evidence: [{ state: 'proven' }, { state: 'not-proven' }] })
  })

  it('fails when its proof cannot be made', async () => {
    const { engine } = home.engine(toy([{ id: 'a' }], { prove: () => { throw tired() } }))
    expect(await runToy(engine)).toMatchObject({ state: 'failed', failure: { code: 'TIRED' } })
  })

  it('survives outputs and failures that JSON cannot carry', async () => {
    const { engine } = home.engine(
      toy([
        { id: 'a', act: async () => ({ big: 2n ** 60n, gone: undefined, cut: '\ud800' }) as unknown as null },
        { id: 'b', needs: ['a'], act: async () => { throw new RegieError({ code: 'ODD', what: 'cut \udc00', data: { self: globalThis } }) } },
      ]),
    )
    const run = await runToy(engine)
    expect(run).toMatchObject({ state: 'failed', failure: { code: 'ODD', what: 'cut \ufffd' } })
    expect(run.steps[0]?.output).toEqual({ big: String(2n ** 60n), cut: '\ufffd' })
  })
})

describe('a failing step', () => {
  it('aborts what runs beside it, waits for it, and records each', async () => {
    const began = deferred()
    let settled = false
    const { engine, store } = home.engine(
      toy([
        { id: 'slow', act: async ({ signal }) => { began.resolve(); try { return await untilAborted(signal) } finally { settled = true } } },
        { id: 'bad', act: async () => { await began.promise; throw tired() } },
        { id: 'after', needs: ['slow'] },
      ]),
    )
    const run = await runToy(engine)
    expect(settled).toBe(true)
    expect(run).toMatchObject({ state: 'failed', failure: { code: 'TIRED' } })
    expect(states(run)).toEqual({ slow: 'cancelled', bad: 'failed', after: 'skipped' })
    expect(store.db.prepare('SELECT count(*) FROM locks').pluck().get()).toBe(0)
  })

  it('is tried again with full jitter, as often as it says', async () => {
    const slept: number[] = []
    let tries = 0
    const { engine } = home.engine(toy([{ id: 'a', retry: { attempts: 4, baseMs: 100 }, act: async () => { if (++tries < 4) throw tired(); return tries } }]), {
      random: () => 0.5,
      sleep: async (ms) => void slept.push(ms),
    })
    const run = await runToy(engine)
    expect(run.steps[0]).toMatchObject({ state: 'succeeded', attempt: 4, output: 4 })
    expect(slept).toEqual([50, 100, 200])
  })

  it.each([
    ['its attempts are used up', { retry: { attempts: 2, baseMs: 1 } }, 'later', 2],
    ['the error says never', { retry: { attempts: 5, baseMs: 1 } }, 'never', 1],
    ['it must not act twice', { again: 'confirm', retry: { attempts: 5, baseMs: 1 } }, 'later', 1],
    ['it declares no retry', {}, 'later', 1],
  ] as const)('is not tried again when %s', async (_, step, retry, expected) => {
    let tries = 0
    const { engine } = home.engine(toy([{ id: 'a', ...step, act: async () => { tries++; throw tired(retry) } }]))
    expect((await runToy(engine)).state).toBe('failed')
    expect(tries).toBe(expected)
  })

  it('can be cancelled while it waits for its next attempt', async () => {
    const waiting = deferred()
    const { engine } = home.engine(toy([{ id: 'a', retry: { attempts: 9, baseMs: 1_000 }, act: async () => { throw tired() } }]), {
      random: () => 0.99,
      sleep: async (_, signal) => { waiting.resolve(); await untilAborted(signal ?? AbortSignal.abort()) },
    })
    const started = await engine.start((await engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
    await waiting.promise
    await engine.cancel(started.runId, { actor: 'anna' })
    expect(await engine.wait(started.runId)).toMatchObject({ state: 'cancelled', steps: [{ state: 'cancelled', attempt: 1 }] })
  })
})

describe('a gate', () => {
  it('that says stop ends the run as stopped, and the act goes no further', async () => {
    let published = false
    const { engine } = home.engine(
      toy([
        { id: 'gate', act: async ({ gate }) => {
          gate({ gate: 'a', title: 'Rows', verdict: 'passed', value: 7 })
          gate({ gate: 'b', title: 'Rejects', verdict: 'stop', value: 12, stopAt: 10, unit: '%' })
          published = true
          return null
        } },
        { id: 'publish', needs: ['gate'] },
      ]),
    )
    const run = await runToy(engine)
    expect(run).toMatchObject({ state: 'stopped', failure: { code: 'GATE_STOPPED', what: 'Gate Rejects stopped the run: 12% (stop at 10%).' } })
    expect(states(run)).toEqual({ gate: 'stopped', publish: 'skipped' })
    expect(run.steps[0]?.gates.map((gate) => gate.verdict)).toEqual(['passed', 'stop'])
    expect(published).toBe(false)
  })

  it('stops the run even when the act swallows it', async () => {
    const { engine } = home.engine(toy([{ id: 'a', act: async ({ gate }) => { try { gate({ gate: 'g', title: 'G', verdict: 'stop', value: null }) } catch { /* swallowed */ } return 1 } }]))
    expect((await runToy(engine)).state).toBe('stopped')
  })

  it('that warns marks the step', async () => {
    const { engine } = home.engine(toy([{ id: 'a', act: async ({ gate }) => { gate({ gate: 'g', title: 'G', verdict: 'warning', value: 6 }); return 1 } }]))
    expect(await runToy(engine)).toMatchObject({ state: 'succeeded', steps: [{ state: 'warning' }] })
  })

  it('is judged anew on resume', async () => {
    let value = 12
    const { engine } = home.engine(toy([{ id: 'a', act: async ({ gate }) => { gate({ gate: 'g', title: 'G', verdict: value > 10 ? 'stop' : 'passed', value }); return value } }]))
    const stopped = await runToy(engine)
    value = 3
    await engine.resume(stopped.runId, { actor: 'anna', sequence: stopped.sequence })
    expect(await engine.wait(stopped.runId)).toMatchObject({ state: 'succeeded', steps: [{ state: 'succeeded', gates: [{ value: 3 }] }] })
  })
})

describe('what may not start', () => {
  it('a plan whose observed state has changed', async () => {
    let rows = 1
    let acted = false
    const { engine, store } = home.engine(toy([{ id: 'a', act: async () => { acted = true; return null } }], { observe: () => ({ rows, version: 2 }) }))
    const plan = await engine.plan('toy', { name: 'one' }, 'anna')
    rows = 2
    await expect(engine.start(plan.hash, 'anna')).rejects.toMatchObject({ code: 'PLAN_STALE', data: { changed: ['rows'] } })
    expect(acted).toBe(false)
    expect(engine.list().total).toBe(0)
    expect(store.db.prepare('SELECT count(*) FROM leases').pluck().get()).toBe(0)
    expect(lastAudit(store)).toMatchObject({ kind: 'run.refused', body: { planHash: plan.hash, refusal: { code: 'PLAN_STALE' } } })
    rows = 1
    await engine.wait((await engine.start(plan.hash, 'anna')).runId)
    expect(acted).toBe(true)
  })

  it('what a guard refuses, at plan time or later', async () => {
    let locked = true
    const refusal = new RegieError({ code: 'NOT_TODAY', what: 'Not on a Friday.', next: 'Wait for Monday.' })
    const { engine, store } = home.engine(toy([{ id: 'a' }], { guards: [(_, __, { actor, environmentClass }) => (locked && actor === 'bob' && environmentClass === 'sandbox' ? refusal : null)] }))
    const refused = await engine.plan('toy', { name: 'one' }, 'bob')
    expect(refused.refuse).toMatchObject({ code: 'NOT_TODAY' })
    expect(lastAudit(store).kind).toBe('run.refused')
    await expect(engine.start(refused.hash, 'bob')).rejects.toMatchObject({ code: 'GUARD_REFUSED', what: 'Not on a Friday.', next: 'Wait for Monday.', data: { refusedBy: 'NOT_TODAY' } })
    const allowed = await engine.plan('toy', { name: 'one' }, 'anna')
    await expect(engine.start(allowed.hash, 'bob')).rejects.toMatchObject({ code: 'GUARD_REFUSED' })
    locked = false
    await expect(engine.start(refused.hash, 'bob')).rejects.toMatchObject({ code: 'GUARD_REFUSED' })
    expect(await runToy(engine)).toMatchObject({ state: 'succeeded' })
  })

  it('what the plan itself refuses, what is unknown, and what is not valid', async () => {
    const { engine } = home.engine(toy([{ id: 'a' }], { draft: { refuse: new RegieError({ code: 'NO_ROOM', what: 'No room.' }) } }))
    const plan = await engine.plan('toy', { name: 'one' }, 'anna')
    await expect(engine.start(plan.hash, 'anna')).rejects.toMatchObject({ code: 'GUARD_REFUSED', data: { refusedBy: 'NO_ROOM' } })
    await expect(engine.start('0'.repeat(64), 'anna')).rejects.toMatchObject({ code: 'PLAN_UNKNOWN' })
    await expect(engine.plan('nothing', {}, 'anna')).rejects.toMatchObject({ code: 'OPERATION_UNKNOWN' })
    await expect(engine.plan('toy', { name: 3 }, 'anna')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(() => engine.get('20260101_000000_aaaa')).toThrow(expect.objectContaining({ code: 'RUN_UNKNOWN' }))
  })

  it.each([
    ['an unknown need', [{ id: 'a', needs: ['b'] }]],
    ['a circle', [{ id: 'a', needs: ['b'] }, { id: 'b', needs: ['a'] }]],
    ['one id twice', [{ id: 'a' }, { id: 'a' }]],
  ])('a graph with %s', async (_, steps) => {
    const { engine } = home.engine(toy(steps))
    await expect(engine.plan('toy', { name: 'one' }, 'anna')).rejects.toMatchObject({ code: 'STEPS_DIFFER' })
  })

  it('a second run on the same resource, while one on another may', async () => {
    const hold = deferred()
    const began = deferred()
    const registry = toy([{ id: 'a', act: async () => { began.resolve(); await hold.promise; return null } }])
    const { engine, store } = home.engine(registry)
    const plan = await engine.plan('toy', { name: 'one' }, 'anna')
    const first = await engine.start(plan.hash, 'anna')
    await began.promise
    const other = home.engine(registry).engine
    for (const second of [engine, other]) {
      await expect(second.start(plan.hash, 'anna')).rejects.toMatchObject({ code: 'LOCK_HELD', data: { runId: first.runId, resource: 'sandbox/toy', pid: process.pid } })
    }
    expect(lastAudit(store)).toMatchObject({ kind: 'run.refused', body: { refusal: { code: 'LOCK_HELD' } } })
    const free = home.engine(toy([{ id: 'a' }], { locks: ['sandbox/free'] })).engine
    expect((await runToy(free, 'two')).state).toBe('succeeded')
    hold.resolve()
    expect((await other.wait(first.runId)).state).toBe('succeeded')
  })
})

describe('cancel', () => {
  it.each(['a', 'b', 'c', 'd'])('in step %s leaves nothing locked and can be resumed', async (at) => {
    const reached = deferred()
    let held = true
    const acted: string[] = []
    const step = (id: string, needs: string[]) => ({
      id,
      needs,
      act: async ({ signal }: { signal: AbortSignal }) => {
        acted.push(id)
        if (held && id === at) {
          reached.resolve()
          await untilAborted(signal)
        }
        return id
      },
    })
    const { engine, store } = home.engine(toy([step('a', []), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'])]))
    const run = await engine.start((await engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
    await reached.promise
    await engine.cancel(run.runId, { actor: 'bob' })
    const ended = await engine.wait(run.runId)
    expect(ended).toMatchObject({ state: 'cancelled', failure: { code: 'CANCELLED' } })
    expect(states(ended)[at]).toBe('cancelled')
    expect(store.db.prepare('SELECT (SELECT count(*) FROM locks) + (SELECT count(*) FROM leases)').pluck().get()).toBe(0)
    await expect(engine.cancel(run.runId, { actor: 'bob' })).rejects.toMatchObject({ code: 'RUN_OVER' })
    held = false
    await engine.resume(run.runId, { actor: 'bob' })
    const again = await engine.wait(run.runId)
    expect(again.state).toBe('succeeded')
    expect(again.steps.map((one) => one.output)).toEqual(['a', 'b', 'c', 'd'])
    expect(acted.filter((id) => id !== at).toSorted()).toEqual(['a', 'b', 'c', 'd'].filter((id) => id !== at))
  })

  it('reaches a run of another process', async () => {
    const began = deferred()
    const registry = toy([{ id: 'a', act: async ({ signal }) => { began.resolve(); return await untilAborted(signal) } }])
    const { engine } = home.engine(registry)
    const other = home.engine(registry).engine
    const run = await engine.start((await engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
    await began.promise
    const asked = performance.now()
    await other.cancel(run.runId, { actor: 'bob' })
    expect((await other.wait(run.runId)).state).toBe('cancelled')
    expect(performance.now() - asked).toBeLessThan(5_000)
  })

  it('refuses a caller who saw an older state', async () => {
    const began = deferred()
    const { engine } = home.engine(toy([{ id: 'a', act: async ({ signal }) => { began.resolve(); return await untilAborted(signal) } }]))
    const run = await engine.start((await engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
    await began.promise
    const { sequence } = engine.get(run.runId)
    await expect(engine.cancel(run.runId, { actor: 'bob', sequence: sequence - 1 })).rejects.toMatchObject({ code: 'STALE_COMMAND', data: { seen: sequence - 1, now: sequence } })
    await engine.cancel(run.runId, { actor: 'bob', sequence })
    const { state, sequence: last } = await engine.wait(run.runId)
    expect(state).toBe('cancelled')
    await expect(engine.resume(run.runId, { actor: 'bob', sequence: last - 1 })).rejects.toMatchObject({ code: 'STALE_COMMAND' })
  })
})

describe('resume', () => {
  it('reads finished steps back, and does again what no longer holds with all downstream of it', async () => {
    const acted: string[] = []
    let fails = true
    let holds = true
    const step = (id: string, needs: string[]) => ({ id, needs, act: async () => { acted.push(id); if (id === 'd' && fails) throw tired(); return id } })
    const { engine } = home.engine(toy([{ ...step('a', []), confirm: async () => (holds ? proven : (holds = true, disproven)) }, step('b', ['a']), step('c', []), step('d', ['b', 'c'])]))
    const failed = await runToy(engine)
    expect(acted.splice(0)).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd']))
    await engine.resume(failed.runId, { actor: 'anna' })
    expect((await engine.wait(failed.runId)).state).toBe('failed')
    expect(acted.splice(0)).toEqual(['d'])
    fails = false
    holds = false
    await engine.resume(failed.runId, { actor: 'anna' })
    expect((await engine.wait(failed.runId)).state).toBe('succeeded')
    expect(acted.splice(0)).toEqual(['a', 'b', 'd'])
    await expect(engine.resume(failed.runId, { actor: 'anna' })).rejects.toMatchObject({ code: 'RUN_NOT_RESUMABLE' })
  })

  it('sums working time over interruptions by the monotonic clock, and keeps the attempts', async () => {
    const clock = handClock()
    let tries = 0
    const { engine } = home.engine(toy([{ id: 'a', act: async () => { clock.mono += 60_000; clock.wall -= 5_000; if (++tries === 1) throw tired(); return 1 } }]), { clock })
    const failed = await runToy(engine)
    expect(failed.durationMs).toBe(60_000)
    clock.mono += 1_000_000
    await engine.resume(failed.runId, { actor: 'anna' })
    expect(await engine.wait(failed.runId)).toMatchObject({ state: 'succeeded', durationMs: 120_000, steps: [{ attempt: 2 }] })
  })

  it('goes on by itself after a close, in a new process', async () => {
    const began = deferred()
    let held = true
    const registry = toy([{ id: 'a' }, { id: 'b', needs: ['a'], act: async ({ signal }) => { began.resolve(); if (held) await untilAborted(signal); return 'b' } }])
    const first = home.engine(registry)
    const run = await first.engine.start((await first.engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
    await began.promise
    await first.engine.close()
    expect(first.engine.get(run.runId)).toMatchObject({ state: 'interrupted', failure: { code: 'ENGINE_CLOSED' } })
    await expect(first.engine.start(run.planHash, 'anna')).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    held = false
    const second = home.engine(registry).engine
    expect(second.list({ states: ['interrupted'] }).total).toBe(1)
    expect((await second.recover()).map((one) => one.runId)).toEqual([run.runId])
    expect(await second.wait(run.runId)).toMatchObject({ state: 'succeeded', failure: null })
    expect(await second.recover()).toEqual([])
  })

  it('refuses when the program no longer carries the operation', async () => {
    const { engine } = home.engine(toy([{ id: 'a', act: async () => { throw tired() } }]))
    const run = await runToy(engine)
    const newer = home.engine(toy([{ id: 'a' }], { version: 2 })).engine
    await expect(newer.resume(run.runId, { actor: 'anna' })).rejects.toMatchObject({ code: 'OPERATION_UNKNOWN', data: { version: 1 } })
    const none = home.engine(new OperationRegistry()).engine
    expect(none.get(run.runId).title).toBe('Toy one')
  })
})

describe('a start under way', () => {
  it('is waited for by a close, which starts nothing and leaves nothing locked', async () => {
    const observing = deferred()
    const go = deferred()
    let starting = false
    const { engine, store } = home.engine(
      toy([{ id: 'a' }], { observe: async () => { if (starting) { observing.resolve(); await go.promise } return 1 } }),
    )
    const plan = await engine.plan('toy', { name: 'one' }, 'anna')
    starting = true
    const started = engine.start(plan.hash, 'anna')
    const refused = expect(started).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await observing.promise
    const closed = engine.close()
    go.resolve()
    await closed
    await refused
    expect(engine.list().total).toBe(0)
    expect(store.db.prepare('SELECT (SELECT count(*) FROM locks) + (SELECT count(*) FROM leases)').pluck().get()).toBe(0)
  })

  it('lets no other run change what a starting one observes', async () => {
    const observing = deferred()
    const go = deferred()
    let starting = false
    const registry = toy([{ id: 'a' }], { observe: async () => { if (starting) { starting = false; observing.resolve(); await go.promise } return 1 } })
    const first = home.engine(registry).engine
    const second = home.engine(registry).engine
    const plan = await first.plan('toy', { name: 'one' }, 'anna')
    starting = true
    const started = first.start(plan.hash, 'anna')
    await observing.promise
    await expect(second.start(plan.hash, 'bob')).rejects.toMatchObject({ code: 'LOCK_HELD' })
    go.resolve()
    expect((await first.wait((await started).runId)).state).toBe('succeeded')
  })
})

describe('re-run from a step', () => {
  it('is a new run that takes over what is not downstream, read back', async () => {
    const acted: string[] = []
    const confirmed: string[] = []
    const step = (id: string, needs: string[]) => ({ id, needs, act: async () => { acted.push(id); return id }, confirm: async () => (confirmed.push(id), proven) })
    const { engine } = home.engine(toy([step('a', []), step('b', ['a']), step('c', ['b']), step('x', ['a'])]))
    const parent = await runToy(engine)
    acted.splice(0)
    confirmed.splice(0)
    const run = await engine.rerun(parent.runId, 'b', 'bob')
    expect(await engine.wait(run.runId)).toMatchObject({ state: 'succeeded', parentRunId: parent.runId, number: 2, actor: 'bob' })
    expect(acted).toEqual(['b', 'c'])
    expect(confirmed.toSorted()).toEqual(['a', 'b', 'c', 'x'])
    expect(engine.get(parent.runId)).toEqual(parent)
    await expect(engine.rerun(parent.runId, 'nope', 'bob')).rejects.toMatchObject({ code: 'STEP_UNKNOWN' })
  })

  it('does again what was taken over but no longer holds', async () => {
    const acted: string[] = []
    let holds = true
    const { engine } = home.engine(toy([{ id: 'a', act: async () => { acted.push('a'); holds = true; return 1 }, confirm: async () => (holds ? proven : disproven) }, { id: 'b', needs: ['a'], act: async () => { acted.push('b'); return 2 } }]))
    const parent = await runToy(engine)
    acted.splice(0)
    holds = false
    const run = await engine.rerun(parent.runId, 'b', 'bob')
    expect((await engine.wait(run.runId)).state).toBe('succeeded')
    expect(acted).toEqual(['a', 'b'])
  })
})

describe('list', () => {
  it('filters by environment, operation, input and state, newest first', async () => {
    const { engine } = home.engine(toy([{ id: 'a', act: async ({ input }) => { if (input.name === 'bad') throw tired(); return 1 } }]))
    for (const name of ['one', 'bad', 'two', 'one']) await runToy(engine, name)
    expect(engine.list().runs.map((run) => run.number)).toEqual([4, 3, 2, 1])
    expect(engine.list({ input: { name: 'one' } }).total).toBe(2)
    expect(engine.list({ states: ['failed'] }).runs.map((run) => run.number)).toEqual([2])
    expect(engine.list({ before: 3, limit: 1 })).toMatchObject({ total: 4, runs: [{ number: 2 }] })
    expect(engine.list({ environment: 'production' }).total).toBe(0)
    expect(engine.list({ operation: 'toy', states: ['succeeded'] }).total).toBe(3)
  })
})

function lastAudit(store: { db: { prepare(sql: string): { pluck(): { get(): unknown } } } }): { kind: string; body: unknown } {
  return JSON.parse(store.db.prepare('SELECT canonical FROM audit_entries ORDER BY seq DESC LIMIT 1').pluck().get() as string) as { kind: string; body: unknown }
}
