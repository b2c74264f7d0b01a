import { describe, expect, it } from 'vitest'
import { createFormat } from '#renderer/i18n/format.ts'

const en = createFormat('en')
const fr = createFormat('fr')
const plain = (text: string): string => text.replaceAll(/[\u00A0\u202F]/g, ' ')

describe('durations', () => {
  it.each([
    [0, '0 s', '0 s'],
    [42, '0.04 s', '0,04 s'],
    [400, '0.4 s', '0,4 s'],
    [9700, '9.7 s', '9,7 s'],
    [9960, '10 s', '10 s'],
    [24_000, '24 s', '24 s'],
    [59_600, '1 min', '1 min'],
    [290_000, '4 min 50 s', '4 min 50 s'],
    [3_600_000, '1 h', '1 h'],
    [3_599_900, '1 h', '1 h'],
    [7_500_000, '2 h 5 min', '2 h 5 min'],
    [86_400_000 * 3 + 3_600_000 * 4, '3 d 4 h', '3 j 4 h'],
    [-5, '0 s', '0 s'],
  ])('%d ms', (ms, english, french) => {
    expect(plain(en.duration(ms))).toBe(english)
    expect(plain(fr.duration(ms))).toBe(french)
  })
})

describe('numbers', () => {
  it('follow the language', () => {
    expect(en.n(111_185)).toBe('111,185')
    expect(plain(fr.n(111_185))).toBe('111 185')
    expect(plain(en.pct(0.00123, 2))).toBe('0.12 %')
    expect(plain(fr.pct(0.00123, 2))).toBe('0,12 %')
  })

  it('say bytes in thousands', () => {
    expect(plain(en.bytes(999))).toBe('999 B')
    expect(plain(en.bytes(48_211_004))).toBe('48.2 MB')
    expect(plain(fr.bytes(301_000_000))).toBe('301 Mo')
  })
})

describe('moments', () => {
  const at = '2026-11-20T14:32:08.310Z'
  it('are UTC whatever the zone of the machine', () => {
    expect(en.time(at)).toBe('14:32:08')
    expect(en.precise(at)).toBe('14:32:08.310')
    expect(fr.precise(at)).toBe('14:32:08.310')
    expect(en.date(at)).toBe('20 Nov')
    expect(en.absolute(at)).toMatch(/20 Nov 2026.*14:32:08.*UTC/)
  })
  it('are told from now', () => {
    expect(plain(en.ago(at, Date.parse(at) + 9 * 60_000))).toBe('9 min ago')
    expect(plain(fr.ago(at, Date.parse(at) + 9 * 60_000))).toBe('il y a 9 min')
  })
})
