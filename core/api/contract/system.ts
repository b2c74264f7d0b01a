import { z } from 'zod'
import { ENVIRONMENT_CLASSES } from '#core/operations/types.ts'
import { procedure } from './base.ts'

export const EnvironmentSchema = z.object({
  name: z.string(),
  class: z.enum(ENVIRONMENT_CLASSES),
  title: z.string(),
})

/** What doctor looks at; the page names each in the reader's language. */
export const DOCTOR_CHECKS = [
  'node', 'versions', 'home', 'files', 'space', 'disk-speed', 'clock', 'database', 'desktop', 'browser',
  'state', 'backup', 'audit', 'clock-order', 'models', 'workspace', 'program',
] as const

export const DoctorCheckSchema = z.object({
  check: z.enum(DOCTOR_CHECKS),
  title: z.string(),
  /** What the machine offers, or what the opened program tells of itself. */
  area: z.enum(['machine', 'program']),
  state: z.enum(['passed', 'warning', 'failed', 'not-proven']),
  found: z.string(),
  mend: z.string().optional(),
  checkedAt: z.string(),
  /** How long the look took, ms. */
  tookMs: z.number(),
})

export const system = {
  info: procedure('system.read').input(z.object({})).output(
    z.object({
      version: z.string(),
      node: z.string(),
      pid: z.number(),
      startedAt: z.string(),
      home: z.string(),
      workspace: z.object({ name: z.string(), path: z.string() }),
      environments: z.array(EnvironmentSchema),
      actor: z.string(),
    }),
  ),
  /** For the time a question takes there and back, and for the core's clock against the page's. */
  ping: procedure('system.read').input(z.object({})).output(z.object({ at: z.number() })),
  doctor: procedure('system.read').input(z.object({})).output(z.array(DoctorCheckSchema)),
}
