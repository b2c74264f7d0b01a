import { canonicalJson, type Json } from '#core/base/json.ts'
import type { GateResult, Run, RunDetail, RunState, RunStep, StepState } from './types.ts'

/** What one run did in a step. */
export interface StepSide {
  readonly state: StepState
  /** Null before it ended. */
  readonly ms: number | null
  readonly rows: number | null
  readonly bytes: number | null
}

export interface StepPair {
  readonly id: string
  readonly title: string
  readonly a: StepSide | null
  readonly b: StepSide | null
}

export interface GatePair {
  readonly stepId: string
  readonly gate: string
  readonly title: string
  readonly a: GateResult | null
  readonly b: GateResult | null
}

/** A number of the results, e.g. path ["counts", "accepted"]. Null where a run has none. */
export interface CountPair {
  readonly path: readonly string[]
  readonly a: number | null
  readonly b: number | null
}

/** Something the two runs rest on or came to that isn't the same. `part`: asked for, observed, put out by a step, or proven at the end. */
export interface Difference {
  readonly part: 'input' | 'observed' | 'output' | 'result'
  readonly path: readonly string[]
  /** Null where it is absent. Long texts are cut. */
  readonly a: Json
  readonly b: Json
}

/** What a person should look at first; sorted so. */
export type Finding =
  | { readonly kind: 'state'; readonly a: RunState; readonly b: RunState }
  | { readonly kind: 'step'; readonly step: string; readonly a: StepState | null; readonly b: StepState | null }
  | { readonly kind: 'gate'; readonly gate: string; readonly a: GateResult['verdict'] | null; readonly b: GateResult['verdict'] | null }
  | { readonly kind: 'count'; readonly path: readonly string[]; readonly a: number; readonly b: number }
  | { readonly kind: 'duration'; readonly a: number; readonly b: number; readonly step: string | null }
  | { readonly kind: 'config'; readonly differences: number }
  | { readonly kind: 'content'; readonly same: boolean }

export interface RunComparison {
  readonly a: Run
  readonly b: Run
  readonly findings: readonly Finding[]
  readonly steps: readonly StepPair[]
  readonly counts: readonly CountPair[]
  readonly gates: readonly GatePair[]
  readonly differences: readonly Difference[]
}

/** A step counts as slower or faster from this share and this many ms on: below, machines differ by chance. */
const NOTABLE_SHARE = 0.25
const NOTABLE_MS = 500
/** Most differences listed; more than any honest change of a plan. */
const MOST = 400
const LONGEST = 400

/**
 * Two runs side by side, from what their journals hold: `a` is the earlier look, `b` the later. Pure.
 * Durations in ms. Throws nothing; runs of different operations share no step and say so by their differences.
 */
export function compareRuns(a: RunDetail, b: RunDetail): RunComparison {
  const steps = pairs(a.steps, b.steps, (step) => step.id).map(([x, y]): StepPair => ({ id: (y ?? x)!.id, title: (y ?? x)!.title, a: x && side(x), b: y && side(y) }))
  const gates = pairs(gatesOf(a), gatesOf(b), ({ stepId, gate }) => `${stepId} ${gate.gate}`).map(
    ([x, y]): GatePair => ({ stepId: (y ?? x)!.stepId, gate: (y ?? x)!.gate.gate, title: (y ?? x)!.gate.title, a: x?.gate ?? null, b: y?.gate ?? null }),
  )
  const [inA, inB] = [numbers(a.result), numbers(b.result)]
  const counts = [...new Set([...inA.keys(), ...inB.keys()])].map((key): CountPair => ({ path: JSON.parse(key) as string[], a: inA.get(key) ?? null, b: inB.get(key) ?? null }))
  const differences: Difference[] = []
  differ(differences, 'input', [], a.plan.input, b.plan.input)
  differ(differences, 'observed', [], a.plan.observed, b.plan.observed)
  differ(differences, 'output', [], madeWith(a), madeWith(b))
  const texts = { a: withoutNumbers(a.result), b: withoutNumbers(b.result) }
  if (a.result && b.result) differ(differences, 'result', [], texts.a, texts.b)
  const { plan: _a, steps: __a, undo: ___a, ...runA } = a
  const { plan: _b, steps: __b, undo: ___b, ...runB } = b
  return { a: runA, b: runB, findings: findingsOf(a, b, steps, gates, counts, differences), steps, counts, gates, differences: differences.slice(0, MOST) }
}

