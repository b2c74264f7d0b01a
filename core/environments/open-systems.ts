import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '#core/base/clock.ts'
import { openDirectoryStore } from '#core/connectors/embedded/directory-store.ts'
import { openSqliteDocuments } from '#core/connectors/embedded/sqlite-documents.ts'
import type { EmbeddedDatabase } from '#core/connectors/embedded/postgres/embedded-database.ts'
import { openTableLoader } from '#core/connectors/postgres/table-loader.ts'
import { openPostgres } from '#core/connectors/postgres/postgres-source.ts'
import type { PostgresConnection } from '#core/connectors/postgres/connection.ts'
import type { DocumentStore, ObjectStore, SourceDatabase } from '#core/connectors/types.ts'
import type { EnvironmentFile } from './environment-file.ts'
import { SecretUnusable } from './errors.ts'

/** Lends secrets by name, wipes them afterwards, audits each use. The program hands in its vault. */
export interface Secrets {
  use<T>(name: string, purpose: string, work: (value: Buffer) => T | Promise<T>): Promise<T>
}

export interface SystemOptions {
  readonly name: string
  /** REGIE_HOME/keys: passwords of older environment files. */
  readonly keys: string
  readonly secrets: Secrets
  readonly clock: Clock
  /** Folder of this environment's state. */
  readonly folder: string
  /** This process's own spill folder. */
  readonly scratch: string
  /** PEM of the environment's own issuers. */
  readonly ca?: string
}

export const S3Credentials = z.strictObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1), sessionToken: z.string().optional() })

/* Drivers are loaded when an environment names them: a sandbox starts without them. */

/** Connection of a PostgreSQL source; the password comes from the vault, or from an older file below keys/. */
export async function postgresConnection(file: Extract<EnvironmentFile['source'], { engine: 'postgres' }>, { name, keys, secrets, ca }: SystemOptions): Promise<PostgresConnection> {
  const { host, port, user, database, passwordFile, secret, ssl } = file
  const password =
    secret !== undefined
      ? await secrets.use(secret, `log in to PostgreSQL of ${name}`, (value) => value.toString('utf8'))
      : passwordFile === undefined
        ? undefined
        : readFileSync(join(keys, passwordFile), 'utf8').trim()
  return { host, port, user, database, password, ssl: ssl && ca !== undefined ? { ca } : ssl }
}

export async function openSource(file: Extract<EnvironmentFile['source'], { engine: 'postgres' }>, options: SystemOptions): Promise<SourceDatabase> {
  return openPostgres({ connection: await postgresConnection(file, options), server: options.name })
}

/** The same server, to write to: for loading a generated source, and for what the program keeps there in a schema of its own. */
export async function openServerForLoading(file: Extract<EnvironmentFile['source'], { engine: 'postgres' }>, options: SystemOptions): Promise<Pick<EmbeddedDatabase, 'engine' | 'fallback' | 'loaders' | 'openLoader'>> {
  const connection = await postgresConnection(file, options)
  return { engine: `PostgreSQL at ${file.host}:${file.port}`, fallback: null, loaders: 2, openLoader: () => openTableLoader(connection, options.name) }
}

export async function openObjects(file: EnvironmentFile['objects'], { name, secrets, clock, folder, scratch, ca }: SystemOptions): Promise<ObjectStore> {
  if (file.engine === 'directory') return openDirectoryStore({ folder: join(folder, 'objects'), clock })
  const { openS3Store } = await import('#core/connectors/s3/s3-store.ts')
  const { endpoint, region, bucket, prefix, secret, encryption } = file
  let held: Promise<z.infer<typeof S3Credentials>> | null = null
  const credentials = (): Promise<z.infer<typeof S3Credentials>> =>
    (held ??= secrets.use(secret, `sign requests to the object store of ${name}`, (value) => {
      const parsed = S3Credentials.safeParse(JSON.parse(value.toString('utf8')))
      if (!parsed.success) throw new SecretUnusable(secret, 'it is no {"accessKeyId","secretAccessKey"}')
      return parsed.data
    })).catch((thrown: unknown) => {
      held = null
      throw thrown
    })
  return openS3Store({ connection: { endpoint, region, bucket, prefix, credentials, ca, encryption }, server: name, scratch })
}

export async function openDocuments(file: EnvironmentFile['documents'], { name, secrets, folder, ca }: SystemOptions): Promise<DocumentStore> {
  if (file.engine === 'sqlite') return openSqliteDocuments({ file: join(folder, 'documents.sqlite') })
  const { openMongoDocuments } = await import('#core/connectors/mongodb/mongo-documents.ts')
  const url = await secrets.use(file.secret, `log in to MongoDB of ${name}`, (value) => value.toString('utf8'))
  return openMongoDocuments({ connection: { url, database: file.database, ca }, server: name })
}
