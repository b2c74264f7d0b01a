import type { Clock } from '#core/base/clock.ts'
import { iso } from '#core/base/clock.ts'
import { toFailure, type Failure } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import { EffectUnknown, GateStopped, OutputMissing, PostconditionFailed } from './errors.ts'
import type { StepCounts, StepRecord, Transition } from './fold.ts'
import { downstreamOf, plain } from './plan.ts'
import { ProgressMeter, type ProgressState } from './progress.ts'
import { backoffMs, mayRetry } from './retry.ts'
import type { Sleep } from './sleep.ts'
import type { LogLevel } from './event-log.ts'
import type { Evidence, GateResult, Plan, Step, StepContext } from './types.ts'

/** What a step needs of the session that it runs in. `write` ends the session when it fails. */
export interface Surroundings {
  readonly runId: string
  readonly fence: number
  readonly input: unknown
  readonly deps: unknown
  readonly plan: Plan
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly random: () => number
  readonly sleep: Sleep
  step(stepId: string): StepRecord
  write(...transitions: readonly Transition[]): Promise<void>
  writeNow(...transitions: readonly Transition[]): void
  log(line: { at: string; stepId: string; level: LogLevel; message: string }): void
  progress(stepId: string, state: ProgressState): void
  probe(name: string): Promise<void>
  /** Whether the session can't write any more: then nothing is recorded. */
  lost(): boolean
}

export type AnyStep = Step<unknown, unknown>

export const isFinished = (step: StepRecord): boolean => step.state === 'succeeded' || step.state === 'warning'

/** Brings one step to its end, from whatever the journal says of it. Throws what ended it otherwise. */
export async function runStep(step: AnyStep, around: Surroundings): Promise<void> {
  const past = around.step(step.id)
  if (isFinished(past)) {
    if (await stillHolds(step, past, around)) return
  } else if (leftOpen(step, past) && (await alreadyThere(step, past, around))) {
    return
  }
  await attempts(step, around)
}

/** Whether to look before acting: the output is journalled, or the step must not act twice. A gate's stop is always judged anew. */
function leftOpen(step: AnyStep, past: StepRecord): boolean {
  if (past.state === 'stopped' || past.state === 'waiting') return false
  return past.acted || (step.again === 'confirm' && past.attempt > 0)
}

/** A finished step, met on resume or taken over: read back. When it no longer holds, it and all downstream are opened again. */
async function stillHolds(step: AnyStep, past: StepRecord, around: Surroundings): Promise<boolean> {
  const turn = new Turn(step, past.attempt, around)
  let evidence: readonly Evidence[]
  let because = 'what it had done no longer holds'
  try {
    evidence = plain(await step.confirm(turn.context, past.output))
  } catch (thrown) {
    if (around.signal.aborted || around.lost()) throw thrown
    if (step.again === 'confirm') return await ended(step, turn, thrown, around)
    because = `reading it back failed: ${toFailure(thrown).what}`
    evidence = [{ what: step.title, state: 'disproven', readFrom: step.where }]
  } finally {
    turn.close()
  }
  if (!evidence.some((one) => one.state === 'disproven')) {
    await around.write({ kind: 'step.reconfirmed', stepId: step.id, body: { evidence } })
    return true
  }
  const again = [...downstreamOf(around.plan.steps, step.id)].filter((id) => around.step(id).state !== 'waiting')
  await around.write(
    ...again.map((stepId): Transition => ({
      kind: 'step.reopened',
      stepId,
      body: stepId === step.id ? { because, evidence } : { because: `step ${step.id} is done again`, evidence: [] },
    })),
  )
  return false
}

/** A step that was interrupted: asks the system whether the effect is there, and finishes it when it is. */
async function alreadyThere(step: AnyStep, past: StepRecord, around: Surroundings): Promise<boolean> {
  const turn = new Turn(step, past.attempt, around)
  try {
    const output = past.acted ? past.output : plain((await step.recall?.(turn.context)) ?? null)
    const evidence = plain(await step.confirm(turn.context, output))
    if (evidence.some((one) => one.state === 'disproven')) return false
    if (!past.acted) {
      if (!evidence.some((one) => one.state === 'proven')) throw new EffectUnknown(step.id)
      await around.write({ kind: 'step.acted', stepId: step.id, body: { output, ...turn.counts() } })
    }
    await finish(step, evidence, turn, around)
    return true
  } catch (thrown) {
    return await ended(step, turn, thrown, around)
  } finally {
    turn.close()
  }
}

