import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '#core/base/json.ts'
import type { RunRecord, Transition } from './fold.ts'

/** What the audit log says of a transition: one sentence for people, and the facts for a machine. */
export interface Account { readonly summary: string; readonly body: { readonly [key: string]: Json } }

/** @param record the run as it is after the transition */
export function accountOf(transition: Transition, record: RunRecord): Account {
  const { plan } = record
  const facts = { planHash: plan.hash, sequence: record.sequence }
  const step = 'stepId' in transition ? record.steps.get(transition.stepId) : undefined
  const run = `Run ${record.number}`
  const name = step ? `${run}, ${step.title}` : run
  const say = (summary: string, body: Readonly<Record<string, unknown>> = {}): Account => ({
    summary,
    body: { ...facts, ...(step ? { stepId: step.id } : {}), ...(body as { readonly [key: string]: Json }) },
  })
  switch (transition.kind) {
    case 'run.started':
      return say(`${run} started: ${plan.title}.`, { operation: plan.operation, version: plan.version, input: plan.input, parentRunId: record.parentRunId })
    case 'run.resumed':
      return say(`${run} resumed ${transition.body.byItself ? 'by itself' : `by ${transition.body.actor}`}.`, {
        byItself: transition.body.byItself,
        died: transition.body.died,
      })
    case 'run.interrupted':
      return say(`${run} was interrupted: ${transition.body.failure.what}`, { failure: transition.body.failure })
    case 'run.ended':
      return say(`${run} ${record.state}: ${plan.title}.`, { state: record.state, failure: record.failure, result: record.result, durationMs: Math.round(record.workedMs) })
    case 'step.taken-over':
      return say(`${name}: output taken over from run ${transition.body.fromRunId}.`, {
        fromRunId: transition.body.fromRunId,
        outputHash: hashOf(transition.body.output),
      })
    case 'step.started':
      return say(`${name}: started${transition.body.attempt > 1 ? `, attempt ${transition.body.attempt}` : ''}.`, { attempt: transition.body.attempt })
    case 'step.gate':
      return say(`${name}: gate ${transition.body.gate.title} says ${transition.body.gate.verdict}.`, { gate: transition.body.gate })
    case 'step.acted':
      return say(`${name}: done, to be read back.`, { outputHash: hashOf(transition.body.output) })
    case 'step.retrying':
      return say(`${name}: attempt ${transition.body.attempt} failed, tried again.`, { failure: transition.body.failure, delayMs: transition.body.delayMs })
    case 'step.finished':
      return say(`${name}: finished ${transition.body.state === 'warning' ? 'with a warning' : 'and proven'}.`, {
        state: transition.body.state,
        evidence: transition.body.evidence,
      })
    case 'step.reconfirmed':
      return say(`${name}: read back, still holds.`, { evidence: transition.body.evidence })
    case 'step.reopened':
      return say(`${name}: to be done again, ${transition.body.because}.`, { evidence: transition.body.evidence })
    case 'step.failed':
      return say(`${name}: failed: ${transition.body.failure.what}`, { failure: transition.body.failure, evidence: transition.body.evidence })
    case 'step.stopped':
      return say(`${name}: stopped by a gate.`, { failure: transition.body.failure })
  }
  transition satisfies { readonly kind: 'step.cancelled' }
  return say(`${name}: cancelled.`)
}

const hashOf = (value: Json): string => createHash('sha256').update(canonicalJson(value)).digest('hex')
