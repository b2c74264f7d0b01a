import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { OperationRegistry } from '#core/operations/registry.ts'
import { bundled, runBundle } from '#test/faults/kill-harness.ts'
import { openToySystems, toyOperation, type ToySystems } from '#test/faults/toy-operation.ts'
import { freeze, thaw, type FrozenHome } from './frozen.ts'
import { expectInvariants } from './invariants.ts'
import { Home } from './support.ts'

const folder = join(import.meta.dirname, '../../fixtures/journals')
const frozen = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json')).toSorted()

let home = new Home()
let toy: ToySystems | null = null
afterEach(async () => {
  toy?.ledger.close()
  toy = null
  await home.remove()
  home = new Home()
})

/** One per release, written by that release: REGIE_FREEZE_JOURNALS=<release> npx vitest run test/core/operations/frozen-journals.test.ts */
const release = process.env.REGIE_FREEZE_JOURNALS
describe.runIf(release)('writing', () => {
  it.each(['book:inserted', 'journal:6', 'step:publish:acted'])('freezes a run killed at %s', { timeout: 60_000 }, async (point) => {
    const bundle = await bundled(join(import.meta.dirname, '../../faults/toy.entry.ts'))
    expect((await runBundle(bundle, home.path, { REGIE_PHASE: 'run', REGIE_KILL: point })).signal).toBe('SIGKILL')
    rmSync(bundle, { recursive: true })
    toy = openToySystems(home.path)
    toy.ledger.pragma('wal_checkpoint(TRUNCATE)')
    const booked = toy.ledger.prepare('SELECT * FROM booked').all()
    const files = readdirSync(home.path).filter((name) => name.endsWith('.json'))
    const file = join(folder, release ?? '', `test.toy-${point.replaceAll(':', '-')}.json`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify({ ...freeze(home.path, release ?? '', files), booked }, null, 1) + '\n', { flag: 'wx' })
  })
})

describe.skipIf(release)('the journal of an old release', () => {
  it('is there', () => expect(frozen.length).toBeGreaterThan(0))

  it.each(frozen)('%s is opened, shown and resumed', { timeout: 60_000 }, async (file) => {
    const old = JSON.parse(readFileSync(join(folder, file), 'utf8')) as FrozenHome & { booked: { id: number; run_id: string; amount: number }[] }
    thaw(old, home.path)
    const systems = openToySystems(home.path)
    toy = systems
    for (const row of old.booked) systems.ledger.prepare('INSERT INTO booked VALUES (@id, @run_id, @amount)').run(row)

    const parts = home.engine(new OperationRegistry().add(toyOperation), { depsFor: async () => systems, leaseMs: 1_200 })
    const { engine, audit } = parts
    expect(await audit.verify({})).toMatchObject({ ok: true })
    const [run] = engine.list().runs
    expect(run).toMatchObject({ number: 1, operation: 'test.toy', title: 'Book 100 numbers', state: 'running', actor: 'anna' })
    const shown = engine.get(run?.runId ?? '')
    expect(shown.steps.map((step) => step.id)).toEqual(['number', 'odd', 'even', 'book', 'publish'])
    expect(shown.steps.find((step) => step.id === 'number')).toMatchObject({ state: 'succeeded', evidence: [{ state: 'proven' }] })

    // its holder was of another machine: only its silence tells that it is gone, and then the run goes on by itself
    expect(await engine.recover()).toEqual([])
    const patience = performance.now() + 20_000
    while (engine.get(shown.runId).state !== 'succeeded' && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 100))
    expect(engine.get(shown.runId)).toMatchObject({ state: 'succeeded', result: { amount: 5050 }, failure: null })
    expect(systems.ledger.prepare('SELECT amount FROM booked').pluck().all()).toEqual([5050])
    await expectInvariants(shown.runId, parts)
  })
})
