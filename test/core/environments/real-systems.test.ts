import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, ListObjectVersionsCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Regie } from '#core/api/regie.ts'
import { systemClock } from '#core/base/clock.ts'
import { openTableLoader } from '#core/connectors/postgres/table-loader.ts'
import { initWorkspace } from '#core/environments/workspace.ts'
import { openRegie } from '#core/regie.ts'
import { labBinary } from '#test/lab/binaries.mjs'
import { startFerret, type Ferret } from '#test/lab/ferretdb.ts'
import { startMinio, type Minio } from '#test/lab/minio.ts'
import { machinePostgresBin, startMachinePostgres, type MachinePostgres } from '#test/support/machine-postgres.ts'
import { notRun } from '#test/support/not-run.ts'

const lacking = [machinePostgresBin() ? null : 'PostgreSQL', labBinary('minio') ? null : 'MinIO', labBinary('ferretdb') ? null : 'FerretDB'].filter((one) => one !== null)
const missing = lacking.length > 0 && notRun('the reviews pipeline over real systems', `${lacking.join(', ')} not on this machine`)

describe.runIf(!missing)('an environment of real systems: PostgreSQL, MinIO, FerretDB (not a mongod); the warehouse is embedded', () => {
  const root = mkdtempSync(join(tmpdir(), 'regie-real-'))
  const home = join(root, 'home')
  let postgres: MachinePostgres
  let minio: Minio
  let ferret: Ferret
  let admin: S3Client
  let regie: Regie

  beforeAll(async () => {
    chmodSync(root, 0o755)
    mkdirSync(home)
    ;[postgres, minio, ferret] = await Promise.all([startMachinePostgres(machinePostgresBin()!), startMinio().then((one) => one!), startFerret().then((one) => one!)])
    admin = new S3Client({ endpoint: minio.endpoint, region: 'us-east-1', forcePathStyle: true, credentials: minio })
    await admin.send(new CreateBucketCommand({ Bucket: 'staging' }))
    await admin.send(new PutBucketVersioningCommand({ Bucket: 'staging', VersioningConfiguration: { Status: 'Enabled' } }))
    const { workspace } = initWorkspace(join(root, 'platform'), { seed: 7, blueprints: ['reviews'] })
    regie = await openRegie({ home, workspace: workspace.folder, clock: systemClock, actor: 'tester' })
  }, 120_000)
  afterAll(async () => {
    await regie?.close()
    admin?.destroy()
    await Promise.all([postgres?.stop(), minio?.stop(), ferret?.stop()])
    rmSync(root, { recursive: true, force: true })
  })

  const settings = (name: string, extra: Readonly<Record<string, string>> = {}): string => {
    const path = join(root, `${name}.env`)
    const { host, port, user, database } = postgres.connection
    const lines = {
      POSTGRES_URL: `postgres://${user}:PLANTED-postgres@localhost:${port}/${database}?host=${encodeURIComponent(host)}`,
      S3_ENDPOINT: minio.endpoint,
      S3_BUCKET: name,
      AWS_ACCESS_KEY_ID: minio.accessKeyId,
      AWS_SECRET_ACCESS_KEY: minio.secretAccessKey,
      MONGODB_URL: `mongodb://127.0.0.1:${ferret.port}/${name}?directConnection=true&appName=PLANTED-mongo`,
      ...extra,
    }
    writeFileSync(path, Object.entries(lines).map(([key, value]) => `${key}=${value}\n`).join(''), { mode: 0o600 })
    return path
  }
  const run = async (operation: string, input: object) => {
    const plan = await regie.engine.plan(operation, { environment: 'staging', ...input }, 'tester')
    if (plan.refuse) throw Object.assign(new Error(plan.refuse.what), plan.refuse)
    const { runId } = await regie.engine.start(plan.hash, 'tester')
    const ended = await regie.engine.wait(runId)
    expect(ended.failure ?? null).toBeNull()
    return ended
  }

  it('is added from a file: secrets to the vault, everything else to the workspace', async () => {
    const added = await regie.environments.add({ name: 'staging', level: 'development', from: settings('staging') })
    expect(added).toMatchObject({ name: 'staging', class: 'development', embedded: ['warehouse'] })
    expect(added.secrets).toHaveLength(3)
    expect(readFileSync(join(root, 'platform', 'environments', 'staging.yaml'), 'utf8')).not.toMatch(/PLANTED|testsecret/)
    await expect(regie.environments.add({ name: 'staging', level: 'development', from: settings('staging') })).rejects.toMatchObject({ code: 'ENVIRONMENT_EXISTS' })
    await expect(regie.environments.add({ name: 'other', level: 'preproduction', from: settings('other') })).rejects.toMatchObject({ code: 'ENVIRONMENTS_SHARE' })
  })

  it('answers every check, and says what only a write could prove', async () => {
    const { ok, checks } = await regie.environments.check('staging')
    expect(checks.filter(({ state }) => state === 'failed')).toEqual([])
    expect(ok).toBe(true)
    expect(new Set(checks.map(({ system }) => system))).toEqual(new Set(['postgresql', 'object-store', 'warehouse', 'document-store']))
    expect(checks.find(({ check }) => check === 'versions')).toMatchObject({ state: 'passed' })
    expect(checks.filter(({ check }) => check === 'writes').map(({ state }) => state)).toEqual(['not-proven', 'not-proven'])
  })

  it('takes the generated source, leaves strangers’ tables alone, and refuses production', { timeout: 120_000 }, async () => {
    const loader = await openTableLoader(postgres.connection, 'test')
    await loader.run('CREATE TABLE review (mine int)')
    await expect(run('source.load', { blueprint: 'reviews', scale: 0.02 })).rejects.toThrow()
    expect(await loader.rows('SELECT count(*)::int AS n FROM information_schema.columns WHERE table_name = $1', ['review'])).toEqual([{ n: 1 }])
    await loader.run('DROP TABLE review')
    await loader.close()
    const { result } = await run('source.load', { blueprint: 'reviews', scale: 0.02 })
    expect(result).toMatchObject({ keys: 59 })
    expect((await regie.environments.check('staging')).checks.find(({ check }) => check === 'rights')?.evidence).toContain('25 of 25 tables may be read')
    const refused = await regie.engine.plan('source.load', { environment: 'sandbox', blueprint: 'reviews' }, 'tester')
    expect(refused.refuse).toMatchObject({ code: 'SOURCE_LOAD_REFUSED' })
  })

  it('runs the pipeline of the sandbox by another name: same rows twice, objects with versions, rejects as documents', { timeout: 240_000 }, async () => {
    const first = await run('pipelines.run', { pipeline: 'reviews', scoring: false })
    const second = await run('pipelines.run', { pipeline: 'reviews', scoring: false })
    const { contentHash, counts } = first.result as { contentHash: string; counts: { accepted: number; rejected: number; extracted: Record<string, number> } }
    expect(second.result).toMatchObject({ contentHash })
    expect(counts.accepted + counts.rejected).toBe(counts.extracted.review)
    const { Versions } = await admin.send(new ListObjectVersionsCommand({ Bucket: 'staging', Prefix: 'raw/' }))
    expect((Versions ?? []).filter(({ Key }) => Key?.endsWith('manifest.json'))).toHaveLength(16)
    const { documents } = await regie.environment('staging')
    expect(await documents.describe()).toMatchObject({ engine: expect.stringContaining('MongoDB') })
    expect((await regie.rejects.list({ environment: 'staging' })).total).toBe(counts.rejected)
  })

  it('keeps production read-only until an operator elevates, and never takes the generated source', async () => {
    writeFileSync(join(root, 'platform', 'environments', 'production.yaml'), readFileSync(join(root, 'platform', 'environments', 'sandbox.yaml'), 'utf8').replace('class: sandbox', 'class: production').replace('title: Sandbox', 'title: Production'))
    const other = await openRegie({ home, workspace: join(root, 'platform'), clock: systemClock, actor: 'tester' })
    try {
      const plan = () => other.engine.plan('sandbox.provision', { environment: 'production', part: 'pipeline-tables' }, 'tester')
      const refused = await plan()
      expect(refused.refuse).toMatchObject({ code: 'NOT_ELEVATED' })
      await expect(other.engine.start(refused.hash, 'tester')).rejects.toMatchObject({ code: 'GUARD_REFUSED' })
      other.environments.elevate({ environment: 'production', typed: 'production', reason: 'A test of the guard', minutes: 5 }, 'tester')
      expect((await plan()).refuse).toBeUndefined()
      expect((await other.engine.plan('source.load', { environment: 'production', blueprint: 'reviews' }, 'tester')).refuse).toMatchObject({ code: 'SOURCE_LOAD_REFUSED' })
      expect(other.environments.endElevation('production', 'tester')).toBe(true)
      expect((await plan()).refuse).toMatchObject({ code: 'NOT_ELEVATED' })
    } finally {
      await other.close()
    }
  })

  it('leaves no secret in the workspace, the home or the audit log', async () => {
    let exported = ''
    for await (const part of regie.audit.export()) exported += part
    expect(exported).toContain('Used secret')
    const files = [home, join(root, 'platform')].flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)))
    for (const text of [exported, ...files.map((file) => readFileSync(file, 'latin1'))]) expect(text.includes('PLANTED-') || text.includes(minio.secretAccessKey)).toBe(false)
  })
})
