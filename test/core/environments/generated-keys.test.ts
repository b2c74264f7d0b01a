import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sandboxGenerator, sandboxSchema } from '#core/environments/sandbox.ts'
import { initWorkspace } from '#core/environments/workspace.ts'

const folder = mkdtempSync(join(tmpdir(), 'regie-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const { workspace } = initWorkspace(join(folder, 'platform'), { seed: 7, blueprints: ['reviews'] })
const keys = sandboxSchema(workspace, 'reviews').constraints.flatMap(({ sql }) => {
  const match = /ALTER TABLE (\w+) ADD CONSTRAINT \w+ PRIMARY KEY \(([^)]+)\)/.exec(sql)
  return match ? [{ table: match[1]!, columns: match[2]!.split(', ') }] : []
})

describe('the generated source at any size', () => {
  it.each([0.01, 0.02, 0.05, 0.1, 0.37])('has no primary key twice at %d', (scale) => {
    const generator = sandboxGenerator({ workspace, blueprint: 'reviews', scale, markers: false })
    expect(keys).toHaveLength(25)
    for (const { table: name, columns } of keys) {
      const table = generator.table(name)
      const places = columns.map((column) => table.columns.indexOf(column))
      const seen = new Set<string>()
      let rows = 0
      for (const line of Buffer.concat([...table.chunks()]).toString('utf8').split('\n')) {
        if (line === '') continue
        rows += 1
        const fields = line.split('\t')
        // An identity column is not in the file: the server counts it up.
        seen.add(places.includes(-1) ? String(rows) : places.map((place) => fields[place]).join('\t'))
      }
      expect([name, seen.size]).toEqual([name, rows])
    }
  })
})
