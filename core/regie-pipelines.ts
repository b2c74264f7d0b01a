import type { PipelineCatalogue as PipelineViews, PipelineView } from './api/regie.ts'
import type { Clock } from './base/clock.ts'
import { changesOf } from './regie-changes.ts'
import { RegieError } from './base/errors.ts'
import type { Engine } from './operations/index.ts'
import { previewStep, stepsOf, windowedStep, type PipelineCatalogue, type PipelineDefinition, type PipelineDeps } from './pipelines/index.ts'
import type { Observed } from './pipelines/step-kind.ts'
import { kindOf } from './pipelines/steps/index.ts'

export interface PipelineViewParts {
  readonly catalogue: PipelineCatalogue
  readonly engine: Pick<Engine, 'get'>
  readonly depsFor: (environment: string) => Promise<PipelineDeps>
  readonly clock: Clock
}

/** Rows were asked for of a run that no pipeline made. */
class NothingToPreview extends RegieError {
  constructor(runId: string) {
    super({ code: 'NOTHING_TO_PREVIEW', what: `Run ${runId} is no run of a pipeline: its steps have no rows to show.`, data: { runId } })
  }
}

/** Pipelines as pages and commands see them. */
export function pipelineViews({ catalogue, engine, depsFor, clock }: PipelineViewParts): PipelineViews {
  return {
    list: () => catalogue.list().map(view),
    get: (_environment, id) => view(catalogue.get(id)),
    source: (_environment, id) => catalogue.source(id),
    changes: (runId) => changesOf(engine.get(runId)),
    async preview({ runId, stepId, limit, signal }) {
      const run = engine.get(runId)
      if (run.operation !== 'pipelines.run') throw new NothingToPreview(runId)
      const { columns, rows, note } = await previewStep({ run, stepId, limit, signal, clock, deps: await depsFor(run.environment) })
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
  const dated = windowedStep(definition)?.dated
  return { id, title, description, blueprint, version, steps, window: dated ? { table: dated.table, column: dated.column } : null }
}
