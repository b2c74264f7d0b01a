import { createHash } from 'node:crypto'
import { toFailure, type RegieError } from '#core/base/errors.ts'
import { canonicalJson, type Json } from '#core/base/json.ts'
import { InputInvalid, StepsDiffer } from './errors.ts'
import type { AnyOperation } from './registry.ts'
import type { Plan, PlanDraft, PlannedStep } from './types.ts'

/** SHA-256 of the canonical JSON of all members but `hash`, hex. */
export function planHash(plan: Omit<Plan, 'hash'> & { hash?: string }): string {
  const { hash: _, ...rest } = plan
  return createHash('sha256').update(canonicalJson(rest)).digest('hex')
}

/** The draft of an operation with all that the engine adds, frozen all the way down. Pure. */
export function freezePlan(operation: AnyOperation, input: unknown, observed: Json, draft: PlanDraft, refused: RegieError | null = null): Plan {
  const refuse = draft.refuse ?? refused
  const open = plain({
    operation: operation.id,
    version: operation.version,
    title: draft.title,
    environment: operation.environment(input),
    input: input as Json,
    observed,
    steps: draft.steps.map(planned),
    locks: [...new Set(operation.locks(input))].toSorted(),
    wayBack: draft.wayBack,
    warnings: draft.warnings ?? [],
    ...(refuse ? { refuse: toFailure(refuse) } : {}),
  })
  checkGraph(operation.id, open.steps)
  return deepFreeze({ ...open, hash: planHash(open) })
}

/** Parsed and checked input. Throws InputInvalid. */
export function parseInput(operation: AnyOperation, input: unknown): unknown {
  const parsed = operation.input.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`)
  throw new InputInvalid(operation.id, problems, parsed.error)
}

/** Names of what two observations don't share, by member; for people. */
export function differences(before: Json, after: Json): string[] {
  if (canonicalJson(before) === canonicalJson(after)) return []
  if (!isRecord(before) || !isRecord(after)) return ['what it observed']
  const members = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...members].filter((key) => canonicalJson(before[key] ?? null) !== canonicalJson(after[key] ?? null)).toSorted()
}

/** A plain JSON value as the journal would give it back: what a step hands on must not depend on whether the run was resumed. */
export function plain<T>(value: T): T {
  const text = JSON.stringify(value ?? null, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member))
  return JSON.parse(text, (_, member: unknown) => (typeof member === 'string' ? member.toWellFormed() : member)) as T
}

/** Steps in an order in which each stands after its needs. Throws StepsDiffer on an unknown need or a circle. */
export function checkGraph(operation: string, steps: readonly PlannedStep[]): void {
  const ids = new Set(steps.map((step) => step.id))
  if (ids.size !== steps.length) throw new StepsDiffer(operation, 'two steps have the same id')
  const done = new Set<string>()
  let left = [...steps]
  for (const step of steps) {
    const unknown = step.needs.find((need) => !ids.has(need))
    if (unknown !== undefined) throw new StepsDiffer(operation, `${step.id} needs ${unknown}, which is no step`)
  }
  while (left.length > 0) {
    const ready = left.filter((step) => step.needs.every((need) => done.has(need)))
    if (ready.length === 0) throw new StepsDiffer(operation, `${left.map((step) => step.id).join(', ')} wait for each other`)
    for (const step of ready) done.add(step.id)
    left = left.filter((step) => !done.has(step.id))
  }
}

/** A step and all that stands downstream of it. */
export function downstreamOf(steps: readonly PlannedStep[], from: string): ReadonlySet<string> {
  const reached = new Set([from])
  let before: number
  do {
    before = reached.size
    for (const step of steps) if (step.needs.some((need) => reached.has(need))) reached.add(step.id)
  } while (reached.size > before)
  return reached
}

function planned(step: PlannedStep): PlannedStep {
  const { id, title, where, needs, effect, estimateMs, estimateRows } = step
  return { id, title, where, needs, effect, estimateMs, estimateRows }
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member)
    Object.freeze(value)
  }
  return value
}
