import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AuditLog } from '#core/audit/audit-log.ts'
import { Frontier, leafHash } from '#core/audit/merkle.ts'
import { packageRoot } from '#core/base/package-root.ts'
import { notRun } from '#test/support/not-run.ts'
import { draft, fill, openLog, scratch } from './support.ts'

const doc = readFileSync(join(packageRoot, 'docs', 'audit-format.md'), 'utf8')
const example = (/```ndjson\n([\s\S]*?)```/.exec(doc)?.[1] ?? '').trimEnd().split('\n')
/** Hashes of the example's table, in its order. */
const hashes = [...doc.matchAll(/^\| [^|]+ \| `([0-9a-f]{64})` \|$/gm)].map(([, hash]) => hash as string)

describe('docs/audit-format.md', () => {
  it('states hashes that follow from its own text', () => {
    expect(example).toHaveLength(3)
    expect(hashes).toHaveLength(5)
    const leaves = example.map(leafHash)
    const tree = new Frontier()
    const roots = leaves.map((leaf) => (tree.push(leaf), tree.root().toString('hex')))
    expect(hashes).toEqual([...leaves.map((leaf) => leaf.toString('hex')), roots[1], roots[2]])
    expect(roots[0]).toBe(hashes[0])
    expect(doc).toContain(new Frontier().root().toString('hex'))
  })

  it('shows what the log writes for these entries', async () => {
    const { log, clock, store } = openLog()
    for (const line of example) {
      const entry = JSON.parse(line) as ReturnType<typeof draft> & { at: string }
      clock.ms = Date.parse(entry.at)
      log.append(entry)
    }
    expect(await exportOf(log)).toBe(example.join('\n') + '\n')
    expect(log.head().rootHash).toBe(hashes[4])
    expect(log.entry(1).inclusionProof).toEqual([hashes[0], hashes[2]])
    expect(log.entry(2).inclusionProof).toEqual([hashes[3]])
    const nodes = store.db.prepare('SELECT lower(hex(nodes)) FROM audit_entries ORDER BY seq').pluck().all()
    expect(nodes).toEqual(['', hashes[3], ''])
  })

  it('names the tables and columns as they are', () => {
    const { store } = openLog()
    for (const table of ['audit_entries', 'audit_head']) {
      for (const column of store.db.prepare('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table)) {
        expect(doc).toContain(`\`${String(column)}\``)
      }
    }
  })
})

const python = spawnSync('python3', ['--version']).status === 0
const missing = !python && notRun('independent verifier of the audit log', 'python3 is not installed')

describe.skipIf(missing)('a verifier in Python, written from the document alone', () => {
  it.each([0, 1, 2, 3, 64, 301])('reaches the same root over %i entries', async (size) => {
    const { log } = openLog()
    fill(log, size)
    if (size > 3) log.append(draft(size, { environment: null, runId: null, body: { '\u0000\u2028\n': [1e21, -0, 5e-324, '\ud83d\ude00'] } }))
    const { entries, rootHash } = log.head()
    expect(verify(await exportOf(log))).toEqual({ status: 0, said: { entries, root: rootHash } })
  })

  it('finds a changed, a missing and an exchanged line', async () => {
    const { log } = openLog()
    fill(log, 20)
    const lines = (await exportOf(log)).trimEnd().split('\n')
    expect(verify(write(lines.with(7, lines[7]?.replace('finished', 'Finished') as string)))).toMatchObject({ status: 1, said: { firstBad: 8 } })
    expect(verify(write(lines.toSpliced(7, 1)))).toMatchObject({ status: 1, said: { firstBad: 7 } })
    expect(verify(write(lines.with(7, lines[8] as string).with(8, lines[7] as string)))).toMatchObject({ status: 1, said: { firstBad: 7 } })
    const cut = verify(write(lines.slice(0, 19)))
    expect(cut.status).toBe(0)
    expect(cut.said.root).not.toBe(log.head().rootHash)
  })
})

async function exportOf(log: AuditLog): Promise<string> {
  let text = ''
  for await (const part of log.export()) text += part
  return text
}

function verify(text: string): { status: number | null; said: Record<string, unknown> } {
  const file = join(scratch(), 'audit.ndjson')
  writeFileSync(file, text)
  const { status, stdout } = spawnSync('python3', [join(import.meta.dirname, 'verify_export.py'), file], { encoding: 'utf8' })
  return { status, said: JSON.parse(stdout) as Record<string, unknown> }
}

const write = (lines: readonly string[]): string => lines.join('\n') + '\n'
