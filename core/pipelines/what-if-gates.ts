import type { GateResult } from '#core/operations/types.ts'
import { RuleUnknown } from './errors.ts'
import type { BoardGate } from './quality-board.ts'
import { verdictOf } from './steps/gates.ts'

/** Limits that are tried for a gate, in its unit; null = none. */
export interface LimitEdit {
  readonly id: string
  readonly warn: number | null
  readonly stop: number | null
}

export interface WhatIfGate {
  readonly id: string
  readonly title: string
  readonly unit?: string
  /** What it would measure, and what the run measured. */
  readonly value: number | null
  readonly valueBefore: number | null
  readonly verdict: GateResult['verdict']
  readonly verdictBefore: GateResult['verdict']
  /** What these limits would have said of all runs on the board. */
  readonly history: { readonly runs: number; readonly warning: number; readonly stop: number }
}

/**
 * What gates would say of the last run: under other limits, or with another share of rejects. Gates whose limits a kind
 * fixes itself have none to try. @param rejected share of rejects under the edited rules, %; null: rules unchanged
 * Throws RuleUnknown.
 */
export function whatIfGates(gates: readonly BoardGate[], edits: readonly LimitEdit[], rejected: number | null): WhatIfGate[] {
  const limited = gates.filter(({ kind, unit }) => kind !== null && unit === '%')
  for (const { id } of edits) if (!limited.some((gate) => gate.id === id)) throw new RuleUnknown(`gate ${id} with limits`)
  return limited.flatMap((gate): WhatIfGate[] => {
    const edit = edits.find(({ id }) => id === gate.id)
    const judgedAnew = rejected !== null && gate.kind === 'reject-rate'
    if (!edit && !judgedAnew) return []
    const limits = edit ? { warn: edit.warn ?? undefined, stop: edit.stop ?? undefined } : { warn: gate.warn, stop: gate.stop }
    const says = (value: number | null): GateResult['verdict'] => (value === null ? 'passed' : verdictOf(value, limits))
    const last = gate.points.at(-1)
    const value = judgedAnew ? rejected : (last?.value ?? null)
    const all = gate.points.map((point) => says(point.value))
    return [
      {
        id: gate.id,
        title: gate.title,
        unit: gate.unit,
        value: value === null ? null : Math.round(value * 1000) / 1000,
        valueBefore: last?.value ?? null,
        verdict: says(value),
        verdictBefore: last?.verdict ?? 'passed',
        history: { runs: all.length, warning: all.filter((one) => one === 'warning').length, stop: all.filter((one) => one === 'stop').length },
      },
    ]
  })
}
