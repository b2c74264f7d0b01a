import type { GateResult, RunDetail } from '#core/operations/types.ts'
import type { Gate, PipelineDefinition, RejectRule, StepOf } from './definition.ts'
import { gateName, gateTitle } from './steps/gates.ts'
import type { ValidateOutput } from './steps/validate.ts'

/** A reject rule as its author wrote it, with what the last run found. */
export interface BoardRule extends RejectRule {
  /** Its place in the file's list: rules are asked in this order. */
  readonly index: number
  /** Rows of the last run under its reason; null when it is off, was not asked, or an earlier rule shares the reason. */
  readonly found: number | null
}

export interface GatePoint {
  readonly runId: string
  readonly number: number
  readonly endedAt: string | null
  readonly value: number | null
  readonly verdict: GateResult['verdict']
  /** Limits under which that run was judged. */
  readonly warnAt?: number
  readonly stopAt?: number
  readonly detail?: string
}

export interface BoardGate {
  /** step/name, with a number behind it when a step asks two of one name. */
  readonly id: string
  readonly stepId: string
  readonly title: string
  /** Kind of gate in the file; null: recorded by runs, but not (or no longer) a gate of the file. */
  readonly kind: Gate['gate'] | null
  /** Limits of the file; a limit that a kind fixes itself is absent. */
  readonly warn?: number
  readonly stop?: number
  readonly unit?: string
  /** Oldest first. */
  readonly points: readonly GatePoint[]
}

export interface QualityBoard {
  readonly file: string
  /** The last run that judged rows. */
  readonly lastRun: { readonly runId: string; readonly number: number; readonly state: 'succeeded' | 'stopped'; readonly endedAt: string | null; readonly rows: number | null; readonly rejected: number | null } | null
  readonly rules: readonly BoardRule[]
  readonly gates: readonly BoardGate[]
}

/** The step with the reject rules; undefined when the pipeline has none. */
export const validateOf = (definition: PipelineDefinition): StepOf<'validate'> | undefined => definition.steps.find((step): step is StepOf<'validate'> => step.kind === 'validate')

/** Rules and gates of the file as it is now, beside what runs measured. @param runs newest first, ended */
export function qualityBoard(definition: PipelineDefinition, runs: readonly RunDetail[]): QualityBoard {
  const validate = validateOf(definition)
  const [last] = runs
  const output = (last?.steps.find(({ id }) => id === validate?.id)?.output ?? null) as ValidateOutput | null
  const found = (rule: RejectRule, index: number): number | null => {
    if (!output || rule.enforce === 'off') return null
    if ((validate?.rules ?? []).findIndex((one) => one.reason === rule.reason && one.enforce === rule.enforce) !== index) return null
    return (rule.enforce === 'warn' ? output.warned : output.byReason)[rule.reason] ?? 0
  }
  return {
    file: definition.file,
    lastRun: last ? { runId: last.runId, number: last.number, state: last.state === 'stopped' ? 'stopped' : 'succeeded', endedAt: last.endedAt, rows: output?.rows ?? null, rejected: output?.rejected ?? null } : null,
    rules: (validate?.rules ?? []).map((rule, index) => ({ ...rule, index, found: found(rule, index) })),
    gates: gatesOf(definition, runs),
  }
}

function gatesOf(definition: PipelineDefinition, runs: readonly RunDetail[]): BoardGate[] {
  const board = new Map<string, Omit<BoardGate, 'points'> & { points: GatePoint[] }>()
  for (const step of definition.steps) {
    if (step.kind !== 'gates') continue
    for (const { id, gate } of named(step.gates.map((one) => ({ name: gateName(one), gate: one })), step.id)) {
      const { warn, stop } = 'warn' in gate || 'stop' in gate ? gate : { warn: undefined, stop: undefined }
      const percent = gate.gate === 'reject-rate' || gate.gate === 'volume' || gate.gate === 'share'
      board.set(id, { id, stepId: step.id, title: gateTitle(gate), kind: gate.gate, warn, stop, unit: percent ? '%' : undefined, points: [] })
    }
  }
  for (const run of runs.toReversed())
    for (const step of run.steps)
      for (const { id, gate } of named(step.gates.map((one) => ({ name: one.gate, gate: one })), step.id)) {
        const row = board.get(id) ?? { id, stepId: step.id, title: gate.title, kind: null, unit: gate.unit, points: [] }
        board.set(id, row)
        const { value, verdict, warnAt, stopAt, detail } = gate
        row.points.push({ runId: run.runId, number: run.number, endedAt: run.endedAt, value, verdict, warnAt, stopAt, detail })
      }
  return [...board.values()]
}

/** Two gates of one name in a step are told apart by their order. */
function named<T>(list: readonly { readonly name: string; readonly gate: T }[], stepId: string): { readonly id: string; readonly gate: T }[] {
  const seen = new Map<string, number>()
  return list.map(({ name, gate }) => {
    const n = (seen.get(name) ?? 0) + 1
    seen.set(name, n)
    return { id: n === 1 ? `${stepId}/${name}` : `${stepId}/${name}/${n}`, gate }
  })
}