function findingsOf(a: RunDetail, b: RunDetail, steps: readonly StepPair[], gates: readonly GatePair[], counts: readonly CountPair[], differences: readonly Difference[]): Finding[] {
  const found: Finding[] = []
  if (a.state !== b.state) found.push({ kind: 'state', a: a.state, b: b.state })
  for (const { id, a: x, b: y } of steps) {
    const trouble = [x?.state, y?.state].some((state) => state === 'failed' || state === 'stopped')
    if (x?.state !== y?.state && (trouble || x === null || y === null)) found.push({ kind: 'step', step: id, a: x?.state ?? null, b: y?.state ?? null })
  }
  const rank = { stop: 0, warning: 1, passed: 2 } as const
  // gates of a step that only one of them has were told with the step
  const both = new Set(steps.flatMap(({ id, a: x, b: y }) => (x && y ? [id] : [])))
  const judged = gates.filter(({ stepId, a: x, b: y }) => x?.verdict !== y?.verdict && both.has(stepId))
  const worst = ({ a: x, b: y }: GatePair): number => Math.min(rank[x?.verdict ?? 'passed'], rank[y?.verdict ?? 'passed'])
  for (const { gate, a: x, b: y } of [...judged].toSorted((m, n) => worst(m) - worst(n))) found.push({ kind: 'gate', gate, a: x?.verdict ?? null, b: y?.verdict ?? null })
  const config = differences.filter(({ part, path }) => part !== 'result' && !(part === 'observed' && path[0] === 'published')).length
  if (config > 0) found.push({ kind: 'config', differences: config })
  const moved = counts.flatMap(({ path, a: x, b: y }) => (x === null || y === null || x === y ? [] : [{ kind: 'count' as const, path, a: x, b: y }]))
  found.push(...moved.toSorted((m, n) => share(n.a, n.b) - share(m.a, m.b)))
  if (a.state === 'succeeded' && b.state === 'succeeded') {
    if (notable(a.durationMs, b.durationMs)) found.push({ kind: 'duration', a: a.durationMs, b: b.durationMs, step: null })
    const slow = steps.flatMap(({ id, a: x, b: y }) => (x?.ms == null || y?.ms == null || !notable(x.ms, y.ms) ? [] : [{ kind: 'duration' as const, a: x.ms, b: y.ms, step: id }]))
    found.push(...slow.toSorted((m, n) => Math.abs(n.b - n.a) - Math.abs(m.b - m.a)))
  }
  const hash = (run: RunDetail): Json => run.result?.contentHash ?? null
  if (hash(a) !== null && hash(b) !== null) found.push({ kind: 'content', same: hash(a) === hash(b) })
  return found
}

const share = (a: number, b: number): number => Math.abs(b - a) / Math.max(1, Math.abs(a))
const notable = (a: number, b: number): boolean => Math.abs(b - a) >= NOTABLE_MS && Math.abs(b - a) / Math.max(1, Math.min(a, b)) >= NOTABLE_SHARE

function side(step: RunStep): StepSide {
  const ms = step.startedAt !== null && step.endedAt !== null ? Math.max(0, Date.parse(step.endedAt) - Date.parse(step.startedAt)) : null
  return { state: step.state, ms, rows: step.rows, bytes: step.bytes }
}

const gatesOf = (run: RunDetail): { stepId: string; gate: GateResult }[] => run.steps.flatMap((step) => step.gates.map((gate) => ({ stepId: step.id, gate })))

/** Same key together, in b's order, what only a has at its end. */
function pairs<T>(a: readonly T[], b: readonly T[], key: (item: T) => string): (readonly [T | null, T | null])[] {
  const inA = new Map(a.map((item) => [key(item), item]))
  const inB = new Set(b.map(key))
  return [...b.map((item) => [inA.get(key(item)) ?? null, item] as const), ...a.filter((item) => !inB.has(key(item))).map((item) => [item, null] as const)]
}

/** What a step says it worked with, beside its counts: models. */
function madeWith(run: RunDetail): Json {
  return Object.fromEntries(
    run.steps.flatMap(({ id, output }) => (isRecord(output) && output.models !== undefined ? [[id, { models: output.models }] as const] : [])),
  )
}

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value)

function numbers(value: Json, path: readonly string[] = []): Map<string, number> {
  if (typeof value === 'number') return new Map([[JSON.stringify(path), value]])
  if (!isRecord(value)) return new Map()
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...numbers(inner, [...path, key])]))
}

function withoutNumbers(value: Json): Json {
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'number' ? [] : [[key, withoutNumbers(inner)] as const])))
}

/** Leaves that differ. Items of lists are matched by `id`, `name` or `reason` where all of them have one, else by place. */
function differ(found: Difference[], part: Difference['part'], path: readonly string[], a: Json | undefined, b: Json | undefined): void {
  if (found.length > MOST || same(a, b)) return
  const [x, y] = [keyed(a), keyed(b)]
  if (x && y) {
    for (const key of new Set([...x.keys(), ...y.keys()])) differ(found, part, [...path, key], x.get(key), y.get(key))
    return
  }
  found.push({ part, path, a: cut(a), b: cut(b) })
}

const same = (a: Json | undefined, b: Json | undefined): boolean => (a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b))

function keyed(value: Json | undefined): Map<string, Json> | null {
  if (isRecord(value)) return new Map(Object.entries(value))
  if (!Array.isArray(value)) return null
  const items = value as readonly Json[]
  for (const key of ['id', 'name', 'reason', 'gate']) {
    const names = items.map((item) => (isRecord(item) && typeof item[key] === 'string' ? item[key] : null))
    if (items.length > 0 && names.every((name) => name !== null) && new Set(names).size === items.length) return new Map(items.map((item, i) => [names[i]!, item]))
  }
  return new Map(items.map((item, i) => [String(i + 1), item]))
}

function cut(value: Json | undefined): Json {
  if (value === undefined) return null
  const text = typeof value === 'string' ? value : canonicalJson(value)
  if (text.length <= LONGEST) return value
  return `${text.slice(0, LONGEST)} …`
}
