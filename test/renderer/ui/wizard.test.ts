import { describe, expect, it } from 'vitest'
import { keysFor, typedState } from '#renderer/ui/wizard/typed.ts'

describe('keys', () => {
  it('are two in production, one in pre-production, and one elsewhere only when data would be lost', () => {
    expect(keysFor('production', false)).toBe(2)
    expect(keysFor('preproduction', false)).toBe(1)
    expect([keysFor('development', false), keysFor('sandbox', false)]).toEqual([0, 0])
    expect([keysFor('development', true), keysFor('sandbox', true)]).toEqual([1, 1])
  })
  it('turn only on the whole name', () => {
    expect(typedState('', 'production/reviews')).toEqual({ state: 'empty', left: 18 })
    expect(typedState('production/rev', 'production/reviews')).toEqual({ state: 'typing', left: 4 })
    expect(typedState('production/reviews', 'production/reviews')).toEqual({ state: 'turned' })
    expect(typedState('production/reveiws', 'production/reviews')).toEqual({ state: 'differs', at: 15 })
    expect(typedState('production/reviews ', 'production/reviews')).toEqual({ state: 'differs', at: 19 })
    expect(typedState('Production/reviews', 'production/reviews')).toEqual({ state: 'differs', at: 1 })
  })
})
