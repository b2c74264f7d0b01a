import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKETS, features, MAX_FEATURES, writeFeatures } from '#core/scoring/features.ts'

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden', 'features.json'), 'utf8')) as { text: string; buckets: number[] }[]

describe('features', () => {
  it.each(golden)('are those of the training code for $text', ({ text, buckets }) => {
    expect([...features(text)]).toEqual(buckets)
  })

  it('never fall into the padding bucket, never exceed the limit, and read case and punctuation alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const buckets = features(text)
        expect(buckets.length).toBeLessThanOrEqual(MAX_FEATURES)
        expect(buckets.every((bucket) => bucket > 0 && bucket < BUCKETS)).toBe(true)
      }),
    )
    expect(features('GREAT, Sound')).toEqual(features('great sound'))
  })

  it('are written where they are asked to be, with nothing before', () => {
    const into = new Int32Array(MAX_FEATURES + 104)
    const count = writeFeatures('a good lamp', into, 100)
    expect([...into.subarray(0, 100)].every((bucket) => bucket === 0)).toBe(true)
    expect(into.subarray(100, 100 + count)).toEqual(features('a good lamp'))
  })
})
