import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { consistent } from '#core/audit/merkle.ts'
import { Notary } from '#core/audit/notary.ts'
import { AuditProofs } from '#core/audit/proofs.ts'
import { Segments } from '#core/audit/segments.ts'
import { draft, fill, openLog, withoutTriggers, type Bench } from './support.ts'

function open(count: number): Bench & { segments: Segments; proofs: AuditProofs; folder: string } {
  const bench = openLog()
  fill(bench.log, count)
  const home = dirname(bench.file)
  const folder = join(home, 'audit', 'segments')
  const notary = new Notary({ store: bench.store, log: bench.log, clock: bench.clock, home })
  const proofs = new AuditProofs(bench.store)
  return { ...bench, proofs, folder, segments: new Segments({ folder, store: bench.store, notary, proofs }) }
}

describe('sealed segments', () => {
  it('begin where the one before ended, and are proven to be one log', async () => {
    const { segments, log, proofs } = open(10)
    await segments.archive('anna')
    fill(log, 5)
    await segments.archive('anna')
    const [first, second] = segments.list()
    expect([first?.from, first?.to, second?.from, second?.to]).toEqual([0, 11, 11, 16])
    const hash = (hex: string): Buffer => Buffer.from(hex, 'hex')
    expect(consistent(11, 16, hash(proofs.rootAt(11)), hash(proofs.rootAt(16)), (second?.proof ?? []).map(hash))).toBe(true)
    expect(await segments.check()).toBeNull()
    await expect(segments.archive('anna')).rejects.toMatchObject({ code: 'NOTHING_TO_ARCHIVE' })
    expect(log.head().entries).toBe(16)
  })

  it('that a kill left half are made anew', async () => {
    const { segments, folder, log } = open(10)
    await segments.archive('anna')
    const [manifest = '', lines = ''] = readdirSync(folder)
    // Killed before the manifest stood: lines without one, and halves of both.
    rmSync(join(folder, manifest))
    writeFileSync(join(folder, `${lines}.part`), 'half')
    writeFileSync(join(folder, '000000000000-000000000004.ndjson.gz'), 'older half')
    log.append(draft(3))
    const sealed = await segments.archive('anna')
    expect(sealed).toMatchObject({ from: 0, to: 12 })
    expect(readdirSync(folder)).toEqual(['000000000000-000000000012.json', '000000000000-000000000012.ndjson.gz'])
    expect(await segments.check()).toBeNull()
  })

  it('show what was changed, cut or lost, in them or in the log', async () => {
    const { segments, folder, log, store } = open(10)
    await segments.archive('anna')
    fill(log, 600)
    await segments.archive('anna')
    const file = join(folder, segments.list()[1]?.file ?? '')
    const good = readFileSync(file)
    writeFileSync(file, good.subarray(0, good.length - 20))
    expect(await segments.check()).toMatchObject({ seq: 11, problem: expect.stringContaining('missing or damaged') as string })
    rmSync(file)
    expect(await segments.check()).toMatchObject({ seq: 11, problem: expect.stringContaining('missing or damaged') as string })
    writeFileSync(file, good)
    const manifest = file.replace('.ndjson.gz', '.json')
    const first = join(folder, segments.list()[0]?.file.replace('.ndjson.gz', '.json') ?? '')
    const saved = readFileSync(first)
    rmSync(first)
    expect(await segments.check()).toMatchObject({ seq: 0, problem: expect.stringContaining('is missing') as string })
    writeFileSync(first, saved)
    expect(existsSync(manifest)).toBe(true)
    withoutTriggers(store).exec("UPDATE audit_entries SET canonical = replace(canonical, 'finished', 'Finished') WHERE seq = 300")
    expect(await segments.check()).toMatchObject({ seq: 11, problem: expect.stringContaining('are not those of the sealed segment') as string })
  })

  it('can be stopped', async () => {
    const { segments, folder } = open(1_200)
    const controller = new AbortController()
    controller.abort()
    await expect(segments.archive('anna', controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(readdirSync(folder)).toEqual([])
    await segments.archive('anna')
    await expect(segments.check(controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
