import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { EnvironmentClass } from '#core/operations/types.ts'
import { EnvironmentFile } from './environment-file.ts'
import { EnvironmentExists, EnvironmentsShare, SettingsInvalid } from './errors.ts'
import type { Settings } from './settings-file.ts'
import { loadWorkspace, type Workspace } from './workspace.ts'

/** An environment as a file of settings describes it: what goes into the workspace, and what into the vault. */
export interface EnvironmentDraft {
  readonly file: EnvironmentFile
  /** By the names that `file` uses; whoever stores them wipes them. */
  readonly secrets: ReadonlyMap<string, Buffer>
  /** PEM of own issuers, to lie beside the file. */
  readonly ca: string | null
  /** Systems that were left out and are embedded. */
  readonly embedded: readonly string[]
}

/**
 * Reads what each system needs out of the settings; a system that is left out is embedded.
 * Throws SettingsInvalid: half a system, a URL that is none, a system that this version can't use yet.
 */
export function draftEnvironment(workspace: Workspace, name: string, level: EnvironmentClass, settings: Settings, from: string): EnvironmentDraft {
  const problems: string[] = []
  const secrets = new Map<string, Buffer>()
  const embedded: string[] = []
  const secret = (system: string, value: string): string => {
    const key = `${workspace.id}/${name}/${system}`
    secrets.set(key, Buffer.from(value, 'utf8'))
    return key
  }

  const later = (['SNOWFLAKE_ACCOUNT', 'SNOWFLAKE_ACCESS_URL', 'AIRFLOW_URL', 'DOCKER_HOST'] as const).filter((key) => settings[key] !== undefined)
  for (const key of later) problems.push(`${key}: this version can't use that system yet; leave it out to go on without it`)

  const file = {
    class: level,
    title: name.charAt(0).toUpperCase() + name.slice(1),
    source: sourceOf(settings, workspace, secret, problems, embedded),
    objects: objectsOf(settings, secret, problems, embedded),
    warehouse: { engine: 'parquet', memoryLimitMb: 1024 },
    documents: documentsOf(settings, secret, problems, embedded),
    ...(settings.TLS_CA_FILE === undefined ? {} : { tls: { ca: `${name}.ca.pem` } }),
  }
  embedded.push('warehouse')
  const ca = settings.TLS_CA_FILE === undefined ? null : issuers(settings.TLS_CA_FILE, problems)
  const parsed = EnvironmentFile.safeParse(file)
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  if (problems.length > 0 || !parsed.success) {
    for (const value of secrets.values()) value.fill(0)
    throw new SettingsInvalid(from, problems)
  }
  return { file: parsed.data, secrets, ca, embedded }
}

type Keep = (system: string, value: string) => string

function sourceOf(settings: Settings, workspace: Workspace, secret: Keep, problems: string[], embedded: string[]): unknown {
  if (settings.POSTGRES_URL === undefined) {
    embedded.push('source')
    return { engine: 'generated', blueprint: workspace.blueprints[0] }
  }
  const url = urlOf('POSTGRES_URL', settings.POSTGRES_URL, /^postgres(ql)?:$/, problems)
  if (!url) return undefined
  const mode = url.searchParams.get('sslmode')
  if (mode !== null && !['disable', 'require', 'verify-ca', 'verify-full'].includes(mode)) problems.push(`POSTGRES_URL: sslmode=${mode} is not taken: disable, or require (always verified here)`)
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  return {
    engine: 'postgres',
    host: host || 'localhost',
    port: url.port === '' ? Number(url.searchParams.get('port') ?? 5432) : Number(url.port),
    user: decodeURIComponent(url.username) || 'postgres',
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    ...(url.password === '' ? {} : { secret: secret('postgresql', decodeURIComponent(url.password)) }),
    ssl: mode !== null && mode !== 'disable',
  }
}

