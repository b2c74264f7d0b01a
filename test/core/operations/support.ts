import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { AuditLog } from '#core/audit/audit-log.ts'
import { systemClock, type Clock } from '#core/base/clock.ts'
import type { Json } from '#core/base/json.ts'
import { Engine, type EngineParts } from '#core/operations/engine.ts'
import { OperationRegistry } from '#core/operations/registry.ts'
import { operation, type Evidence, type Guard, type PlanDraft, type Step, type StepContext } from '#core/operations/types.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore, type Store } from '#core/store/store.ts'

/** A temporary home that several engines may share, each over its own connection, as processes do. */
export class Home {
  readonly path = mkdtempSync(join(tmpdir(), 'regie-operations-'))
  readonly #open: { engine: Engine; store: Store }[] = []

  engine(registry: OperationRegistry, parts: Partial<EngineParts> = {}): { engine: Engine; store: Store; audit: AuditLog } {
    const clock = parts.clock ?? systemClock
    const store = parts.store ?? openStore(join(this.path, 'state.sqlite'), { clock, migrations })
    const audit = parts.audit ?? new AuditLog(store, clock)
    const engine = new Engine({ depsFor: async () => ({}), classOf: () => 'sandbox', registry, ...parts, store, audit, clock })
    this.#open.push({ engine, store })
    return { engine, store, audit }
  }

  async remove(): Promise<void> {
    for (const { engine, store } of this.#open) {
      if (store.db.open) await engine.close()
      store.close()
    }
    rmSync(this.path, { recursive: true, force: true })
  }
}

export type ToyStep = Pick<Step<ToyInput, unknown>, 'id'> & Partial<Step<ToyInput, unknown>>
export interface ToyInput { readonly name: string }

export const proven: readonly Evidence[] = [{ what: 'The effect is there', state: 'proven', readFrom: 'test' }]
export const disproven: readonly Evidence[] = [{ what: 'The effect is there', state: 'disproven', readFrom: 'test', expected: 1, found: 0 }]

export interface ToyParts {
  readonly version?: number
  readonly observe?: () => Promise<Json> | Json
  readonly guards?: readonly Guard<ToyInput, unknown>[]
  readonly locks?: readonly string[]
  readonly draft?: Partial<PlanDraft>
  readonly prove?: (outputs: ReadonlyMap<string, Json>) => { readonly [key: string]: Json }
  readonly undo?: (outputs: ReadonlyMap<string, Json>) => { operation: string; input: Json } | null
}

/** A registry with one operation, `toy`, of the given steps; what a step doesn't say is harmless. */
export function toy(steps: readonly ToyStep[], parts: ToyParts = {}): OperationRegistry {
  return new OperationRegistry().add(
    operation<ToyInput, Json, unknown>({
      id: 'toy',
      version: parts.version ?? 1,
      capability: 'pipelines.run',
      input: z.object({ name: z.string() }),
      environment: () => 'sandbox',
      locks: () => parts.locks ?? ['sandbox/toy'],
      observe: async () => (await parts.observe?.()) ?? {},
      plan: ({ name }) => ({ title: `Toy ${name}`, steps: full(steps), wayBack: 'none needed', ...parts.draft }),
      guards: parts.guards ?? [],
      steps: () => full(steps),
      prove: (outputs) => parts.prove?.(outputs) ?? { steps: outputs.size },
      undo: (outputs) => parts.undo?.(outputs) ?? null,
    }),
  )
}

function full(steps: readonly ToyStep[]): Step<ToyInput, unknown>[] {
  return steps.map((step) => ({
    title: `Step ${step.id}`,
    where: 'test',
    needs: [],
    effect: 'none',
    again: 'safe',
    act: async () => null,
    confirm: async () => proven,
    ...step,
  }))
}

/** Runs `toy` from plan to end. */
export async function runToy(engine: Engine, name = 'one') {
  const plan = await engine.plan('toy', { name }, 'anna')
  const run = await engine.start(plan.hash, 'anna')
  return await engine.wait(run.runId)
}

export type Context = StepContext<ToyInput, unknown>

/** Settles from outside. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

/** Resolves when the signal aborts, rejecting as a driver does. */
export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })

/** A clock whose hands the test moves. */
export function handClock(start = Date.UTC(2026, 10, 21, 10, 58, 14)): Clock & { wall: number; mono: number } {
  return {
    wall: start,
    mono: 0,
    now() {
      return this.wall
    },
    monotonic() {
      return this.mono
    },
  }
}
