import { oc } from '@orpc/contract'
import { z } from 'zod'
import type { Json } from '#core/base/json.ts'

/** What a caller must be allowed to do. Every procedure names exactly one; a test walks the router. */
export const CAPABILITIES = [
  'system.read',
  'settings.read',
  'settings.write',
  'environments.read',
  'environments.check',
  'environments.add',
  'environments.elevate',
  'source.load',
  'runs.read',
  'runs.control',
  'pipelines.read',
  'pipelines.run',
  'schedules.read',
  'schedules.control',
  'data.read',
  'data.export',
  'rejects.read',
  'scoring.run',
  'scoring.file',
  'audit.read',
  'audit.verify',
  'audit.anchor',
  'audit.rotate-key',
  'sandbox.provision',
] as const
export type Capability = (typeof CAPABILITIES)[number]

export const FailureSchema = z.object({
  code: z.string(),
  what: z.string(),
  untouched: z.string().optional(),
  next: z.string().optional(),
  retry: z.enum(['never', 'safe', 'later']).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
})

/**
 * Root of every procedure: capability in the meta, and the one declared error that carries a typed
 * failure across every door. What is not declared arrives as INTERNAL with a journal id.
 */
const root = oc.$meta<{ capability: Capability | null }>({ capability: null }).errors({
  FAILURE: { data: FailureSchema },
})
export const procedure = (capability: Capability) => root.meta({ capability })

export const JsonSchema: z.ZodType<Json> = z.json()
export const EnvironmentName = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/)
export const RunId = z.string().regex(/^\d{8}_\d{6}_[a-z0-9]{4}$/)
