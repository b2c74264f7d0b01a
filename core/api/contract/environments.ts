import { z } from 'zod'
import { ENVIRONMENT_CLASSES } from '#core/operations/types.ts'
import { EnvironmentName, procedure } from './base.ts'
import { PlanSchema, RunSchema } from './runs.ts'

export const SystemStateSchema = z.object({
  system: z.enum(['postgresql', 'object-store', 'warehouse', 'document-store']),
  engine: z.string(),
  state: z.enum(['up', 'starting', 'down']),
  note: z.string().optional(),
  checkedAt: z.string(),
})

export const EnvironmentCheckSchema = z.object({
  system: z.string(),
  check: z.string(),
  state: z.enum(['passed', 'failed', 'not-proven']),
  evidence: z.string(),
  at: z.string(),
  mend: z.string().nullable(),
})

export const ElevationSchema = z.object({ id: z.string(), environment: z.string(), actor: z.string(), reason: z.string(), from: z.string(), until: z.string() })

const LoadSource = z.object({ environment: EnvironmentName, blueprint: z.string(), scale: z.number().positive().max(100).default(1) })

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
  /** Every system asked what it is and what it allows; nothing is written. */
  check: procedure('environments.check').input(z.object({ environment: EnvironmentName })).output(z.object({ ok: z.boolean(), checks: z.array(EnvironmentCheckSchema) })),
  /** Adds an environment from a file of KEY=VALUE lines on the core's machine; its secrets go into the vault and never cross a door. */
  add: procedure('environments.add')
    .input(z.object({ name: EnvironmentName, class: z.enum(ENVIRONMENT_CLASSES), from: z.string() }))
    .output(z.object({ name: z.string(), class: z.enum(ENVIRONMENT_CLASSES), title: z.string(), embedded: z.array(z.string()), secrets: z.array(z.string()) })),
  /** The caller's own elevation in production; null outside one. */
  elevation: procedure('environments.read').input(z.object({ environment: EnvironmentName })).output(ElevationSchema.nullable()),
  elevate: procedure('environments.elevate')
    .input(z.object({ environment: EnvironmentName, typed: z.string(), reason: z.string().max(500), minutes: z.number().int() }))
    .output(ElevationSchema),
  endElevation: procedure('environments.elevate').input(z.object({ environment: EnvironmentName })).output(z.object({ ended: z.boolean() })),
  /** Plan and start of loading a blueprint's generated source into a development or pre-production database. */
  planLoadSource: procedure('environments.read').input(LoadSource).output(PlanSchema),
  loadSource: procedure('source.load').input(LoadSource.extend({ planHash: z.string() })).output(RunSchema),
}
