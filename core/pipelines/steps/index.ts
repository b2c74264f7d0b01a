import type { Json } from '#core/base/json.ts'
import type { StepDefinition } from '#core/pipelines/definition.ts'
import type { StepKind } from '#core/pipelines/step-kind.ts'
import { checkConnections } from './check-connections.ts'
import { checkExtract } from './check-extract.ts'
import { extract } from './extract.ts'
import { gates } from './gates.ts'
import { publish } from './publish.ts'
import { runMetadata } from './run-metadata.ts'
import { score } from './score.ts'
import { stageJoin } from './stage-join.ts'
import { stageTable } from './stage-table.ts'
import { validate } from './validate.ts'
import { writeRejects } from './write-rejects.ts'

const KINDS = {
  'check-connections': checkConnections,
  extract,
  'check-extract': checkExtract,
  'stage-join': stageJoin,
  validate,
  'write-rejects': writeRejects,
  'stage-table': stageTable,
  gates,
  score,
  publish,
  'run-metadata': runMetadata,
} satisfies { readonly [Kind in StepDefinition['kind']]: unknown }

/** A kind of the catalogue, with its own types forgotten: it only ever gets back what itself made. */
export const kindOf = (kind: StepDefinition['kind']): StepKind<StepDefinition['kind'], Json> => KINDS[kind] as unknown as StepKind<StepDefinition['kind'], Json>
