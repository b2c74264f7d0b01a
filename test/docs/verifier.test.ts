import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Notary } from '#core/audit/notary.ts'
import { AuditProofs } from '#core/audit/proofs.ts'
import { Segments } from '#core/audit/segments.ts'
import { packageRoot } from '#core/base/package-root.ts'
import { notRun } from '#test/support/not-run.ts'
import { draft, fill, openLog, scratch, type Bench } from '#test/core/audit/support.ts'

const script = join(packageRoot, 'docs', 'verifier', 'regie_verify.py')
const python = spawnSync('python3', ['--version']).status === 0
const missing = !python && notRun('stand-alone verifier of the audit log', 'python3 is not installed')

interface Said {
  readonly ok: boolean
  readonly entries?: number
  readonly root?: string
  readonly firstBad?: { readonly seq: number }
  readonly problems?: readonly string[]
}

/** What the stand-alone verifier says; its exit code always agrees. */
function verify(...args: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync('python3', [script, ...args], { encoding: 'utf8' })
  expect(stderr).toBe('')
  const said = JSON.parse(stdout) as Said
  expect(status).toBe(said.ok ? 0 : 1)
  return said
}

function open(count: number): Bench & { notary: Notary; proofs: AuditProofs; home: string; save: (name: string, value: unknown) => string } {
  const bench = openLog()
  fill(bench.log, count)
  const home = dirname(bench.file)
  const folder = scratch()
  return {
    ...bench,
    home,
    notary: new Notary({ store: bench.store, log: bench.log, clock: bench.clock, home }),
    proofs: new AuditProofs(bench.store),
    save: (name, value) => {
      const file = join(folder, name)
      writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
      return file
    },
  }
}

async function exportOf({ log }: Bench): Promise<string> {
  let text = ''
  for await (const part of log.export()) text += part
  return text
}

const proofOf = ({ notary, proofs }: ReturnType<typeof open>, seq: number): Record<string, unknown> => {
  const head = notary.head('anna')
  return { ...proofs.inclusion(seq, head.size), size: head.size, rootHash: head.rootHash, head: head.line, keys: notary.announced().map(({ key }) => key.line) }
}

