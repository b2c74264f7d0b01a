import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '#core/base/json.ts'

describe('canonicalJson after RFC 8785', () => {
  it('writes the example of section 3.2.3 byte for byte', () => {
    const source = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    ) as unknown
    expect(canonicalJson(source)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
  })

  it('sorts keys by UTF-16 code units, not by code points (section 3.2.3)', () => {
    const source = { '\u20ac': 'Euro', '\r': 'CR', '\ufb33': 'Dalet', '1': 'One', '\ud83d\ude00': 'Smiley', '\u0080': 'Control', '\u00f6': 'o' }
    expect([...canonicalJson(source).matchAll(/:"(\w+)"/g)].map(([, name]) => name)).toEqual(['CR', 'One', 'Control', 'o', 'Euro', 'Smiley', 'Dalet'])
  })

  // Appendix B: IEEE 754 bits and the text they must become.
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text)
  })

  it('escapes only what must be escaped, control characters in lower-case hex', () => {
    expect(canonicalJson('\u0000\u0007\b\t\n\u000b\f\r\u001f"\\/\u007f\u2028é😀')).toBe(
      '"\\u0000\\u0007\\b\\t\\n\\u000b\\f\\r\\u001f\\"\\\\/\u007f\u2028é😀"',
    )
  })

  it('leaves out members that are undefined, keeps null', () => {
    expect(canonicalJson({ b: undefined, a: null })).toBe('{"a":null}')
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  const hole: unknown[] = [1]
  hole[2] = 3
  it.each([
    ['NaN', Number.NaN],
    ['Infinity', { a: [Number.POSITIVE_INFINITY] }],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['undefined', [undefined]],
    ['a hole in an array', hole],
    ['a lone surrogate', '\ud83d'],
    ['a lone surrogate in a key', { '\ude00': 1 }],
    ['a Date', { at: new Date(0) }],
    ['a Map', new Map()],
    ['a Buffer', Buffer.from('a')],
    ['a cycle', cycle],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  it('says the same of equal values in any order of keys, and JSON.parse reads it back', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson(value)
        const back = JSON.parse(text) as unknown
        expect(canonicalJson(back)).toBe(text)
        expect(back).toEqual(JSON.parse(JSON.stringify(value)))
        if (value && typeof value === 'object' && !Array.isArray(value)) {
          expect(canonicalJson(Object.fromEntries(Object.entries(value).toReversed()))).toBe(text)
        }
      }),
    )
  })
})
