import type { Clock } from '#core/base/clock.ts'
import type { Json } from '#core/base/json.ts'
import type { RunDetail, StepContext } from '#core/operations/types.ts'
import { stepsOf } from './definition.ts'
import type { PipelineDeps } from './deps.ts'
import { openSource } from './open-source.ts'
import { noPreview, type Observed, type Preview, type RunInput } from './step-kind.ts'
import { kindOf } from './steps/index.ts'

export interface PreviewOptions {
  readonly deps: PipelineDeps
  readonly run: RunDetail
  readonly stepId: string
  readonly limit: number
  readonly clock: Clock
  readonly signal?: AbortSignal
}

/** First rows of what a finished step of a run of `pipelines.run` made. Reads only; never raw personal data. */
export async function previewStep({ deps, run, stepId, limit, clock, signal = new AbortController().signal }: PreviewOptions): Promise<Preview> {
  const observed = run.plan.observed as unknown as Observed
  const input = run.input as unknown as RunInput
  const steps = stepsOf(observed.definition, input.scoring)
  const step = steps.find((one) => one.id === stepId)
  const state = run.steps.find((one) => one.id === stepId)
  if (!step || !state) return noPreview('This run has no such step.')
  if (state.state !== 'succeeded' && state.state !== 'warning') return noPreview('The step has not finished.')
  const kind = kindOf(step.kind)
  if (!kind.preview) return noPreview('This step makes no rows.')
  const context: StepContext<RunInput, PipelineDeps> = {
    runId: run.runId,
    stepId,
    attempt: state.attempt,
    input,
    deps,
    plan: run.plan,
    signal,
    clock,
    fence: 0,
    output: <T extends Json>(id: string): T => (run.steps.find((one) => one.id === id)?.output ?? null) as T,
    progress: () => {},
    log: () => {},
    gate: () => {},
    probe: async () => {},
  }
  return await kind.preview({ step, steps, observed, context, log: () => {}, source: () => openSource(input, deps) }, state.output, limit)
}
