import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuditLog } from '#core/audit/audit-log.ts'
import { systemClock } from '#core/base/clock.ts'
import { openEmbeddedDatabase, type EmbeddedDatabase } from '#core/connectors/embedded/postgres/embedded-database.ts'
import { MARKER } from '#core/generator/columns.ts'
import { provisionSandbox, type ProvisionDeps } from '#core/environments/provision-sandbox.ts'
import { openSandbox, type SandboxControl } from '#core/environments/sandbox.ts'
import { initWorkspace } from '#core/environments/workspace.ts'
import { Engine } from '#core/operations/engine.ts'
import { OperationRegistry } from '#core/operations/registry.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore } from '#core/store/store.ts'
import { bundled, killEverywhere, runBundle } from '#test/faults/kill-harness.ts'

interface World {
  readonly engine: Engine
  readonly sandbox: SandboxControl
  readonly database: EmbeddedDatabase
  readonly home: string
  close(): Promise<void>
}

async function world(options: { engine?: 'server' | 'pglite'; seed?: number; scale?: number; markers?: boolean; home?: string } = {}): Promise<World> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'regie-'))
  const store = openStore(join(home, 'state.sqlite'), { clock: systemClock, migrations })
  const { workspace } = initWorkspace(join(home, `workspace-${options.seed ?? 1}`), { blueprints: ['reviews'], seed: options.seed ?? 1 })
  const folder = join(home, 'pg')
  const database = await openEmbeddedDatabase({ folder, home, clock: systemClock, server: 'sandbox', engine: options.engine })
  const sandbox = openSandbox({ workspace, blueprint: 'reviews', scale: options.scale ?? 0.02, markers: options.markers ?? false, folder, open: async () => database })
  const deps: ProvisionDeps = { environment: { name: 'sandbox' }, sandbox }
  const engine = new Engine({ store, audit: new AuditLog(store, systemClock), clock: systemClock, registry: new OperationRegistry().add(provisionSandbox), depsFor: async () => deps, classOf: () => 'sandbox' })
  return {
    engine,
    sandbox,
    database,
    home,
    async close() {
      await engine.close()
      await sandbox.close()
      await database.close()
      store.close()
      if (!options.home) rmSync(home, { recursive: true, force: true })
    },
  }
}

async function provision({ engine }: World, part: 'pipeline-tables' | 'all'): Promise<Awaited<ReturnType<Engine['wait']>>> {
  const plan = await engine.plan('sandbox.provision', { environment: 'sandbox', part }, 'anna')
  return engine.wait((await engine.start(plan.hash, 'anna')).runId)
}

