import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readYaml } from '#core/base/yaml-file.ts'
import { MARKER } from '#core/generator/columns.ts'
import { openGenerator, type GeneratorOptions, type TableGenerator } from '#core/generator/generator.ts'
import { GeneratorSpec, LanguageSpec } from '#core/generator/spec.ts'

const SPEC = `
version: 1
title: Toys
first: [toy]
languages: [en]
moods: [good, bad]
themes: [any]
phrases:
  name: ['[Bear|Fox|Owl] {#}']
tables:
  owner:
    rows: 40
    columns:
      id: { kind: code, prefix: O, alphabet: base32, length: 12, personal: true, last: THE-LAST-ONE }
      phone: { kind: code, alphabet: digits, length: 10, personal: true }
      card: { kind: integer, from: 4000000000000000, to: 4999999999999999, personal: true }
      name: { kind: phrase, of: '{name}', personal: true }
  toy:
    rows: 500
    draws:
      owner: { draw: spread, of: owner, reached: 30, largest: [60, 55], quantiles: [[0.3, 4], [0.8, 20]] }
      grade: { draw: quota, counts: { 1: 100, 2: 399, 3: 1 }, strata: [{ on: owner, below: 1, shares: { 1: 0.5, 2: 0.5 } }] }
      mood: { draw: chance, on: grade, cases: { 1: { 1: 1 }, 2: { 0: 1 }, 3: { 0: 1 } } }
      zero: { draw: constant, value: 0 }
      void: { draw: quota, counts: { 1: 3, 2: 2, 3: 1 }, rest: 0 }
      parts: { draw: split, total: 900, most: 5, shape: 0.5 }
    columns:
      id: { kind: sequence, start: 100 }
      owner: { kind: ref, to: owner.id, at: owner }
      grade: { kind: draw, of: grade }
      note: { kind: prose, language: zero, mood: mood, theme: zero, median: 40, sigma: 1, most: 300, absent: { on: void, is: 1 }, empty: { on: void, is: 2 }, blank: { on: void, is: 3 } }
      made: { kind: date, from: 2024-02-28, to: 2024-03-01 }
      price: { kind: price, from: 1, to: 99 }
  part:
    rows: 900
    draws:
      toy: { draw: children, counts: toy.parts }
      number: { draw: ordinal, parent: toy }
    columns:
      toy: { kind: ref, to: toy.id, at: toy }
      number: { kind: draw, of: number }
  nothing: { rows: 0, columns: {} }
`
const EN = `
lists: { thing: [bear, fox] }
tiny: { good: [fine], bad: ['no\t"{thing}", \\ ever'] }
headlines: { good: [Good], bad: [Bad] }
sentences: { good: { any: ['the {thing} is [very |]good. 😍'] }, bad: { any: ['{thing} is bad.'] } }
endings: { good: [' 𠮷'], bad: [' :('] }
`
const open = (options: Partial<GeneratorOptions> = {}): TableGenerator =>
  openGenerator({ spec: readYaml(SPEC, GeneratorSpec, 'toys.yaml'), languages: { en: readYaml(EN, LanguageSpec, 'en.yaml') }, seed: 7, ...options })
const bytesOf = (generator: TableGenerator, table: string): Buffer => Buffer.concat([...generator.table(table).chunks()])
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16)
const rowsOf = (generator: TableGenerator, table: string): string[][] =>
  bytesOf(generator, table)
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'))

function groupBy(rows: readonly string[][], key: (row: string[]) => string | undefined): Map<string | undefined, string[][]> {
  const groups = new Map<string | undefined, string[][]>()
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row])
  return groups
}