function objectsOf(settings: Settings, secret: Keep, problems: string[], embedded: string[]): unknown {
  const { S3_BUCKET: bucket, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = settings
  if (bucket === undefined) {
    for (const key of ['S3_ENDPOINT', 'S3_PREFIX', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const) if (settings[key] !== undefined) problems.push(`${key} without S3_BUCKET`)
    embedded.push('object store')
    return { engine: 'directory' }
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    problems.push('S3_BUCKET needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
    return undefined
  }
  if (settings.S3_ENDPOINT !== undefined) urlOf('S3_ENDPOINT', settings.S3_ENDPOINT, /^https?:$/, problems)
  return {
    engine: 's3',
    ...(settings.S3_ENDPOINT === undefined ? {} : { endpoint: settings.S3_ENDPOINT }),
    region: settings.S3_REGION ?? 'us-east-1',
    bucket,
    prefix: settings.S3_PREFIX ?? '',
    secret: secret('s3', JSON.stringify({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) })),
    ...(settings.S3_ENCRYPTION === undefined ? {} : { encryption: settings.S3_ENCRYPTION }),
  }
}

function documentsOf(settings: Settings, secret: Keep, problems: string[], embedded: string[]): unknown {
  if (settings.MONGODB_URL === undefined) {
    embedded.push('document store')
    return { engine: 'sqlite' }
  }
  // Several hosts are no URL to the platform's parser.
  const match = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)(?:\/([^?]*))?/.exec(settings.MONGODB_URL)
  if (!match) {
    problems.push('MONGODB_URL is no mongodb:// URL')
    return undefined
  }
  if (!match[2]) problems.push('MONGODB_URL names no database: …/<database>')
  return { engine: 'mongodb', hosts: (match[1] ?? '').split(','), database: decodeURIComponent(match[2] ?? ''), secret: secret('mongodb', settings.MONGODB_URL) }
}

function urlOf(key: string, value: string, protocol: RegExp, problems: string[]): URL | null {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url && protocol.test(url.protocol)) return url
  problems.push(`${key} is no ${protocol.source.replaceAll(/[\^$:?()]/g, '')} URL`)
  return null
}

function issuers(file: string, problems: string[]): string {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (!text.includes('-----BEGIN CERTIFICATE-----')) problems.push('TLS_CA_FILE holds no certificate in PEM')
  if (text.includes('PRIVATE KEY')) problems.push('TLS_CA_FILE holds a private key: name the file with the certificates alone')
  return text
}

/** What an environment writes to, in words that are equal when it is the same place. */
export function placesOf(file: EnvironmentFile): ReadonlyMap<string, string> {
  const places = new Map<string, string>()
  const { source, objects, documents } = file
  if (source.engine === 'postgres') places.set('the source database', `${source.host}:${source.port}/${source.database}`.toLowerCase())
  if (objects.engine === 's3') places.set('the bucket', `${objects.endpoint ?? 'aws'} ${objects.bucket}`.toLowerCase())
  if (documents.engine === 'mongodb') places.set('the document database', `${documents.hosts.toSorted().join()} ${documents.database}`.toLowerCase())
  return places
}

/**
 * Refuses a draft that shares a place or a login with another environment of the workspace. `sameSecret` compares a new
 * secret with one that lies in the vault. Throws EnvironmentsShare.
 */
export async function refuseSharing(workspace: Workspace, name: string, draft: EnvironmentDraft, sameSecret: (stored: string, value: Buffer) => Promise<boolean>): Promise<void> {
  const mine = placesOf(draft.file)
  for (const other of workspace.environments) {
    const file = workspace.environment(other)
    const theirs = placesOf(file)
    const shared = [...mine].filter(([what, place]) => theirs.get(what) === place).map(([what]) => what)
    for (const stored of secretsOf(file)) {
      for (const [fresh, value] of draft.secrets) if (fresh.split('/').at(-1) === stored.split('/').at(-1) && (await sameSecret(stored, value))) shared.push(`the login of ${stored.split('/').at(-1)}`)
    }
    if (shared.length > 0) throw new EnvironmentsShare(name, other, shared)
  }
}

/** Names of the secrets that an environment's file uses. */
export function secretsOf(file: EnvironmentFile): string[] {
  const { source, objects, documents } = file
  return [source.engine === 'postgres' ? source.secret : undefined, objects.engine === 's3' ? objects.secret : undefined, documents.engine === 'mongodb' ? documents.secret : undefined].filter((one) => one !== undefined)
}

/** Writes environments/<name>.yaml, whole or not at all, never over one that is there. Throws EnvironmentExists. */
export function writeEnvironment(workspace: Workspace, name: string, { file, ca }: EnvironmentDraft): Workspace {
  const folder = join(workspace.folder, 'environments')
  const target = join(folder, `${name}.yaml`)
  if (existsSync(target)) throw new EnvironmentExists(name)
  mkdirSync(folder, { recursive: true })
  if (ca !== null) writeFileSync(join(folder, `${name}.ca.pem`), ca)
  const draft = join(folder, `.${name}.${process.pid}.draft`)
  writeFileSync(draft, `# Secrets lie in the vault, under the names given here.\n${stringify(file)}`)
  try {
    linkSync(draft, target)
  } catch (thrown) {
    throw (thrown as NodeJS.ErrnoException).code === 'EEXIST' ? new EnvironmentExists(name) : thrown
  } finally {
    rmSync(draft, { force: true })
  }
  return loadWorkspace(workspace.folder)
}
