import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pseudonymiser } from '#core/pipelines/csv/pseudonymiser.ts'
import { RowTransform } from '#core/pipelines/csv/row-transform.ts'

const key = Buffer.from('0123456789abcdef0123456789abcdef')
const pseudonym = (value: string): string => createHmac('sha256', key).update(value).digest('hex')
const people = (): Pseudonymiser => new Pseudonymiser('k1', key)

/** As PostgreSQL's COPY writes CSV: NULL unquoted-empty, '' quoted, quotes only where needed. */
const field = (value: string | null): string => (value === null ? '' : value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
const csv = (rows: readonly (readonly (string | null)[])[]): Buffer => Buffer.from(rows.map((row) => row.map(field).join(',') + '\n').join(''))

function transform(bytes: Buffer, leading: number, chunk: number): { text: string; rows: number; longest: number } {
  const keys = people()
  const through = new RowTransform('t', Array.from({ length: leading }, () => keys))
  const out: Buffer[] = []
  const rowEnds: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunk) {
    const ready = through.push(bytes.subarray(at, at + chunk))
    if (!ready) continue
    out.push(Buffer.from(ready.bytes))
    rowEnds.push(Buffer.from(ready.bytes.subarray(0, ready.rowEnd)))
  }
  out.push(through.end().bytes)
  for (const rows of rowEnds) if (rows.length > 0) expect(rows.at(-1)).toBe(0x0a)
  return { text: Buffer.concat(out).toString(), rows: through.counts.rows, longest: through.counts.longest }
}

const anyField = fc.option(fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'é', '🙂'), maxLength: 8 })), { nil: null })

describe('RowTransform', () => {
  it('replaces the leading fields and nothing else, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyField, anyField, anyField), { maxLength: 20 }), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 40 }), (rows, leading, chunk) => {
        const expected = csv(rows.map((row) => row.map((value, i) => (i < leading && value !== null ? pseudonym(value) : value))))
        const found = transform(csv(rows), leading, chunk)
        expect(found.text).toBe(expected.toString())
        expect(found.rows).toBe(rows.length)
      }),
      { numRuns: 400 },
    )
  })

  it('passes a row of 20 MB', () => {
    const found = transform(csv([['a', 'x'.repeat(20_000_000)], ['b', 'y']]), 1, 65_536)
    expect(found.rows).toBe(2)
    expect(found.longest).toBeGreaterThan(20_000_000)
    expect(found.text.length).toBe(64 + 1 + 20_000_000 + 1 + 64 + 1 + 1 + 1)
  })

  it('refuses a stream that ends inside a row, and a row with too few fields', () => {
    expect(() => transform(Buffer.from('a,b\nc,"d'), 1, 100)).toThrow(expect.objectContaining({ code: 'SOURCE_ROW_BROKEN' }))
    expect(() => transform(Buffer.from('a,b\nc'), 0, 100)).toThrow(expect.objectContaining({ code: 'SOURCE_ROW_BROKEN' }))
    expect(() => transform(Buffer.from('a\n'), 2, 100)).toThrow(expect.objectContaining({ code: 'SOURCE_ROW_BROKEN' }))
  })

  it('never repeats what a row holds in its errors', () => {
    try {
      transform(Buffer.from('"secret person"x,1\n'), 1, 100)
      expect.unreachable()
    } catch (error) {
      expect(String(error)).not.toContain('secret')
    }
  })
})
