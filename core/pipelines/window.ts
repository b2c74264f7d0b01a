import { z } from 'zod'
import type { PipelineDefinition, StepOf } from './definition.ts'
import { name, text } from './sql.ts'

/* A backfill: a run that exchanges only the rows of a range of days and keeps the published rows of all others. */

const DAY_MS = 86_400_000

/** A day as ISO writes it, 2024-02-29. */
export const Day = z.string().refine((day) => /^\d{4}-\d{2}-\d{2}$/.test(day) && dayOf(numberOf(day)) === day, 'must be a day like 2024-02-29')

/** Both days are part of it. */
export const Window = z.strictObject({ from: Day, to: Day }).refine(({ from, to }) => from <= to, { message: 'must not be before the first day', path: ['to'] })
export type Window = z.infer<typeof Window>

export type StageWindow = NonNullable<StepOf<'stage-table'>['window']>

/** Days since 1970-01-01 of an ISO day; NaN of anything else. */
export const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS
/** ISO day of a number of days since 1970-01-01; '' where there is none. */
export function dayOf(days: number): string {
  const date = new Date(days * DAY_MS)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10)
}

/** The step that can take a window, with what dates its rows; null when the pipeline can't be run for a range of days. */
export function windowedStep(definition: PipelineDefinition): { readonly step: StepOf<'stage-table'>; readonly dated: StageWindow } | null {
  for (const step of definition.steps) if (step.kind === 'stage-table' && step.window) return { step, dated: step.window }
  return null
}

/** Keys whose day is in the window, from a relation of the dating table as the raw store keeps it: every value text. */
export const keysSql = ({ key, column }: StageWindow, { from, to }: Window, relation: string): string =>
  `SELECT ${name(key)} FROM ${relation} WHERE ${name(key)} IS NOT NULL GROUP BY ${name(key)} HAVING min(TRY_CAST(TRY_CAST(${name(column)} AS TIMESTAMP) AS DATE)) BETWEEN DATE ${text(from)} AND DATE ${text(to)}`
