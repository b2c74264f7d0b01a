import { describe, expect, it } from 'vitest'
import { toCsv, toTsv } from '#renderer/ui/csv.ts'

describe('CSV', () => {
  it('quotes what has to be quoted, and keeps numbers', () => {
    expect(toCsv(['a', 'b'], [['x,y', 1], ['he said "no"', null], ['two\nlines', -2.5]])).toBe('\uFEFFa,b\r\n"x,y",1\r\n"he said ""no""",\r\n"two\nlines",-2.5\r\n')
  })

  it('defuses what a spreadsheet would run', () => {
    for (const text of ['=1+1', '+1', '-1', '@x', '\t=1']) expect(toCsv(['a'], [[text]])).toContain(`'${text}`)
  })
})

it('copies one row per line', () => {
  expect(toTsv([['a\tb', 'c\nd'], [1, null]])).toBe('a b\tc d\n1\t')
})
