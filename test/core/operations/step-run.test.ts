import { afterEach, describe, expect, it } from 'vitest'
import type { Evidence } from '#core/operations/types.ts'
import { newHolder } from '#core/operations/liveness.ts'
import { deferred, disproven, Home, proven, runToy, toy, type ToyStep } from './support.ts'

let home = new Home()
afterEach(async () => {
  await home.remove()
  home = new Home()
})

const unproven: readonly Evidence[] = [{ what: 'The effect is there', state: 'not-proven', readFrom: 'test', missing: 'no access' }]

/** Runs one step in a process that dies right after the act, before its journal, and resumes it in another. */
async function dieAfterAct(step: Partial<ToyStep>): Promise<{ acts: number; run: Awaited<ReturnType<typeof runToy>> }> {
  let acts = 0
  const registry = toy([{ id: 'a', act: async () => ++acts, ...step }, { id: 'b', needs: ['a'], act: async ({ output }) => output('a') }])
  const died = deferred()
  const tidy = deferred()
  let dead = false
  const holder = newHolder()
  const first = home.engine(registry, {
    holder,
    probe: async (name) => {
      if (name === 'step:a:acted') {
        dead = true
        died.resolve()
      }
      if (!dead) return
      await tidy.promise
      throw new Error('dead')
    },
  })
  const started = await first.engine.start((await first.engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
  await died.promise
  first.store.db.close()
  const second = home.engine(registry, { processes: { look: (other) => (other.token === holder.token ? 'gone' : 'here') } })
  await second.engine.recover()
  const run = await second.engine.wait(started.runId)
  tidy.resolve()
  return { acts, run }
}

describe('a step that was interrupted between act and journal', () => {
  it('is acted again when that is safe', async () => {
    const { acts, run } = await dieAfterAct({ again: 'safe' })
    expect(acts).toBe(2)
    expect(run).toMatchObject({ state: 'succeeded', steps: [{ output: 2, attempt: 2 }, { output: 2 }] })
  })

  it('is finished with the output read back, when its effect is there', async () => {
    const { acts, run } = await dieAfterAct({ again: 'confirm', recall: async () => 'read back' })
    expect(acts).toBe(1)
    expect(run).toMatchObject({ state: 'succeeded', steps: [{ output: 'read back', attempt: 1, evidence: proven }, { output: 'read back' }] })
  })

  it('has null as output when it says no way to read it back', async () => {
    const { acts, run } = await dieAfterAct({ again: 'confirm' })
    expect(acts).toBe(1)
    expect(run).toMatchObject({ state: 'succeeded', steps: [{ output: null }, { output: null }] })
  })

  it('is acted again when its effect is not there', async () => {
    const { acts, run } = await dieAfterAct({ again: 'confirm', recall: async () => null, confirm: async (_, output) => (output === null ? disproven : proven) })
    expect(acts).toBe(2)
    expect(run).toMatchObject({ state: 'succeeded', steps: [{ output: 2 }, {}] })
  })

  it.each([['nothing can be proven', unproven], ['there is no evidence', []]])('is left alone when %s: it may be there', async (_, evidence) => {
    const { acts, run } = await dieAfterAct({ again: 'confirm', confirm: async () => evidence })
    expect(acts).toBe(1)
    expect(run).toMatchObject({ state: 'failed', failure: { code: 'EFFECT_UNKNOWN' } })
  })
})

describe('a finished step that must not act twice', () => {
  it('is not done again because reading it back failed for a moment', async () => {
    let acts = 0
    let reachable = true
    let fails = true
    const { engine } = home.engine(
      toy([
        { id: 'a', again: 'confirm', act: async () => ++acts, confirm: async () => { if (!reachable) throw new Error('no connection'); return proven } },
        { id: 'b', needs: ['a'], act: async () => { if (fails) throw new Error('b'); return 1 } },
      ]),
    )
    const failed = await runToy(engine)
    reachable = false
    await engine.resume(failed.runId, { actor: 'anna' })
    expect(await engine.wait(failed.runId)).toMatchObject({ state: 'failed', steps: [{ state: 'failed', failure: { what: 'no connection' } }, {}] })
    reachable = true
    fails = false
    await engine.resume(failed.runId, { actor: 'anna' })
    expect(await engine.wait(failed.runId)).toMatchObject({ state: 'succeeded', steps: [{ output: 1 }, {}] })
    expect(acts).toBe(1)
  })
})

describe('waiting for a run', () => {
  it('ends when the signal aborts, and the run goes on', async () => {
    const hold = deferred()
    const { engine } = home.engine(toy([{ id: 'a', act: async () => { await hold.promise; return 1 } }]))
    const run = await engine.start((await engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
    const stop = new AbortController()
    const waiting = engine.wait(run.runId, stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(engine.rerun(run.runId, 'a', 'anna')).rejects.toMatchObject({ code: 'RUN_NOT_RESUMABLE' })
    hold.resolve()
    expect((await engine.wait(run.runId)).state).toBe('succeeded')
  })
})
