import type { QualityReader } from './api/regie.ts'
import type { RunDetail } from './operations/types.ts'
import type { Engine } from './operations/index.ts'
import { qualityBoard, type PipelineCatalogue } from './pipelines/index.ts'

export interface QualityParts {
  readonly catalogue: PipelineCatalogue
  readonly engine: Pick<Engine, 'list' | 'get'>
}

/** Rules and gates of a pipeline and what its runs measured. Reads only. */
export function qualityReader({ catalogue, engine }: QualityParts): QualityReader {
  const runsOf = (environment: string, pipeline: string, limit: number): RunDetail[] =>
    engine.list({ environment, operation: 'pipelines.run', input: { pipeline }, states: ['succeeded', 'stopped'], limit }).runs.map(({ runId }) => engine.get(runId))
  return {
    board: (environment, pipeline, limit) => qualityBoard(catalogue.get(pipeline), runsOf(environment, pipeline, limit)),
  }
}
