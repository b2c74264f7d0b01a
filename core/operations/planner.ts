import type { AuditLog } from '#core/audit/audit-log.ts'
import type { Clock } from '#core/base/clock.ts'
import { iso } from '#core/base/clock.ts'
import type { RegieError } from '#core/base/errors.ts'
import { fromFailure, toFailure } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import type { Store } from '#core/store/store.ts'
import { GuardRefused, PlanStale, PlanUnknown, StepsDiffer } from './errors.ts'
import { differences, freezePlan, parseInput, plain } from './plan.ts'
import type { AnyOperation, OperationRegistry } from './registry.ts'
import type { AnyStep } from './step-run.ts'
import type { EnvironmentClass, Plan } from './types.ts'

export interface PlannerParts {
  readonly store: Store
  readonly audit: AuditLog
  readonly clock: Clock
  readonly registry: OperationRegistry
  readonly depsFor: (environment: string) => Promise<unknown>
  readonly classOf: (environment: string) => EnvironmentClass
  /** Asked before an operation's own guards, for every operation: the program's rule on who may change what. */
  readonly guard?: (plan: Plan, context: { readonly actor: string; readonly environmentClass: EnvironmentClass }) => RegieError | null
}

/** An operation with all that a run of it needs. */
export interface Ready {
  readonly operation: AnyOperation
  readonly plan: Plan
  readonly input: unknown
  readonly steps: readonly AnyStep[]
  readonly deps: unknown
}

/** Makes plans, keeps them, and decides whether one may still be run. Changes nothing but its own records. */
export class Planner {
  readonly #parts: PlannerParts

  constructor(parts: PlannerParts) {
    this.#parts = parts
  }

  /**
   * Observes, drafts, guards, saves and audits. A guard's refusal doesn't throw: it stands in the plan.
   * Throws OperationUnknown, InputInvalid, StepsDiffer, and what observing throws.
   */
  async plan(operationId: string, rawInput: unknown, actor: string, signal: AbortSignal): Promise<Plan> {
    const operation = this.#parts.registry.latest(operationId)
    const input = parseInput(operation, rawInput)
    const deps = await this.#parts.depsFor(operation.environment(input))
    const plan = await this.#draft(operation, input, deps, actor, signal)
    this.#save(plan, actor)
    return plan
  }

  /** Throws PlanUnknown. */
  saved(hash: string): Plan {
    const row = this.#parts.store.db.prepare<[string], { body: string }>('SELECT body FROM plans WHERE hash = ?').get(hash)
    if (!row) throw new PlanUnknown(hash)
    return JSON.parse(row.body) as Plan
  }

  /** Throws OperationUnknown, and GuardRefused (audited) when the plan itself says that it may not be run. */
  throwIfRefused(plan: Plan, actor: string): void {
    this.#parts.registry.get(plan.operation, plan.version)
    if (plan.refuse) throw this.refused(new GuardRefused(plan.refuse), plan, actor, null)
  }

  /** A saved plan, still true and allowed. Throws PlanStale or GuardRefused; both are audited. */
  async ready(plan: Plan, actor: string, signal: AbortSignal): Promise<Ready> {
    const operation = this.#parts.registry.get(plan.operation, plan.version)
    const input = parseInput(operation, plan.input)
    const deps = await this.#parts.depsFor(plan.environment)
    const now = await this.#draft(operation, input, deps, actor, signal)
    const changed = differences(plan.observed, now.observed)
    if (changed.length === 0 && now.refuse) throw this.refused(new GuardRefused(now.refuse), plan, actor, null)
    if (now.hash !== plan.hash) throw this.refused(new PlanStale(plan.hash, changed), plan, actor, null)
    return { operation, plan, input, deps, steps: this.#steps(operation, input, plan) }
  }

  /** An interrupted run's plan: its own effects have changed what it observed, so only the guards are asked again. */
  async again(plan: Plan, runId: string, actor: string, guarded: boolean): Promise<Ready> {
    const operation = this.#parts.registry.get(plan.operation, plan.version)
    const input = parseInput(operation, plan.input)
    const deps = await this.#parts.depsFor(plan.environment)
    const refusal = guarded ? await this.#guards(operation, input, plan, deps, actor) : null
    if (refusal) throw this.refused(new GuardRefused(toFailure(refusal), refusal), plan, actor, runId)
    return { operation, plan, input, deps, steps: this.#steps(operation, input, plan) }
  }

  /** Audits a refusal and hands it back to be thrown. */
  refused<Refusal extends RegieError>(refusal: Refusal, plan: Plan, actor: string, runId: string | null): Refusal {
    const body = plain({ planHash: plan.hash, operation: plan.operation, refusal: toFailure(refusal) }) as unknown as { readonly [key: string]: Json }
    this.#parts.audit.append({ actor, kind: 'run.refused', environment: plan.environment, runId, summary: `Refused: ${plan.title}: ${refusal.what}`, body })
    return refusal
  }

  async #draft(operation: AnyOperation, input: unknown, deps: unknown, actor: string, signal: AbortSignal): Promise<Plan> {
    const observed = plain(await operation.observe(input, deps, signal))
    const draft = operation.plan(input, observed)
    const plan = freezePlan(operation, input, observed, draft)
    this.#steps(operation, input, plan)
    if (plan.refuse) return plan
    const refusal = await this.#guards(operation, input, plan, deps, actor)
    return refusal ? freezePlan(operation, input, observed, draft, refusal) : plan
  }

  async #guards(operation: AnyOperation, input: unknown, plan: Plan, deps: unknown, actor: string): Promise<RegieError | null> {
    const environmentClass = this.#parts.classOf(plan.environment)
    const general = this.#parts.guard?.(plan, { actor, environmentClass }) ?? null
    if (general) return general
    for (const guard of operation.guards) {
      const refusal = await guard(input, plan, { deps, actor, environmentClass })
      if (refusal) return refusal
    }
    return null
  }

  #steps(operation: AnyOperation, input: unknown, plan: Plan): readonly AnyStep[] {
    const steps = operation.steps(input, plan)
    const planned = plan.steps.map((step) => step.id).toSorted()
    const real = steps.map((step) => step.id).toSorted()
    if (planned.join('\n') !== real.join('\n')) throw new StepsDiffer(operation.id, `planned ${planned.join(', ')}, but it has ${real.join(', ')}`)
    return steps
  }

  #save(plan: Plan, actor: string): void {
    const { store, audit, clock } = this.#parts
    store.transaction(() => {
      store.db
        .prepare('INSERT OR IGNORE INTO plans (hash, operation, environment, actor, created_at, body) VALUES (?, ?, ?, ?, ?, ?)')
        .run(plan.hash, plan.operation, plan.environment, actor, iso(clock.now()), JSON.stringify(plan))
      const { hash, operation, version, input, locks, wayBack } = plan
      const body = { planHash: hash, operation, version, input, steps: plan.steps.map((step) => step.id), locks, wayBack }
      audit.append({ actor, kind: 'run.planned', environment: plan.environment, runId: null, summary: `Planned: ${plan.title}.`, body })
      if (plan.refuse) this.refused(new GuardRefused(plan.refuse, fromFailure(plan.refuse)), plan, actor, null)
    })
  }
}
