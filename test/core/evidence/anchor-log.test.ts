import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Notary } from '#core/audit/notary.ts'
import { AuditProofs } from '#core/audit/proofs.ts'
import { systemClock } from '#core/base/clock.ts'
import { packageRoot } from '#core/base/package-root.ts'
import { openDirectoryStore } from '#core/connectors/embedded/directory-store.ts'
import { ANCHOR_LOG, anchorLog, type AnchorDeps } from '#core/evidence/anchor-log.ts'
import { databasePlace, gitPlace, linePlace, objectPlace, type AnchorDatabase, type AnchorPlace } from '#core/evidence/anchor-place.ts'
import { bundlePdf } from '#core/evidence/bundle-pdf.ts'
import { bundleText, evidenceBundle } from '#core/evidence/bundle.ts'
import { Engine, OperationRegistry } from '#core/operations/index.ts'
import type { RunDetail } from '#core/operations/types.ts'
import { notRun } from '#test/support/not-run.ts'
import { fill, openLog, scratch, type Bench } from '#test/core/audit/support.ts'

interface World extends Bench {
  readonly engine: Engine
  readonly notary: Notary
  readonly proofs: AuditProofs
  anchor(to: string): Promise<RunDetail>
}

function open(place: AnchorPlace): World {
  const bench = openLog()
  fill(bench.log, 3)
  const notary = new Notary({ store: bench.store, log: bench.log, clock: bench.clock, home: dirname(bench.file) })
  const deps: AnchorDeps = { notary, anchorPlace: () => place }
  const engine = new Engine({ store: bench.store, audit: bench.log, clock: systemClock, registry: new OperationRegistry().add(anchorLog), depsFor: async () => deps, classOf: () => 'sandbox' })
  onTestFinished(() => engine.close())
  return {
    ...bench,
    engine,
    notary,
    proofs: new AuditProofs(bench.store),
    async anchor(to) {
      const plan = await engine.plan(ANCHOR_LOG, { environment: 'sandbox', to }, 'anna')
      return engine.wait((await engine.start(plan.hash, 'anna')).runId)
    },
  }
}

/** A database that keeps rows as PostgreSQL would, as far as these statements go. */
function rowsInMemory(): { database: AnchorDatabase; lines: string[] } {
  const lines: string[] = []
  const made: { table: boolean } = { table: false }
  const database: AnchorDatabase = {
    run: async (sql) => void (made.table = /CREATE TABLE IF NOT EXISTS regie\.audit_anchors/.test(sql)),
    rows: async <T>(sql: string, parameters: readonly unknown[] = []) => {
      if (!made.table) throw new Error('relation "regie.audit_anchors" does not exist')
      if (sql.startsWith('INSERT')) {
        if (!lines.includes(String(parameters[2]))) lines.push(String(parameters[2]))
        return []
      }
      return lines.filter((line) => line.includes(` ${String(parameters[0])} ${String(parameters[1])} `)).map((line) => ({ line })) as T[]
    },
    close: async () => {},
  }
  return { database, lines }
}