describe.skipIf(missing)('the stand-alone verifier', () => {
  it('agrees on an export, over rotated keys, against every anchor', async () => {
    const world = open(20)
    const { log, notary } = world
    const anchors = [notary.head('anna').line]
    notary.rotate('anna')
    fill(log, 13)
    anchors.push(notary.head('anna').line)
    fill(log, 5)
    const file = world.save('export.ndjson', await exportOf(world))
    const first = notary.announced()[0]?.key.keyId ?? ''
    const said = verify('export', file, '--against', world.save('anchors.txt', `Kept on paper:\n${anchors.join('\n')}\n`), '--key', first)
    expect(said).toMatchObject({ ok: true, entries: log.head().entries, root: log.head().rootHash })
    expect(verify('head', anchors[0] ?? '', '--export', file)).toMatchObject({ ok: true })
    expect(verify('export', file, '--against', anchors[1] ?? '', '--key', '0123456789abcdef').problems).toEqual([expect.stringContaining('no key that you named vouches')])
  })

  it('finds every kind of tampering with an export', async () => {
    const world = open(20)
    const anchor = world.notary.head('anna').line
    const lines = (await exportOf(world)).trimEnd().split('\n')
    const tampered = (change: readonly string[]): Said => verify('export', world.save('export.ndjson', `${change.join('\n')}\n`), '--against', anchor)
    expect(tampered(lines).ok).toBe(true)
    expect(tampered(lines.slice(0, 15)).problems).toEqual([expect.stringContaining('cut or went back')])
    expect(tampered(lines.with(7, (lines[7] ?? '').replace('finished', 'Finished')))).toMatchObject({ ok: false, firstBad: { seq: 8 } })
    expect(tampered(lines.toSpliced(7, 1))).toMatchObject({ ok: false, firstBad: { seq: 7 } })
    expect(tampered([...lines.slice(0, 20), lines[19] ?? '', ...lines.slice(20)]).ok).toBe(false)
    // The last line: only the anchor sees it.
    expect(tampered(lines.with(20, (lines[20] ?? '').replace('from now on', 'since ever'))).problems).toEqual([expect.stringContaining('are not those of')])
    expect(verify('export', world.save('export.ndjson', `${lines.join('\n')}\n`), '--against', anchor.slice(0, -3) + (anchor.endsWith('AAA') ? 'BBA' : 'AAA')).ok).toBe(false)
  })

  it('is no more credulous than ours about any single changed byte of a proof', () => {
    const world = open(9)
    const proof = JSON.stringify(proofOf(world, 4))
    expect(verify('proof', world.save('proof.json', proof)).ok).toBe(true)
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 61 }), (where, sign) => {
        const at = where % proof.length
        const other = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'[sign] ?? '0'
        const changed = proof.slice(0, at) + other + proof.slice(at + 1)
        if (changed === proof) return
        expect(verify('proof', world.save('proof.json', changed)).ok, changed).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  it('checks consistency, and that it is of the anchor', () => {
    const world = open(9)
    const anchor = world.notary.head('anna')
    fill(world.log, 20)
    const proof = world.proofs.consistency(anchor.size, 25)
    const file = (value: unknown): string => world.save('consistency.json', value)
    expect(verify('consistency', file(proof), '--against', anchor.line)).toMatchObject({ ok: true })
    expect(verify('consistency', file({ ...proof, proof: proof.proof.slice(1) })).ok).toBe(false)
    expect(verify('consistency', file({ ...proof, toRoot: '0'.repeat(64) })).ok).toBe(false)
    expect(verify('consistency', file({ ...world.proofs.consistency(7, 25) }), '--against', anchor.line).ok).toBe(false)
  })

  it('never believes noise, and answers it in words', () => {
    const world = open(1)
    fc.assert(
      fc.property(fc.constantFrom('export', 'proof', 'consistency', 'bundle'), fc.oneof(fc.json(), fc.string(), fc.constant('{"seq":1}\n{"a":')), (command, text) => {
        const { ok, problems, entries } = verify(command, world.save('noise', text))
        expect(ok ? entries : (problems ?? []).length > 0).toBe(ok ? 0 : true)
      }),
      { numRuns: 40 },
    )
  })

  it('walks sealed segments, and finds one that is missing, changed or cut', async () => {
    const world = open(30)
    const folder = join(world.home, 'audit', 'segments')
    const segments = new Segments({ folder, store: world.store, notary: world.notary, proofs: world.proofs })
    await segments.archive('anna')
    fill(world.log, 700)
    await segments.archive('anna')
    world.log.append(draft(1))
    const last = await segments.archive('anna')
    expect(verify('segments', folder, '--against', last.head)).toMatchObject({ ok: true, entries: last.to, root: world.proofs.rootAt(last.to) })

    const copy = join(scratch(), 'segments')
    const damaged = (change: (folder: string) => void): Said => {
      mkdirSync(copy, { recursive: true })
      for (const name of readdirSync(folder)) writeFileSync(join(copy, name), readFileSync(join(folder, name)))
      change(copy)
      return verify('segments', copy, '--against', last.head)
    }
    const [, second = ''] = readdirSync(folder).filter((name) => name.endsWith('.gz'))
    expect(damaged(() => {}).ok).toBe(true)
    expect(damaged((where) => writeFileSync(join(where, second), readFileSync(join(where, second)).subarray(0, 900))).ok).toBe(false)
    expect(damaged((where) => writeFileSync(join(where, second), gzipSync(gunzipSync(readFileSync(join(where, second))).toString().replace('finished', 'Finished')))).ok).toBe(false)
    expect(damaged((where) => writeFileSync(join(where, second.replace('.ndjson.gz', '.json')), '{}')).ok).toBe(false)
  })
})
