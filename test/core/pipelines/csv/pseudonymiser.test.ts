import { createHmac, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HmacSha256 } from '#core/pipelines/csv/hmac-sha256.ts'
import { Pseudonymiser, viewOf } from '#core/pipelines/csv/pseudonymiser.ts'

const reference = (key: Buffer, value: Uint8Array): string => createHmac('sha256', key).update(value).digest('hex')

describe('HMAC-SHA-256', () => {
  it('equals the reference for keys and messages of every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 130 }), fc.uint8Array({ maxLength: 130 }), (key, value) => {
        const out = Buffer.alloc(70)
        new HmacSha256(Buffer.from(key)).hexInto(value, 0, value.length, out, 3)
        expect(out.toString('latin1', 3, 67)).toBe(reference(Buffer.from(key), value))
      }),
      { numRuns: 500 },
    )
  })
})

describe('Pseudonymiser', () => {
  it('gives the same pseudonym for the same value, remembered or not, and keeps values apart', () => {
    const key = randomBytes(32)
    const people = new Pseudonymiser('k1', key)
    const out = Buffer.alloc(64)
    const values = Array.from({ length: 20_000 }, (_, i) => Buffer.from(`person-${i % 9_000}${i % 7 === 0 ? 'x'.repeat(i % 80) : ''}`))
    for (const value of values) {
      people.into(viewOf(value), 0, value.length, viewOf(out), 0)
      expect(out.toString('latin1') === reference(key, value)).toBe(true)
    }
  })
})
