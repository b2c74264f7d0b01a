import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { openEnvironment } from '#core/environments/environment.ts'
import { sandboxPseudonymKeys, storedPseudonymKeys } from '#core/environments/pseudonym-keys.ts'
import { readSchema } from '#core/environments/schema-sql.ts'
import { initWorkspace, loadWorkspace } from '#core/environments/workspace.ts'
import { noSecrets } from '#test/support/no-secrets.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'regie-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))
const folder = (): string => join(home, 'workspace')

describe('workspace', () => {
  it('is made once, whole, and loaded afterwards', () => {
    const { workspace, created } = initWorkspace(folder(), { blueprints: ['reviews'], seed: 42, name: 'My shop — Ünï' })
    expect(created).toBe(true)
    expect(workspace).toMatchObject({ name: 'My shop — Ünï', sandboxSeed: 42, blueprints: ['reviews'], environments: ['sandbox'] })
    expect(workspace.id).toMatch(/^my-shop-[a-z0-9-]*[0-9a-f]{4}$/)
    expect(workspace.environment('sandbox')).toMatchObject({ class: 'sandbox', source: { engine: 'generated', blueprint: 'reviews', scale: 1, markers: false } })
    expect(initWorkspace(folder(), { blueprints: ['reviews'] })).toMatchObject({ created: false, workspace: { id: workspace.id } })
    expect(() => initWorkspace(folder(), { blueprints: ['reviews'], seed: 43 })).toThrow(/already holds another workspace/)
  })

  it('names what is wrong with line and column', () => {
    initWorkspace(folder(), { blueprints: ['reviews'], seed: 1 })
    const file = join(folder(), 'regie.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('seed: 1', 'seed: one').replace('version: 1', 'version: 1\ncolour: red'))
    expect(() => loadWorkspace(folder())).toThrow(/regie\.yaml:3:1: .*"?colour/)
    expect(() => loadWorkspace(folder())).toThrow(/regie\.yaml:8:9 sandbox\.seed: /)
    writeFileSync(file, 'version: 1\nid: [a\n')
    expect(() => loadWorkspace(folder())).toThrow(/regie\.yaml:\d:\d: /)
    writeFileSync(file, 'version: 1\nversion: 1\n')
    expect(() => loadWorkspace(folder())).toThrow(/regie\.yaml:2:1: .*unique/)
  })

  it('names a wrong environment file, and one that is not there', () => {
    const { workspace } = initWorkspace(folder(), { blueprints: ['reviews'] })
    writeFileSync(join(folder(), 'environments', 'sandbox.yaml'), 'class: sandbox\ntitle: S\nsource:\n  engine: generated\n  blueprint: reviews\n  scale: -1\nobjects: { engine: directory }\nwarehouse: { engine: parquet }\ndocuments: { engine: sqlite }\n')
    expect(() => workspace.environment('sandbox')).toThrow(/sandbox\.yaml:6:10 source\.scale: /)
    expect(() => workspace.environment('production')).toThrow(/no environment "production".*It has: sandbox/)
    expect(() => loadWorkspace(join(home, 'nowhere'))).toThrow(/regie init/)
  })

  it("reads a blueprint's file from the workspace before the program's own", () => {
    const { workspace } = initWorkspace(folder(), { blueprints: ['reviews'] })
    const path = 'reviews/sandbox/schema.sql'
    expect(workspace.readBlueprint(path)).toContain('CREATE TABLE review (')
    mkdirSync(join(folder(), 'blueprints/reviews/sandbox'), { recursive: true })
    writeFileSync(join(folder(), 'blueprints', path), '-- mine\n')
    expect(workspace.readBlueprint(path)).toBe('-- mine\n')
    expect(() => workspace.blueprintFile('reviews/nosuch.yaml')).toThrow(/neither in the workspace nor in the program/)
  })
})

describe('schema file', () => {
  it('splits tables, keys and the rest, and keeps bodies whole', () => {
    const schema = readSchema('-- c\nCREATE TABLE a (\n  id integer\n);\nALTER TABLE a ADD CONSTRAINT a_pkey PRIMARY KEY (id);\nCREATE OR REPLACE PROCEDURE p() LANGUAGE sql AS $$\n  SELECT 1;\n  SELECT 2;\n$$;\n', 's.sql')
    expect([...schema.tables.keys()]).toEqual(['a'])
    expect(schema.constraints).toMatchObject([{ table: 'a', name: 'a_pkey', kind: 'primary key' }])
    expect(schema.others[0]).toContain('SELECT 2;')
    expect(() => readSchema('CREATE TABLE a (id integer);\nDROP TABLE a;\n', 's.sql')).toThrow(/s\.sql:2: can't place/)
    expect(() => readSchema('ALTER TABLE b ADD CONSTRAINT x UNIQUE (id);\n', 's.sql')).toThrow(/s\.sql:1: .*not created above/)
  })
})

describe('pseudonym keys', () => {
  it('come from the seed for generated people, one per domain', async () => {
    const [one, same, other, domain] = await Promise.all([sandboxPseudonymKeys(1).current('buyer'), sandboxPseudonymKeys(1).current('buyer'), sandboxPseudonymKeys(2).current('buyer'), sandboxPseudonymKeys(1).current('seller')])
    expect(one.keyId).toMatch(/^sandbox-[0-9a-f]{8}$/)
    expect(one.key.equals(same.key)).toBe(true)
    expect(one.key.equals(other.key) || one.key.equals(domain.key)).toBe(false)
  })

  it('are random, private and kept for real people; a damaged one is refused, not replaced', async () => {
    const keys = storedPseudonymKeys(join(home, 'keys', 'w'))
    const [first, second] = await Promise.all([keys.current('buyer'), storedPseudonymKeys(join(home, 'keys', 'w')).current('buyer')])
    expect(first.key.equals(second.key)).toBe(true)
    expect(first.key).toHaveLength(32)
    const file = join(home, 'keys', 'w', 'buyer.key')
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    writeFileSync(file, 'abcd')
    await expect(keys.current('buyer')).rejects.toMatchObject({ code: 'PSEUDONYM_KEY_UNUSABLE' })
    expect(readFileSync(file, 'utf8')).toBe('abcd')
  })
})

describe('environment', () => {
  it('opens its systems lazily, describes them and leaves nothing running', async () => {
    const { workspace } = initWorkspace(folder(), { blueprints: ['reviews'], scale: 0.01 })
    const environment = await openEnvironment({ home, workspace, name: 'sandbox', clock: systemClock, secrets: noSecrets, log: () => {} })
    const postgres = join(home, 'environments', workspace.id, 'sandbox', 'postgres')
    expect(existsSync(join(postgres, 'data'))).toBe(false)
    expect(await environment.sandbox?.state()).toMatchObject({ ready: false, complete: false })
    expect(existsSync(join(postgres, 'data'))).toBe(false)
    await environment.sandbox?.load(environment.sandbox.first)
    expect(await environment.source.query('SELECT count(*)::int AS n FROM review', [])).toEqual([{ n: 1_113 }])
    const systems = await environment.systems()
    expect(systems.map(({ system, state }) => `${system} ${state}`)).toEqual(['postgresql up', 'object-store up', 'warehouse up', 'document-store up'])
    expect((await environment.pseudonyms.current('buyer')).keyId).toMatch(/^sandbox-/)
    expect(existsSync(environment.scratch)).toBe(true)
    await environment.close()
    expect(existsSync(environment.scratch)).toBe(false)
    expect(existsSync(join(postgres, 'data', 'postmaster.pid'))).toBe(false)
  })

  it('takes another source in place of its own, with keys that are not the sandbox’s', async () => {
    const { workspace } = initWorkspace(folder(), { blueprints: ['reviews'] })
    const inner = await openEnvironment({ home, workspace, name: 'sandbox', clock: systemClock, secrets: noSecrets, log: () => {} })
    let opened = 0
    const environment = await openEnvironment({ home, workspace, name: 'sandbox', clock: systemClock, secrets: noSecrets, log: () => {}, source: { name: 'folder', open: async () => (opened++, { ...inner.source, query: async () => [], close: async () => {} }) } })
    expect(opened).toBe(0)
    expect(await environment.source.query('SELECT 1', [])).toEqual([])
    expect(opened).toBe(1)
    expect((await environment.pseudonyms.current('buyer')).keyId).toMatch(/^key-/)
    await environment.close()
    await inner.close()
  })
})
