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
  /** What dates its rows; null when it can't be run for a range of days. */
  window: z.object({ table: z.string(), column: z.string() }).nullable(),
  lastRun: RunSchema.nullable(),
})

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** In a plan's `observed.window`: what source and published table hold for the days of a backfill. */
export const SeenWindowSchema = z.strictObject({
  from: Day,
  to: Day,
  days: z.number(),
  daysWithRows: z.number(),
  /** Of the source, to three digits; per day to two: a row that arrives doesn't always make the plan stale. */
  rows: z.number(),
  /** Days with rows, oldest first, at most 366. */
  perDay: z.array(z.object({ day: Day, rows: z.number() })).readonly(),
  /** The first days without rows. */
  empty: z.array(Day).readonly(),
  /** First and last day of the source. */
  first: Day.nullable(),
  last: Day.nullable(),
  undated: z.number(),
  /** Published rows that go; null = not known. */
  replaces: z.number().nullable(),
  publishedKeys: z.array(z.string()).readonly(),
  publishedBy: z.object({ source: z.string(), version: z.string() }).nullable(),
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
  /**
   * `source`: a folder of real rows in place of the environment's source system. `scoring: false` leaves the scoring steps out. `window`: a backfill,
   * which exchanges only the rows of these days (both included); its plan is the dry run, see SeenWindowSchema.
   */
  plan: procedure('pipelines.read').input(PipelineRef.extend({ source: z.string().optional(), scoring: z.boolean().optional(), window: z.object({ from: Day, to: Day }).optional() })).output(PlanSchema),
  /** Starts the plan with that hash; refused (PLAN_STALE) when what it observed has changed. */
  run: procedure('pipelines.run').input(PipelineRef.extend({ planHash: z.string() })).output(RunSchema),
  /** What a run has changed; [] when no pipeline ran. */
  changes: procedure('runs.read').input(z.object({ runId: RunId })).output(z.array(ChangeSchema)),
  /** First rows that the step's last finished output holds; never raw personal data. */
  preview: procedure('data.read')
    .input(z.object({ runId: z.string(), stepId: z.string(), limit: z.number().int().min(1).max(200).default(50) }))
    .output(z.object({ columns: z.array(z.string()), rows: z.array(z.array(JsonSchema)), note: z.string().nullable() })),
}