async function attempts(step: AnyStep, around: Surroundings): Promise<void> {
  for (let tried = 1; ; tried++) {
    const attempt = around.step(step.id).attempt + 1
    await around.write({ kind: 'step.started', stepId: step.id, body: { attempt } })
    const turn = new Turn(step, attempt, around)
    try {
      const output = plain(await step.act(turn.context))
      turn.close()
      turn.throwOnStop()
      await around.probe(`step:${step.id}:acted`)
      await around.write({ kind: 'step.acted', stepId: step.id, body: { output, ...turn.counts() } })
      around.signal.throwIfAborted()
      const evidence = plain(await step.confirm(turn.context, output))
      await around.probe(`step:${step.id}:confirmed`)
      await finish(step, evidence, turn, around)
      return
    } catch (thrown) {
      turn.close()
      if (around.lost() || around.signal.aborted || thrown instanceof GateStopped || turn.stopped || !mayRetry(step, tried, thrown)) {
        await ended(step, turn, thrown, around)
      }
      const delayMs = backoffMs(tried, step.retry?.baseMs ?? 0, around.random)
      await around.write({ kind: 'step.retrying', stepId: step.id, body: { attempt, failure: failureOf(thrown), delayMs } })
      try {
        await around.sleep(delayMs, around.signal)
      } catch (stopped) {
        await ended(step, turn, stopped, around)
      }
    }
  }
}

async function finish(step: AnyStep, evidence: readonly Evidence[], turn: Turn, around: Surroundings): Promise<void> {
  if (evidence.some((one) => one.state === 'disproven')) throw new PostconditionFailed(step.id, evidence)
  turn.throwOnStop()
  const doubtful = evidence.some((one) => one.state === 'not-proven') || around.step(step.id).gates.some((gate) => gate.verdict === 'warning')
  await around.write({ kind: 'step.finished', stepId: step.id, body: { state: doubtful ? 'warning' : 'succeeded', evidence } })
}

/** Records how a step ended without finishing, and throws it on. */
async function ended(step: AnyStep, turn: Turn, thrown: unknown, around: Surroundings): Promise<never> {
  if (around.lost()) throw thrown
  const stopped = thrown instanceof GateStopped ? thrown : turn.stopped
  const failure = failureOf(stopped ?? thrown)
  const stepId = step.id
  if (stopped) await around.write({ kind: 'step.stopped', stepId, body: { failure, ...turn.counts() } })
  else if (around.signal.aborted) await around.write({ kind: 'step.cancelled', stepId, body: { failure, ...turn.counts() } })
  else await around.write({ kind: 'step.failed', stepId, body: { failure, evidence: thrown instanceof PostconditionFailed ? thrown.evidence : [], ...turn.counts() } })
  throw stopped ?? thrown
}

/** A failure that the journal can hold, whatever was thrown. */
export function failureOf(thrown: unknown): Failure {
  const failure = toFailure(thrown)
  try {
    return plain(failure)
  } catch {
    return { ...failure, data: undefined }
  }
}

/** One attempt: its context, its progress, and whether a gate said stop. */
class Turn {
  readonly context: StepContext<unknown, unknown>
  readonly #meter: ProgressMeter
  stopped: GateStopped | null = null

  constructor(step: AnyStep, attempt: number, around: Surroundings) {
    const { runId, fence, input, deps, plan, clock, signal } = around
    this.#meter = new ProgressMeter(clock, (state) => around.progress(step.id, state))
    this.context = {
      runId,
      stepId: step.id,
      attempt,
      input,
      deps,
      plan,
      signal,
      clock,
      fence,
      output: <T extends Json>(stepId: string): T => {
        const earlier = around.step(stepId)
        if (!isFinished(earlier)) throw new OutputMissing(stepId)
        return earlier.output as T
      },
      progress: (progress) => this.#meter.report(progress),
      log: (level, message) => around.log({ at: iso(clock.now()), stepId: step.id, level, message }),
      gate: (result) => this.#gate(step.id, plain(result), around),
      probe: (name) => around.probe(name),
    }
  }

  counts(): StepCounts {
    const { rows, totalRows, bytes } = this.#meter.state()
    return { rows, totalRows, bytes }
  }

  throwOnStop(): void {
    if (this.stopped) throw this.stopped
  }

  close(): void {
    this.#meter.close()
  }

  #gate(stepId: string, gate: GateResult, around: Surroundings): void {
    around.writeNow({ kind: 'step.gate', stepId, body: { gate } })
    if (gate.verdict !== 'stop') return
    this.stopped ??= new GateStopped(stepId, gate)
    throw this.stopped
  }
}
