import { z } from 'zod'
import { EnvironmentName, JsonSchema, procedure, RunId } from './base.ts'
import { PlanSchema, RunSchema } from './runs.ts'

export const PipelineStepSchema = z.object({
  id: z.string(),
  title: z.string(),
  where: z.string(),
  needs: z.array(z.string()).readonly(),
  /** Key of the step catalogue: extract, join, validate, … */
  kind: z.string(),
  effect: z.string(),
})

export const PipelineSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  blueprint: z.string(),
  version: z.string(),
  steps: z.array(PipelineStepSchema).readonly(),
  lastRun: RunSchema.nullable(),
})

/** Something that a run made or replaced, as the step that did it journalled it. */
export const ChangeSchema = z.object({
  stepId: z.string(),
  system: z.enum(['object-store', 'warehouse', 'document-store']),
  kind: z.enum(['table', 'view', 'objects', 'documents']),
  name: z.string(),
  version: z.number().nullable(),
  /** Version that it replaced and that is kept. */
  previous: z.number().nullable(),
  rows: z.number().nullable(),
  bytes: z.number().nullable(),
})

const PipelineRef = z.object({ environment: EnvironmentName, pipeline: z.string() })

export const pipelines = {
  list: procedure('pipelines.read').input(z.object({ environment: EnvironmentName })).output(z.array(PipelineSchema)),
  get: procedure('pipelines.read').input(PipelineRef).output(PipelineSchema),
  /** The pipeline's definition as its author wrote it. */
  source: procedure('pipelines.read').input(PipelineRef).output(z.object({ file: z.string(), yaml: z.string() })),
  /** `source`: a folder of real rows in place of the environment's source system. `scoring: false` leaves the scoring steps out. */
  plan: procedure('pipelines.read').input(PipelineRef.extend({ source: z.string().optional(), scoring: z.boolean().optional() })).output(PlanSchema),
  /** Starts the plan with that hash; refused (PLAN_STALE) when what it observed has changed. */
  run: procedure('pipelines.run').input(PipelineRef.extend({ planHash: z.string() })).output(RunSchema),
  /** What a run has changed; [] when no pipeline ran. */
  changes: procedure('runs.read').input(z.object({ runId: RunId })).output(z.array(ChangeSchema)),
  /** First rows that the step's last finished output holds; never raw personal data. */
  preview: procedure('data.read')
    .input(z.object({ runId: z.string(), stepId: z.string(), limit: z.number().int().min(1).max(200).default(50) }))
    .output(z.object({ columns: z.array(z.string()), rows: z.array(z.array(JsonSchema)), note: z.string().nullable() })),
}
