import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { RegieError } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import type { Engine } from '#core/operations/engine.ts'
import { newHolder } from '#core/operations/liveness.ts'
import { expectInvariants } from './invariants.ts'
import { Home, toy, type ToyStep } from './support.ts'

interface RandomStep {
  readonly needs: readonly number[]
  readonly again: 'safe' | 'confirm'
  readonly retry: boolean
  /** How often it fails, and whether its effect is there by then. */
  readonly failures: readonly ('before' | 'after')[]
  /** Turns of the event loop that it takes. */
  readonly turns: number
}
interface Scenario {
  readonly steps: readonly RandomStep[]
  /** Journal writes, counted over all processes, at which the process dies, and when exactly. */
  readonly crashes: ReadonlyMap<number, 'before' | 'open' | 'after'>
  readonly cancels: ReadonlySet<number>
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  steps: fc.array(
    fc.record({
      needs: fc.uniqueArray(fc.nat(5), { maxLength: 3 }),
      again: fc.constantFrom('safe' as const, 'confirm' as const),
      retry: fc.boolean(),
      failures: fc.array(fc.constantFrom('before' as const, 'after' as const), { maxLength: 2 }),
      turns: fc.nat(4),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  crashes: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom('before' as const, 'open' as const, 'after' as const)), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  cancels: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 2 }).map((numbers) => new Set(numbers)),
})

/** The outside: what the steps change. It outlives every process. */
class World {
  readonly effects = new Map<string, number>()
  writes = 0
  readonly #failed = new Map<string, number>()
  readonly #spec: Scenario
  /** The process that works now; a dead one hangs until the end and then throws. */
  process = new Process()

  constructor(spec: Scenario) {
    this.#spec = spec
  }

  steps(): ToyStep[] {
    return this.#spec.steps.map((step, index) => {
      const id = `s${index}`
      const needs = step.needs.filter((need) => need < index).map((need) => `s${need}`)
      return {
        id,
        needs,
        again: step.again,
        retry: step.retry ? { attempts: 3, baseMs: 0 } : undefined,
        act: async ({ signal }) => {
          const { process } = this
          for (let turn = 0; turn < step.turns; turn++) {
            await new Promise((resolve) => setImmediate(resolve))
            await process.alive()
            signal.throwIfAborted()
          }
          for (const need of needs) expect(this.effects.get(need), `${id} acts before ${need}`).toBeGreaterThan(0)
          const failed = this.#failed.get(id) ?? 0
          const failure = step.failures[failed]
          if (failure) this.#failed.set(id, failed + 1)
          if (failure === 'before') throw new RegieError({ code: 'RANDOM', what: 'Random.', retry: 'later' })
          this.effects.set(id, step.again === 'safe' ? 1 : (this.effects.get(id) ?? 0) + 1)
          if (failure === 'after') throw new RegieError({ code: 'RANDOM', what: 'Random.', retry: 'later' })
          return id
        },
        recall: async () => (this.effects.has(id) ? id : null),
        confirm: async (_, output: Json) => {
          await this.process.alive()
          return [{ what: 'effect', state: this.effects.has(id) && output === id ? 'proven' : 'disproven', readFrom: 'world' }]
        },
      }
    })
  }

  /** Counts journal writes, and kills or cancels where the scenario says. */
  probe(process: Process, cancel: () => void) {
    return (name: string): void | Promise<void> => {
      const when = /^journal:\d+:(before|open)$/.exec(name)?.[1] ?? (/^journal:\d+$/.test(name) ? 'after' : null)
      if (when !== null && !process.dead) {
        if (when === 'before') this.writes++
        if (this.#spec.crashes.get(this.writes) === when) process.die()
        else if (when === 'after' && this.#spec.cancels.has(this.writes)) cancel()
      }
      // `open` is asked inside a transaction, where nothing can be awaited
      if (when !== 'open') return process.alive()
      if (process.dead) throw new Error('dead')
    }
  }
}

class Process {
  readonly holder = newHolder()
  readonly died = settleable()
  readonly #released = settleable()
  dead = false

  die(): void {
    this.dead = true
    this.died.resolve()
  }

  /** Goes on while the process lives; hangs once it is dead, until the test tidies up. */
  async alive(): Promise<void> {
    if (!this.dead) return
    await this.#released.promise
    throw new Error('dead')
  }

  release(): void {
    this.#released.resolve()
  }
}

function settleable(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void
  const promise = new Promise<void>((yes) => (resolve = yes))
  return { promise, resolve }
}

async function live(spec: Scenario): Promise<void> {
  const home = new Home()
  const world = new World(spec)
  const gone = new Set<string>()
  const processes: Process[] = []
  let runId: string | null = null

  const boot = () => {
    const process = new Process()
    processes.push(process)
    world.process = process
    let engine: Engine | null = null
    const probe = world.probe(process, () => {
      if (runId !== null) void engine?.cancel(runId, { actor: 'bob' }).catch(() => {})
    })
    const parts = home.engine(toy(world.steps()), { probe, holder: process.holder, processes: { look: (holder) => (gone.has(holder.token) ? 'gone' : 'here') }, sleep: async () => {}, random: () => 0 })
    engine = parts.engine
    return { process, ...parts }
  }

  try {
    let now = boot()
    for (let round = 0; ; round++) {
      expect(round, 'rounds').toBeLessThan(60)
      const outcome = await Promise.race([now.process.died.promise.then(() => 'died' as const), drive(now.engine, runId).then((id) => ((runId = id), 'rest' as const))])
      if (outcome === 'died') {
        now.store.db.close()
        gone.add(now.process.holder.token)
        now = boot()
        runId = now.engine.list().runs[0]?.runId ?? null
        continue
      }
      await expectInvariants(runId ?? '', now)
      if (now.engine.get(runId ?? '').state === 'succeeded') break
    }
    for (const [index, step] of spec.steps.entries()) {
      if (step.again === 'confirm') expect(world.effects.get(`s${index}`), `effect of s${index}`).toBe(1)
    }
    expect(now.engine.list().total).toBe(1)
  } finally {
    for (const process of processes) process.release()
    await new Promise((resolve) => setImmediate(resolve))
    await home.remove()
  }
}

/** Brings the run to rest: starts it, or goes on by itself, or as an operator would. */
async function drive(engine: Engine, runId: string | null): Promise<string> {
  if (runId === null) {
    const run = await engine.start((await engine.plan('toy', { name: 'one' }, 'anna')).hash, 'anna')
    return (await engine.wait(run.runId)).runId
  }
  await engine.recover()
  const { state } = engine.get(runId)
  if (state !== 'running' && state !== 'succeeded') await engine.resume(runId, { actor: 'anna' })
  return (await engine.wait(runId)).runId
}

it('random graphs with random failures, cancels and crashes end whole, nothing doubled', { timeout: 300_000 }, async () => {
  await fc.assert(fc.asyncProperty(scenario, live), { numRuns: 80 })
})
