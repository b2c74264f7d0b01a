import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPipelineCatalogue } from '#core/pipelines/catalogue.ts'
import { stepOf, type RejectRule } from '#core/pipelines/definition.ts'
import { rejectedSql } from '#core/pipelines/steps/validate.ts'
import { blueprintFiles } from './support.ts'

interface Row {
  readonly review_id: string | null
  readonly rating: string | null
  readonly description: string | null
  readonly p_id: string | null
  readonly source_row: number
}

/** The documents' rules, read aloud: the first that fits names the reason. */
function judge(rows: readonly Row[]): (string | null)[] {
  const inOrder = rows.map((row, i) => ({ row, i })).toSorted((a, b) => a.row.source_row - b.row.source_row || compare(a.row.p_id, b.row.p_id) || a.i - b.i)
  const seen = new Set<string | null>()
  const reasons: (string | null)[] = Array.from({ length: rows.length }, () => null)
  for (const { row, i } of inOrder) {
    const rating = Number(row.rating)
    if (seen.has(row.review_id)) reasons[i] = 'duplicate_review_id'
    else if (row.review_id === null || row.rating === null) reasons[i] = 'missing_required_fields'
    else if (!/^\s*-?\d+(\.0+)?\s*$/.test(row.rating)) reasons[i] = 'data_quality_issue'
    else if (rating < 1 || rating > 5) reasons[i] = 'invalid_rating'
    else if (row.description === null || Array.from(row.description).every(isSpace)) reasons[i] = 'empty_description'
    seen.add(row.review_id)
  }
  return reasons
}

/** As Python's str.strip() sees it. */
const isSpace = (character: string): boolean => /\p{Z}/u.test(character) || '\t\n\v\f\r\u001C\u001D\u001E\u001F\u0085'.includes(character)

/** NULL stands last, as in the engine's structs. */
const compare = (a: string | null, b: string | null): number => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1)

const aRow = fc.record({
  review_id: fc.option(fc.constantFrom('1', '2', '3', '4', '5', '6'), { nil: null, freq: 6 }),
  rating: fc.option(fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '-1', '4.5', '4.0', 'four', ''), { nil: null, freq: 6 }),
  description: fc.option(fc.constantFrom('good', '', ' ', '\t\n', '\u00A0', '\u3000\u2003', '\u0085', ' x ', '\u200B', '.', '\v\f\r', '\u001C'), { nil: null, freq: 6 }),
  p_id: fc.option(fc.constantFrom('A', 'B'), { nil: null }),
  source_row: fc.integer({ min: 0, max: 9 }),
})

describe('reject rules of the reviews pipeline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regie-rules-'))
  let instance: DuckDBInstance
  let db: DuckDBConnection
  let rules: readonly RejectRule[]
  let order: readonly string[]

  beforeAll(async () => {
    const validate = stepOf(openPipelineCatalogue(blueprintFiles()).get('reviews'), 'validate', 'validate')
    rules = validate.rules.filter((rule) => rule.enforce === 'reject')
    ;({ order } = validate)
    instance = await DuckDBInstance.create(':memory:')
    db = await instance.connect()
    await db.run('CREATE SCHEMA run')
  })
  afterAll(() => {
    db.closeSync()
    instance.closeSync()
    rmSync(folder, { recursive: true, force: true })
  })

  it('stand in the documents\' order', () => {
    const reasons = rules.map((rule) => rule.reason).filter((reason) => reason !== 'data_quality_issue')
    expect(reasons).toEqual(['duplicate_review_id', 'missing_required_fields', 'invalid_rating', 'empty_description'])
  })

  it('judge random rows as a straightforward reading does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aRow, { maxLength: 24 }), async (rows) => {
        await db.run('CREATE OR REPLACE TABLE run.joined (joined_row BIGINT, review_id VARCHAR, rating VARCHAR, description VARCHAR, p_id VARCHAR, source_row BIGINT, text_length INTEGER)')
        for (const [i, row] of rows.entries()) {
          await db.run('INSERT INTO run.joined VALUES ($1, $2, $3, $4, $5, $6, $7)', [i, row.review_id, row.rating, row.description, row.p_id, row.source_row, row.description?.length ?? 0])
        }
        const found = (await db.runAndReadAll(`SELECT joined_row, reason FROM (${rejectedSql(rules, order)}) ORDER BY joined_row`)).getRowsJson().map(([i, reason]) => [Number(i), reason])
        const expected = judge(rows).flatMap((reason, i) => (reason === null ? [] : [[i, reason]]))
        expect(found).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })
})
