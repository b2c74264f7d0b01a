import { z } from 'zod'
import { EnvironmentName, FailureSchema, JsonSchema, procedure } from './base.ts'

const ScheduleId = z.string().regex(/^[a-z][a-z0-9-]{0,60}$/)
const Misfire = z.enum(['once', 'skip'])
/** Five fields: minute, hour, day of month, month, day of week; a zone as IANA names it. */
const Times = z.object({ cron: z.string().min(1).max(120), zone: z.string().min(1).max(60) })

export const FiringSchema = z.object({
  due: z.string(),
  decidedAt: z.string(),
  outcome: z.enum(['claimed', 'started', 'skipped', 'refused']),
  missed: z.number(),
  runId: z.string().nullable(),
  failure: FailureSchema.nullable(),
})

export const ScheduleSchema = z.object({
  id: z.string(),
  environment: z.string(),
  operation: z.string(),
  input: z.record(z.string(), JsonSchema),
  cron: z.string(),
  zone: z.string(),
  misfire: Misfire,
  state: z.enum(['active', 'paused']),
  reason: z.string().nullable(),
  origin: z.enum(['console', 'workspace']),
  actor: z.string(),
  changedAt: z.string(),
  next: z.array(z.string()).readonly(),
  firings: z.array(FiringSchema).readonly(),
})

export const PausedAllSchema = z.object({ reason: z.string(), actor: z.string(), at: z.string(), lasts: z.enum(['until-resumed', 'until-restart']) })

const Ref = z.object({ id: ScheduleId })

export const schedules = {
  /** `served`: whether a core on this home fires them now. */
  list: procedure('schedules.read')
    .input(z.object({ environment: EnvironmentName.optional(), pipeline: z.string().optional() }))
    .output(z.object({ served: z.boolean(), pausedAll: PausedAllSchema.nullable(), schedules: z.array(ScheduleSchema).readonly() })),
  /** The next five due times of an expression. */
  preview: procedure('schedules.read').input(Times).output(z.array(z.string())),
  /** Makes or changes a schedule of a pipeline; it counts from now on. */
  set: procedure('schedules.control')
    .input(Times.extend({ id: ScheduleId, environment: EnvironmentName, pipeline: z.string(), misfire: Misfire.default('once'), scoring: z.boolean().optional() }))
    .output(ScheduleSchema),
  pause: procedure('schedules.control').input(Ref.extend({ reason: z.string().max(200).nullable().default(null) })).output(ScheduleSchema),
  resume: procedure('schedules.control').input(Ref).output(ScheduleSchema),
  remove: procedure('schedules.control').input(Ref).output(z.object({ removed: z.string() })),
  /** Nothing fires until `resumeAll`; due times meanwhile are missed ones, by each schedule's policy. */
  pauseAll: procedure('schedules.control')
    .input(z.object({ reason: z.string().min(1).max(200), lasts: z.enum(['until-resumed', 'until-restart']).default('until-resumed') }))
    .output(PausedAllSchema),
  resumeAll: procedure('schedules.control').input(z.object({})).output(z.object({ resumed: z.literal(true) })),
}
