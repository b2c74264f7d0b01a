import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from '#core/base/json.ts'
import { differences, downstreamOf, freezePlan, plain, planHash } from '#core/operations/plan.ts'
import { newRunId } from '#core/operations/run-id.ts'
import { toy } from './support.ts'

const operation = toy([{ id: 'a', estimateMs: 5 }, { id: 'b', needs: ['a'] }], { locks: ['z', 'a', 'z'] }).latest('toy')
const make = (observed: Json = { rows: 1 }) => freezePlan(operation, { name: 'one' }, observed, operation.plan({ name: 'one' }, observed))

const step = (id: string, ...needs: string[]) => ({ id, needs, title: id, where: '', effect: '' })

describe('a plan', () => {
  it('is frozen all the way down, and hashed over its canonical JSON', () => {
    const plan = make()
    expect(() => ((plan.steps[0] as { title: string }).title = 'x')).toThrow(TypeError)
    expect(() => ((plan.observed as { rows: number }).rows = 2)).toThrow(TypeError)
    expect(plan.locks).toEqual(['a', 'z'])
    const { hash, ...rest } = plan
    expect(hash).toBe(createHash('sha256').update(canonicalJson(rest)).digest('hex'))
    expect(planHash(JSON.parse(JSON.stringify(plan)) as typeof plan)).toBe(hash)
  })

  it('has another hash when anything in it is another', () => {
    expect(make({ rows: 2 }).hash).not.toBe(make().hash)
    expect(make().hash).toBe(make().hash)
  })

  it('names what changed in what it observed', () => {
    expect(differences({ a: 1, b: [1, 2], c: null }, { c: null, b: [1, 3], a: 1, d: 4 })).toEqual(['b', 'd'])
    expect(differences([1], [2])).toEqual(['what it observed'])
    expect(differences({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([])
  })

  it('knows what stands downstream of a step', () => {
    expect([...downstreamOf([step('d', 'b', 'c'), step('a'), step('b', 'a'), step('c'), step('e', 'd')], 'b')].toSorted()).toEqual(['b', 'd', 'e'])
  })
})

describe('plain values', () => {
  it('are what the journal gives back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(plain(value)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
    expect(() => canonicalJson(plain({ cut: 'a\ud800', big: 1n, nan: Number.NaN, gone: undefined }))).not.toThrow()
  })
})

describe('run ids', () => {
  it('are the time in UTC and four letters, never one that is taken', () => {
    const at = Date.UTC(2026, 10, 21, 10, 58, 14)
    expect(newRunId(at, () => 0, () => false)).toBe('20261121_105814_aaaa')
    expect(newRunId(at, () => 0, (id) => id.endsWith('aaaa'))).toBe('20261121_105814_0000')
    const taken = new Set<string>()
    for (let n = 0; n < 2_000; n++) taken.add(newRunId(at, Math.random, (id) => taken.has(id)))
    expect(taken.size).toBe(2_000)
  })
})
