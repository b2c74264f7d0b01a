import { z } from 'zod'
import { readYaml } from '#core/base/yaml-file.ts'
import type { ScheduleDraft } from './types.ts'

/** Also what a schedule may be called that is set in the console. */
export const ScheduleId = z.string().regex(/^[a-z][a-z0-9-]{0,60}$/, 'must be lower-case letters, digits and dashes, starting with a letter')

const SchedulesFile = z.strictObject({
  schedules: z.array(
    z.strictObject({
      id: ScheduleId,
      environment: z.string(),
      pipeline: z.string(),
      cron: z.string(),
      zone: z.string().default('UTC'),
      misfire: z.enum(['once', 'skip']).default('once'),
      scoring: z.boolean().optional(),
    }),
  ),
})

/** schedules.yaml of a workspace. Throws YamlInvalid with lines. */
export const readSchedules = (text: string, file: string, operation: string): ScheduleDraft[] =>
  readYaml(text, SchedulesFile, file).schedules.map(({ id, environment, pipeline, cron, zone, misfire, scoring }) => ({
    id,
    environment,
    operation,
    input: { environment, pipeline, ...(scoring === undefined ? {} : { scoring }) },
    cron,
    zone,
    misfire,
  }))
