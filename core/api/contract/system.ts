import { z } from 'zod'
import { ENVIRONMENT_CLASSES } from '#core/operations/types.ts'
import { EnvironmentName, procedure } from './base.ts'
import { PlanSchema, RunSchema } from './runs.ts'

export const EnvironmentSchema = z.object({
  name: z.string(),
  class: z.enum(ENVIRONMENT_CLASSES),
  title: z.string(),
})

export const SystemStateSchema = z.object({
  system: z.enum(['postgresql', 'object-store', 'warehouse', 'document-store']),
  engine: z.string(),
  state: z.enum(['up', 'starting', 'down']),
  note: z.string().optional(),
  checkedAt: z.string(),
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
  doctor: procedure('system.read').input(z.object({})).output(z.array(DoctorCheckSchema)),
}

export const environments = {
  systems: procedure('environments.read').input(z.object({ environment: EnvironmentName })).output(z.array(SystemStateSchema)),
  /** What the sandbox holds: which source tables are loaded, whether it is ready for a first run. */
  sandbox: procedure('environments.read').input(z.object({ environment: EnvironmentName })).output(
    z.object({
      ready: z.boolean(),
      complete: z.boolean(),
      tables: z.array(z.object({ name: z.string(), rows: z.number(), loaded: z.boolean() })),
    }),
  ),
  /** Plan and start of the sandbox's provisioning (an operation like any other). */
  planProvision: procedure('environments.read').input(z.object({ environment: EnvironmentName, part: z.enum(['pipeline-tables', 'all']).default('all') })).output(PlanSchema),
  provision: procedure('sandbox.provision').input(z.object({ environment: EnvironmentName, planHash: z.string() })).output(RunSchema),
}
