import type { PipelineCatalogue as PipelineViews, PipelineView } from './api/regie.ts'
import type { Clock } from './base/clock.ts'
import { RegieError } from './base/errors.ts'
import type { Json } from './base/json.ts'
import type { Engine } from './operations/index.ts'
import type { RunDetail, StepContext } from './operations/types.ts'
import type { PipelineCatalogue } from './pipelines/catalogue.ts'
import { stepsOf, type PipelineDefinition } from './pipelines/definition.ts'
import type { PipelineDeps } from './pipelines/deps.ts'
import { workOf } from './pipelines/run-pipeline.ts'
import type { Observed, RunInput } from './pipelines/step-kind.ts'
import { kindOf } from './pipelines/steps/index.ts'

export interface PipelineViewParts {
  readonly catalogue: PipelineCatalogue
  readonly engine: Pick<Engine, 'get'>
  readonly depsFor: (environment: string) => Promise<PipelineDeps>
  readonly clock: Clock
}

/** A step was asked for its rows before it had any. */
class NothingToPreview extends RegieError {
  constructor(runId: string, stepId: string, why: string) {
    super({ code: 'NOTHING_TO_PREVIEW', what: `Step ${stepId} of run ${runId} has no rows to show: ${why}.`, data: { runId, stepId } })
  }
}

/** Pipelines as pages and commands see them. */
export function pipelineViews({ catalogue, engine, depsFor, clock }: PipelineViewParts): PipelineViews {
  return {
    list: () => catalogue.list().map(view),
    get: (_environment, id) => view(catalogue.get(id)),
    source: (_environment, id) => catalogue.source(id),

    async preview({ runId, stepId, limit, signal = new AbortController().signal }) {
      const run = engine.get(runId)
      const step = run.steps.find((one) => one.id === stepId)
      if (run.operation !== 'pipelines.run' || !step) throw new NothingToPreview(runId, stepId, 'it is no step of a pipeline')
      if (step.output === null) throw new NothingToPreview(runId, stepId, 'it has not finished')
      const observed = run.plan.observed as unknown as Observed
      const input = run.input as unknown as RunInput
      const definition = observed.definition.steps.find((one) => one.id === stepId)
      const kind = definition && kindOf(definition.kind)
      if (!definition || !kind?.preview) return { columns: [], rows: [], note: 'This step makes no rows.' }
      const context = readingContext(run, stepId, input, await depsFor(run.environment), clock, signal)
      const work = workOf(context, definition, stepsOf(observed.definition, input.scoring), observed, () => {}, { source: null })
      const { columns, rows, note } = await kind.preview(work, step.output, limit)
      return { columns: [...columns], rows: rows.map((row) => [...row]), note }
    },
  }
}

function view(definition: PipelineDefinition): PipelineView {
  const { id, title, description, blueprint, version } = definition
  const unobserved: Observed = { definition, definitionHash: '', source: {}, published: {}, keys: {} }
  const steps = stepsOf(definition, true).map((step) => {
    const kind = kindOf(step.kind)
    return { id: step.id, title: step.title, where: kind.where, needs: [...step.needs], kind: step.kind, effect: kind.effect(step, unobserved).effect }
  })
  return { id, title, description, blueprint, version, steps }
}

/** A step's context for looking only: nothing is recorded. */
function readingContext(run: RunDetail, stepId: string, input: RunInput, deps: PipelineDeps, clock: Clock, signal: AbortSignal): StepContext<RunInput, PipelineDeps> {
  return {
    runId: run.runId,
    stepId,
    attempt: 0,
    input,
    deps,
    plan: run.plan,
    signal,
    clock,
    fence: 0,
    output<T extends Json>(id: string): T {
      const output = run.steps.find((step) => step.id === id)?.output ?? null
      if (output === null) throw new NothingToPreview(run.runId, id, 'it has not finished')
      return output as T
    },
    progress: () => {},
    log: () => {},
    gate: () => {},
    probe: () => Promise.resolve(),
  }
}