describe('anchoring', () => {
  it('puts the signed line into the object store once, and reads it back', async () => {
    const objects = await openDirectoryStore({ folder: join(scratch(), 'objects'), clock: systemClock })
    const world = open(objectPlace(objects))
    const run = await world.anchor('object')
    expect(run).toMatchObject({ state: 'succeeded', result: { to: 'object', entries: expect.any(Number) as number } })
    expect(run.steps.flatMap((step) => step.evidence).map(({ state }) => state)).toEqual(['proven', 'proven'])
    const { reference, line } = run.result as { reference: string; line: string }
    const place = objectPlace(objects)
    expect(await place.read(reference)).toBe(line)
    await place.put(world.notary.kept()[0]!)
    expect(await objects.versions(reference)).toHaveLength(1)
  })

  it('puts a row into the database once', async () => {
    const { database, lines } = rowsInMemory()
    const place = databasePlace(async () => database)
    const world = open(place)
    expect(await world.anchor('database')).toMatchObject({ state: 'succeeded' })
    await place.put(world.notary.kept()[0]!)
    expect(lines).toEqual([world.notary.kept()[0]?.line])
  })

  it('prints a line, and says that nobody can read that back', async () => {
    const run = await open(linePlace).anchor('line')
    expect(run.state).toBe('succeeded')
    expect(run.steps.at(-1)?.evidence).toMatchObject([{ state: 'not-proven' }])
  })

  it('fails loudly when what is read back is not what was put', async () => {
    const lying: AnchorPlace = { ...linePlace, name: 'object', readable: true, read: async () => null }
    expect(await open(lying).anchor('object')).toMatchObject({ state: 'failed', failure: { code: 'POSTCONDITION_FAILED' } })
  })

  const git = spawnSync('git', ['--version']).status === 0
  it.skipIf(!git && notRun('anchor as a git tag', 'git is not installed'))('tags the workspace’s commit, and refuses where there is none', async () => {
    const folder = join(scratch(), 'workspace')
    mkdirSync(folder)
    const refused = open(gitPlace(folder))
    const plan = await refused.engine.plan(ANCHOR_LOG, { environment: 'sandbox', to: 'git' }, 'anna')
    expect(plan.refuse).toMatchObject({ code: 'ANCHOR_PLACE_UNAVAILABLE' })
    expect((await open(gitPlace(null)).engine.plan(ANCHOR_LOG, { environment: 'sandbox', to: 'git' }, 'anna')).refuse?.what).toContain('no workspace')

    const run = (...args: string[]): string => execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' })
    run('init', '-q')
    writeFileSync(join(folder, 'regie.yaml'), '')
    run('add', '-A')
    run('commit', '-qm', 'workspace')
    const world = open(gitPlace(folder))
    const anchored = await world.anchor('git')
    expect(anchored).toMatchObject({ state: 'succeeded' })
    expect(run('tag', '-l', '--format=%(contents)')).toContain((anchored.result as { line: string }).line)
  })
})

describe('the evidence of a run', () => {
  it('is one file that the stand-alone verifier believes, and no changed one', async () => {
    if (spawnSync('python3', ['--version']).status !== 0) {
      notRun('stand-alone verifier of an evidence bundle', 'python3 is not installed')
      return
    }
    const world = open(linePlace)
    const run = await world.anchor('line')
    const bundle = evidenceBundle(run, { notary: world.notary, proofs: world.proofs, actor: 'anna' })
    expect(bundle.approvals).toEqual({ required: false, given: [], note: 'None required.' })
    const file = join(scratch(), 'evidence.json')
    const verify = (text: string): { ok: boolean; problems?: string[] } => {
      writeFileSync(file, text)
      const { stdout } = spawnSync('python3', [join(packageRoot, 'docs', 'verifier', 'regie_verify.py'), 'bundle', file], { encoding: 'utf8' })
      return JSON.parse(stdout) as { ok: boolean; problems?: string[] }
    }
    const text = bundleText(bundle)
    expect(verify(text)).toMatchObject({ ok: true })
    const changes: readonly (readonly [string, string])[] = [
      ['"actor": "anna"', '"actor": "eve"'],
      ['"state": "succeeded"', '"state": "failed"'],
      ['Signs number of entries', 'Signs nothing of entries'],
      ['"state": "not-proven"', '"state": "proven"'],
      ['Run 1 started', 'Run 2 started'],
      [bundle.head.slice(-8), bundle.head.slice(-8).replace(/./, (sign) => (sign === 'A' ? 'B' : 'A'))],
      [bundle.steps[0]?.outputHash ?? '', '0'.repeat(64)],
    ]
    for (const [from, to] of changes) {
      expect(text, from).toContain(from)
      expect(verify(text.replace(from, to)), `${from} → ${to}`).toMatchObject({ ok: false })
    }
    const dropped = { ...bundle, entries: bundle.entries.filter(({ canonical }) => !canonical.includes('"kind":"run.ended"')) }
    expect(verify(JSON.stringify(dropped)).problems).toEqual(['the log does not say that this run ended so'])
  })

  it('is a document of its own for people', async () => {
    const world = open(linePlace)
    const bundle = evidenceBundle(await world.anchor('line'), { notary: world.notary, proofs: world.proofs, actor: 'anna' })
    const pdf = await bundlePdf(bundle)
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(pdf.toString('latin1')).toContain(`/Title`)
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThanOrEqual(2)
  })
})
