import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { Notary } from '#core/audit/notary.ts'
import { AuditProofs } from '#core/audit/proofs.ts'
import { Segments } from '#core/audit/segments.ts'
import { headsIn } from '#core/audit/signed-head.ts'
import { buildEntry } from '#test/core/store/build-entry.ts'
import { openLog, scratch } from './support.ts'

let child = ''
beforeAll(async () => {
  child = await buildEntry(join(import.meta.dirname, 'sign-until-killed.ts'))
})

/** Lets the child work, kills it so many ms after its n-th head, and returns what it said. */
async function signAndKill(file: string, after: number, delayMs: number): Promise<string> {
  const process = spawn('node', [child, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  process.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.split('\n').length > after) setTimeout(() => process.kill('SIGKILL'), delayMs)
  })
  expect(await new Promise((done) => process.once('close', (_, how) => done(how)))).toBe('SIGKILL')
  return said
}

it('kill -9 while signing, rotating the key or sealing leaves every head good, one chain of keys and whole segments', async () => {
  const file = join(scratch(), 'state.sqlite')
  const home = dirname(file)
  let said = ''
  for (const [round, after] of [1, 2, 3, 5, 8, 4, 6, 7].entries()) {
    said += await signAndKill(file, after, round * 3)
    const { store, log, clock } = openLog(file)
    const notary = new Notary({ store, log, clock, home })
    const proofs = new AuditProofs(store)
    const segments = new Segments({ folder: join(home, 'audit', 'segments'), store, notary, proofs })
    log.witness = (verdict) => notary.witness(verdict)
    notary.head('after')
    expect(notary.chain().problem).toBeNull()
    expect(notary.announced().map(({ key }) => key.reason).slice(1).every((reason) => reason === 'rotated')).toBe(true)
    for (const head of headsIn(said)) expect(notary.check(head)).toMatchObject({ ok: true })
    expect(await log.verify()).toMatchObject({ ok: true })
    expect(await segments.check()).toBeNull()
    store.close()
  }
})