describe('generator', () => {
  it('gives the same bytes for the same seed, in any order of the tables', () => {
    const forwards = open()
    const hashes = forwards.tables.map((table) => sha(bytesOf(forwards, table)))
    const backwards = open()
    expect(backwards.tables.toReversed().map((table) => sha(bytesOf(backwards, table))).toReversed()).toEqual(hashes)
    expect(forwards.tables.map((table) => sha(bytesOf(forwards, table)))).toEqual(hashes)
    expect(open({ seed: 8 }).fingerprint).not.toBe(forwards.fingerprint)
    expect(sha(bytesOf(open({ seed: 8 }), 'toy'))).not.toBe(hashes[1])
  })

  it('gives the bytes that it always gave (golden)', () => {
    const generator = open()
    expect(Object.fromEntries(generator.tables.map((table) => [table, sha(bytesOf(generator, table))]))).toMatchInlineSnapshot(`
      {
        "nothing": "e3b0c44298fc1c14",
        "owner": "badbc46a3df5e5df",
        "part": "fe8cec8229ec3f6f",
        "toy": "6eab0cf8a58a2617",
      }
    `)
  })

  it('meets every quota', () => {
    const rows = rowsOf(open(), 'toy')
    expect(rows).toHaveLength(500)
    const grades = groupBy(rows, (row) => row[2])
    expect(Object.fromEntries([...grades].map(([grade, members]) => [grade, members.length]))).toEqual({ 1: 100, 2: 399, 3: 1 })
    expect(rows.filter((row) => row[3] === '\\N')).toHaveLength(3)
    expect(rows.filter((row) => row[3] === '')).toHaveLength(2)
    expect(rows.filter((row) => row[3] === '   ')).toHaveLength(1)
    const owners = [...groupBy(rows, (row) => row[1]).values()].map((group) => group.length).toSorted((a, b) => b - a)
    expect(owners).toHaveLength(30)
    expect(owners.slice(0, 2)).toEqual([60, 55])
  })

  it('gives a stratum its own shares within the whole quota', () => {
    const generator = open()
    const first = rowsOf(generator, 'owner')[0]![0]
    const theirs = rowsOf(generator, 'toy').filter((row) => row[1] === first)
    expect(theirs).toHaveLength(60)
    expect(theirs.filter((row) => row[2] === '1')).toHaveLength(30)
  })

  it('refers to rows that exist, children numbered within their parent', () => {
    const generator = open()
    const owners = rowsOf(generator, 'owner').map((row) => row[0])
    expect(new Set(owners).size).toBe(40)
    expect(owners.at(-1)).toBe('THE-LAST-ONE')
    for (const [, owner] of rowsOf(generator, 'toy')) expect(owners).toContain(owner)
    const parts = rowsOf(generator, 'part')
    expect(parts).toHaveLength(900)
    expect(new Set(parts.map((row) => row.join('/'))).size).toBe(900)
    for (const members of groupBy(parts, (row) => row[0]).values()) expect(members.map((row) => Number(row[1]))).toEqual(members.map((_, index) => index + 1))
  })

  it('escapes what COPY would misread and stays within dates and prices', () => {
    const rows = rowsOf(open(), 'toy')
    const text = bytesOf(open(), 'toy').toString('utf8')
    expect(text).toContain('No\\t"fox", \\\\ ever')
    expect(text).toContain('😍')
    for (const [, , , , made, price] of rows) {
      expect(['2024-02-28', '2024-02-29', '2024-03-01']).toContain(made)
      expect(Number(price)).toBeGreaterThanOrEqual(1)
      expect(price).toMatch(/^\d+\.\d\d$/)
    }
  })

  it('plants a marker in every personal column, unique where the column is', () => {
    const rows = rowsOf(open({ markers: true }), 'owner').slice(0, -1)
    for (const [id, phone, card, name] of rows) {
      expect(id).toMatch(new RegExp(`^O${MARKER.text}.{6}$`))
      expect(phone).toMatch(new RegExp(`^${MARKER.text}.{5}$`))
      expect(card).toMatch(new RegExp(`^${MARKER.digits}\\d{9}$`))
      expect(name).toContain(MARKER.text)
    }
    expect(new Set(rows.map((row) => row[0])).size).toBe(39)
    expect(rowsOf(open({ markers: true }), 'toy')[0]![1]).toContain(MARKER.text)
  })

  it('scales rows and quotas', () => {
    const rows = rowsOf(open({ scale: 3 }), 'toy')
    expect(rows).toHaveLength(1_500)
    expect(rows.filter((row) => row[2] === '1')).toHaveLength(300)
    expect(rows.filter((row) => row[3] === '\\N')).toHaveLength(9)
    expect(rowsOf(open({ scale: 0.1 }), 'toy')).toHaveLength(50)
  })

  it('refuses a description that does not add up', () => {
    const broken = (from: string, to: string): (() => unknown) => () => {
      const generator = open({ spec: readYaml(SPEC.replace(from, to), GeneratorSpec, 'toys.yaml') })
      return generator.tables.map((table) => bytesOf(generator, table))
    }
    expect(broken('2: 399', '2: 300')).toThrow(/quotas sum to 401, the table has 500 rows/)
    expect(broken('to: owner.id', 'to: owner.nosuch')).toThrow(/no column owner.nosuch/)
    expect(broken('total: 900', 'total: 901')).toThrow(/children/)
    expect(broken("of: '{name}'", "of: '{nosuch}'")).toThrow(/no phrase list nosuch/)
    expect(broken('first: [toy]', 'first: [nosuch]')).toThrow(/not described/)
    expect(broken('kind: sequence', 'kind: sequenze')).toThrow(/toys.yaml:\d+:\d+ tables.toy.columns.id/)
  })
})
