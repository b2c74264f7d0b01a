import type { QualityReader } from './api/regie.ts'
import type { Clock } from './base/clock.ts'
import type { RunDetail } from './operations/types.ts'
import type { Engine } from './operations/index.ts'
import { qualityBoard, whatIf, whatIfGates, type PipelineCatalogue, type PipelineDeps } from './pipelines/index.ts'

export interface QualityParts {
  readonly catalogue: PipelineCatalogue
  readonly engine: Pick<Engine, 'list' | 'get'>
  readonly depsFor: (environment: string) => Promise<PipelineDeps>
  readonly clock: Clock
}

/** Runs of the history against which limits are tried. */
const HISTORY = 30

/** Rules and gates of a pipeline, what its runs measured, and what other rules would have. Reads only. */
export function qualityReader({ catalogue, engine, depsFor, clock }: QualityParts): QualityReader {
  const runsOf = (environment: string, pipeline: string, limit: number): RunDetail[] =>
    engine.list({ environment, operation: 'pipelines.run', input: { pipeline }, states: ['succeeded', 'stopped'], limit }).runs.map(({ runId }) => engine.get(runId))
  return {
    board: (environment, pipeline, limit) => qualityBoard(catalogue.get(pipeline), runsOf(environment, pipeline, limit)),

    async preview({ environment, pipeline, rules, gates, signal }) {
      const definition = catalogue.get(pipeline)
      const runs = runsOf(environment, pipeline, HISTORY)
      const [run] = runs
      if (!run) return null
      // limits alone need no row
      const rows = rules.length === 0 && gates.length > 0 ? null : await whatIf({ deps: await depsFor(environment), run, definition, edits: rules, clock, signal })
      const share = rows && (rows.total === 0 ? 0 : (100 * rows.rejected) / rows.total)
      return { runId: run.runId, number: run.number, rows, gates: whatIfGates(qualityBoard(definition, runs).gates, gates, share) }
    },
  }
}
