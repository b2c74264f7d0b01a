import { z } from 'zod'
import { ENVIRONMENT_CLASSES } from '#core/operations/types.ts'

/** Name of a secret in the vault. */
const Secret = z.string().regex(/^[a-z0-9][a-z0-9._/-]*$/, 'must be the name of a secret in the vault')

/** environments/<name>.yaml: where an environment's systems are. No secret: passwords and keys lie in the vault, under the names given here. */
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
      /** Holds the password. */
      secret: Secret.optional(),
      ssl: z.boolean().default(false),
    }),
  ]),
  objects: z.discriminatedUnion('engine', [
    z.strictObject({ engine: z.literal('directory') }),
    z.strictObject({
      engine: z.literal('s3'),
      /** Of an S3-compatible server; absent: AWS. */
      endpoint: z.url({ protocol: /^https?$/ }).optional(),
      region: z.string().default('us-east-1'),
      bucket: z.string().min(3).max(63),
      /** Everything of this environment lies below it. */
      prefix: z.string().regex(/^([^/]+\/)*$/, 'must be empty or end in /').default(''),
      /** Holds {"accessKeyId","secretAccessKey","sessionToken"?}. */
      secret: Secret,
      encryption: z.enum(['AES256', 'aws:kms']).optional(),
    }),
  ]),
  warehouse: z.strictObject({ engine: z.literal('parquet'), memoryLimitMb: z.number().int().min(128).default(1024) }),
  documents: z.discriminatedUnion('engine', [
    z.strictObject({ engine: z.literal('sqlite') }),
    z.strictObject({
      engine: z.literal('mongodb'),
      /** host:port, several for a replica set. */
      hosts: z.array(z.string().min(1)).min(1),
      database: z.string().regex(/^[\w-]{1,63}$/, 'must be letters, digits, dashes and underscores'),
      /** Holds the whole connection string. */
      secret: Secret,
    }),
  ]),
  /** File beside this one with the certificates (PEM) of issuers that the system does not know. */
  tls: z.strictObject({ ca: z.string().regex(/^[\w.-]+\.pem$/, 'must be a .pem file beside this one') }).optional(),
})
export type EnvironmentFile = z.infer<typeof EnvironmentFile>
