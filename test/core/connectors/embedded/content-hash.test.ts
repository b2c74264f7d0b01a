import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentHashSql } from '#core/connectors/embedded/content-hash.ts'
import { DuckDbEngine, quoted } from '#core/connectors/embedded/duckdb-engine.ts'

type Row = { readonly text: string | null; readonly other: string | null; readonly whole: number | null; readonly flag: boolean | null }

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The formula of content-hash.ts once more, from its words alone. */
function reference(rows: readonly Row[]): string {
  const hashes = rows.map((row) =>
    sha256(
      (['flag', 'other', 'text', 'whole'] as const)
        .map((column) => {
          const value = row[column]
          if (value === null) return 'N'
          return `V${Array.from(String(value)).length}:${String(value)}`
        })
        .join(''),
    ),
  )
  const buckets = new Map<string, string[]>()
  for (const hash of hashes) buckets.set(hash.slice(0, 2), [...(buckets.get(hash.slice(0, 2)) ?? []), hash])
  return sha256(`${rows.length}:${[...buckets].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, bucket]) => sha256(bucket.toSorted().join(''))).join('')}`)
}

let engine: DuckDbEngine
const scratch = mkdtempSync(join(tmpdir(), 'regie-hash-'))
beforeAll(async () => {
  engine = await DuckDbEngine.open({ scratch, memoryLimitMb: 256 })
})
afterAll(() => {
  engine.close()
  rmSync(scratch, { recursive: true, force: true })
})

async function hashed(rows: readonly Row[]): Promise<{ rows: number; content: string }> {
  const literal = (value: Row[keyof Row]): string => (value === null ? 'NULL' : typeof value === 'string' ? quoted(value) : String(value))
  const values = rows.map((row) => `(${[row.text, row.other, row.whole, row.flag].map(literal).join(', ')})`)
  const relation = `(SELECT NULL::VARCHAR AS text, NULL::VARCHAR AS other, NULL::BIGINT AS whole, NULL::BOOLEAN AS flag WHERE false${values.length > 0 ? ` UNION ALL VALUES ${values.join(', ')}` : ''})`
  const [found] = await engine.rows<{ rows: number; content: string }>(contentHashSql(relation, ['text', 'other', 'whole', 'flag']))
  return found!
}

// no NUL in a literal of SQL
const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\0')), { nil: null })
const row: fc.Arbitrary<Row> = fc.record({ text, other: text, whole: fc.option(fc.maxSafeInteger(), { nil: null }), flag: fc.option(fc.boolean(), { nil: null }) })

describe('content hash', () => {
  it('is what its words say, for any rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
        expect(await hashed(rows)).toEqual({ rows: rows.length, content: reference(rows) })
      }),
      { numRuns: 60 },
    )
  })

  it('is the same in any order, and another one when a row is doubled, lost or moved into the next column', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const { content } = await hashed(rows)
        expect((await hashed(rows.toReversed())).content).toBe(content)
        expect((await hashed([...rows, rows[0]!])).content).not.toBe(content)
        expect((await hashed(rows.slice(1))).content).not.toBe(content)
      }),
      { numRuns: 25 },
    )
    const moved = (one: string | null, two: string | null): Promise<{ content: string }> => hashed([{ text: one, other: two, whole: null, flag: null }])
    const contents = await Promise.all([moved('ab', 'c'), moved('a', 'bc'), moved('abc', ''), moved('abc', null), moved(null, 'abc'), moved('N', 'N'), moved(null, null)])
    expect(new Set(contents.map(({ content }) => content)).size).toBe(contents.length)
  })
})