describe('sandbox.provision', () => {
  it.each(['server', 'pglite'] as const)('loads first what pipelines read, then the rest with keys, then nothing more (%s)', async (engine) => {
    const home = await world({ engine })
    const first = await provision(home, 'pipeline-tables')
    expect(first).toMatchObject({ state: 'succeeded', result: { tables: 8, keys: 0 } })
    expect(await home.sandbox.state()).toMatchObject({ ready: true, complete: false })
    expect((await home.database.source.tables()).map(({ name }) => name)).toEqual(home.sandbox.first.toSorted())

    const plan = await home.engine.plan('sandbox.provision', { environment: 'sandbox', part: 'all' }, 'anna')
    expect(plan.steps.map(({ id }) => id)).toEqual(['server', 'pipeline-tables', 'other-tables', 'keys'])
    expect(plan.steps[1]?.effect).toBe('All tables are loaded already.')
    const rest = await provision(home, 'all')
    expect(rest.failure).toBeNull()
    expect(rest).toMatchObject({ state: 'succeeded', result: { keys: 59 } })
    expect(rest.steps.flatMap(({ evidence }) => evidence.map(({ state }) => state))).toEqual(Array.from({ length: 27 }, () => 'proven'))
    expect(await home.sandbox.state()).toMatchObject({ ready: true, complete: true })

    const before = performance.now()
    expect(await provision(home, 'all')).toMatchObject({ state: 'succeeded' })
    expect(performance.now() - before).toBeLessThan(5_000)
    await home.close()
  })

  it('loads anew under another seed, and puts a table back that somebody dropped', async () => {
    const home = await world()
    await provision(home, 'all')
    const loader = await home.database.openLoader()
    await loader.run('DROP TABLE review_images CASCADE')
    expect(await home.sandbox.state()).toMatchObject({ ready: false, complete: false })
    expect(await provision(home, 'all')).toMatchObject({ state: 'succeeded', result: { keys: 59 } })
    await loader.close()
    const other = await world({ seed: 2, home: home.home })
    expect(await other.sandbox.state()).toMatchObject({ ready: false })
    expect(await provision(other, 'all')).toMatchObject({ state: 'succeeded', result: { keys: 59 } })
    await other.close()
    await home.close()
  })

  it('stops at a cancel in the middle of a COPY; the next run loads what is missing', async () => {
    const home = await world({ scale: 1 })
    const plan = await home.engine.plan('sandbox.provision', { environment: 'sandbox', part: 'pipeline-tables' }, 'anna')
    const { runId } = await home.engine.start(plan.hash, 'anna')
    while ((home.engine.get(runId).steps[1]?.rows ?? 0) < 50_000) await new Promise((resolve) => setTimeout(resolve, 10))
    await home.engine.cancel(runId, { actor: 'anna' })
    expect(await home.engine.wait(runId)).toMatchObject({ state: 'cancelled' })
    expect(await home.sandbox.state()).toMatchObject({ ready: false })
    expect(await provision(home, 'pipeline-tables')).toMatchObject({ state: 'succeeded', result: { tables: 8 } })
    await home.close()
  })

  it('plants markers in what pipelines must never take out, and keeps every key', async () => {
    const home = await world({ markers: true })
    expect(await provision(home, 'all')).toMatchObject({ state: 'succeeded', result: { keys: 59 } })
    const marked = await home.database.source.query<Record<string, boolean>>(
      `SELECT (SELECT bool_and(c_id LIKE '%' || $1 || '%' OR c_id LIKE 'AMAZON%') AND bool_and(fname LIKE $1 || '%') AND bool_and(lname LIKE $1 || '%') AND bool_and(phone LIKE $1 || '%')
          AND bool_and(email LIKE $1 || '%') AND bool_and(pwd LIKE '%' || $1 || '%') FROM customer) AS customer,
        (SELECT bool_and(card_no::text LIKE $2 || '%') AND bool_and(billing_address LIKE $1 || '%') FROM payment_details) AS payment,
        (SELECT bool_and(street_address LIKE $1 || '%') AND bool_and(zip LIKE $1 || '%') AND bool_and(phone LIKE $1 || '%') FROM shipping_details) AS shipping,
        (SELECT bool_and(buyer_id LIKE '%' || $1 || '%') FROM review) AS review`,
      [MARKER.text, String(MARKER.digits)],
    )
    expect(marked).toEqual([{ customer: true, payment: true, shipping: true, review: true }])
    await home.close()
  })
})

describe('sandbox.provision, killed', () => {
  let bundle: string
  const entry = join(import.meta.dirname, 'provision.entry.ts')
  beforeAll(async () => {
    bundle = await bundled(entry)
  })
  afterAll(() => rmSync(bundle, { recursive: true, force: true }))

  it('in the middle of loading resumes to the same rows and keys', async () => {
    const ends: string[] = []
    for (const killAt of [Infinity, 40_000, 150_000]) {
      const home = mkdtempSync(join(tmpdir(), 'regie-'))
      if (killAt !== Infinity) expect(await runBundle(bundle, home, { SCALE: '0.2', KILL_AT_ROWS: String(killAt) })).toMatchObject({ signal: 'SIGKILL' })
      const { code, stdout, stderr } = await runBundle(bundle, home, { SCALE: '0.2' })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      ends.push(stdout.trimEnd().split('\n').at(-1)!)
      rmSync(home, { recursive: true, force: true })
    }
    expect(JSON.parse(ends[0]!)).toMatchObject({ state: 'succeeded', complete: true, keys: [{ n: 59 }] })
    expect(ends[1]).toBe(ends[0])
    expect(ends[2]).toBe(ends[0])
  }, 240_000)

  it.each([
    { engine: 'server', at: /^journal:\d+$/, least: 6 },
    { engine: 'pglite', at: /^journal:(5|8)$/, least: 2 },
  ])('at journal writes ends as an undisturbed run does ($engine)', async ({ engine, at, least }) => {
    const report = await killEverywhere({ entry, env: { ENGINE: engine }, at: (point) => at.test(point) })
    expect(JSON.parse(report.undisturbed)).toMatchObject({ state: 'succeeded', complete: true })
    expect(report.died.length).toBeGreaterThanOrEqual(least)
    expect(report.differing).toEqual([])
  }, 300_000)
})
