import { z } from 'zod'
import { ENVIRONMENT_CLASSES } from '#core/operations/types.ts'

/** environments/<name>.yaml: where an environment's systems are. No secret: passwords are files below REGIE_HOME/keys. */
export const EnvironmentFile = z.strictObject({
  class: z.enum(ENVIRONMENT_CLASSES),
  title: z.string().min(1).max(80),
  source: z.discriminatedUnion('engine', [
    z.strictObject({
      engine: z.literal('generated'),
      /** Its sandbox/schema.sql and sandbox/sandbox.yaml describe the tables. */
      blueprint: z.string(),
      scale: z.number().positive().max(100).default(1),
      /** Recognisable markers in every personal column, for tests of what may never leave the source. */
      markers: z.boolean().default(false),
      /** The real server where it can run, else PGlite; or one of them always. */
      database: z.enum(['auto', 'server', 'pglite']).default('auto'),
    }),
    z.strictObject({
      engine: z.literal('postgres'),
      host: z.string(),
      port: z.number().int().min(1).max(65_535).default(5432),
      user: z.string(),
      database: z.string(),
      /** Name of a file in REGIE_HOME/keys (mode 0600) that holds the password. */
      passwordFile: z.string().regex(/^[\w.-]+$/, 'must be a plain file name').optional(),
      ssl: z.boolean().default(false),
    }),
  ]),
  objects: z.strictObject({ engine: z.literal('directory') }),
  warehouse: z.strictObject({ engine: z.literal('parquet'), memoryLimitMb: z.number().int().min(128).default(1024) }),
  documents: z.strictObject({ engine: z.literal('sqlite') }),
})
export type EnvironmentFile = z.infer<typeof EnvironmentFile>
