import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '#core/base/package-root.ts'
import { en } from '#renderer/i18n/en.ts'
import { fr } from '#renderer/i18n/fr.ts'
import { withFrenchMany } from '#renderer/i18n/index.ts'

const root = join(packageRoot, 'renderer')
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/copy\.(en|fr)\.ts$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))

/** Leaves of a catalogue: dotted key → text. */
function leaves(tree: object, path = ''): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]): [string, string][] => (typeof value === 'string' ? [[path + key, value]] : [...leaves(value as object, `${path}${key}.`)])))
}
const base = (key: string): string => key.replace(/_(one|other|many)$/, '')
const holes = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').toSorted()

/** A quoted text that begins with the name of a catalogue. */
const NAMED = new RegExp(`'((?:${Object.keys(en).join('|')})\\.[\\w.-]+)'`, 'g')

/** Keys that code asks for: whole ones, and patterns where part of the key is computed. */
function asked(): { whole: Set<string>; patterns: RegExp[] } {
  const whole = new Set<string>()
  const patterns: RegExp[] = []
  for (const { text } of sources) {
    for (const [, key] of text.matchAll(/\bt\(\s*'([\w.-]+)'/g)) whole.add(key ?? '')
    for (const [, key] of text.matchAll(/\bt\(\s*`([^`]+)`/g)) patterns.push(new RegExp(`^${(key ?? '').replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '[\\w-]+')}$`))
    // t(condition ? 'a' : 'b') and the like: any quoted key that exists counts
    for (const [, key] of text.matchAll(NAMED)) whole.add(key ?? '')
  }
  return { whole, patterns }
}

describe('catalogues', () => {
  const english = leaves(en)
  const french = leaves(fr)

  it('hold the same keys', () => {
    expect([...french.keys()].toSorted()).toEqual([...english.keys()].toSorted())
    expect(english.size).toBeGreaterThan(250)
  })

  it('fill the same holes, and none is empty or left in English', () => {
    for (const [key, text] of english) {
      const other = french.get(key) ?? ''
      expect(holes(other), key).toEqual(holes(text))
      expect(other.trim(), key).not.toBe('')
    }
    const same = [...english].filter(([key, text]) => french.get(key) === text && /[a-z]{4,} [a-z]{3,}/i.test(text))
    expect(same).toEqual([])
  })

  it('hold every key that code asks for, and none that it does not', () => {
    const bases = new Set([...english.keys()].map(base))
    const { whole, patterns } = asked()
    expect([...whole].filter((key) => !bases.has(key))).toEqual([])
    expect([...bases].filter((key) => !whole.has(key) && !patterns.some((pattern) => pattern.test(key)))).toEqual([])
    for (const pattern of patterns) expect([...bases].some((key) => pattern.test(key)), String(pattern)).toBe(true)
  })

  it('count in both languages: every plural has all the forms that the language asks for', () => {
    const many = leaves(withFrenchMany(fr))
    for (const key of english.keys()) {
      if (!key.endsWith('_other')) continue
      expect(english.has(key.replace(/_other$/, '_one')), key).toBe(true)
      for (const form of new Intl.PluralRules('fr').resolvedOptions().pluralCategories) expect(many.has(key.replace(/other$/, form)), `${key} ${form}`).toBe(true)
    }
  })

  it('keep the tone: no please, no we, no exclamation mark, French spacing', () => {
    for (const [key, text] of english) expect(text, key).not.toMatch(/\bplease\b|\bwe\b|\bour\b|!|Are you sure/i)
    for (const [key, text] of french) {
      expect(text, key).not.toMatch(/veuillez|s’il vous plaît|\bnous\b|!|'/i)
      expect(text, key).not.toMatch(/[^\s ][;:?](?![\w/])/u)
    }
  })
})

describe('text in components', () => {
  /** Words between tags or in attributes that people read, outside the catalogue. */
  function loose(text: string): string[] {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
    return [
      ...[...code.matchAll(/<[A-Za-z][^<>{}]*>\s*([A-Za-zÀ-ÿ][^<>{}]*?)\s*</g)].map((match) => match[1] ?? ''),
      ...[...code.matchAll(/\b(?:title|label|placeholder|aria-label|alt)="([^"]*[A-Za-z]{2,}[^"]*)"/g)].map((match) => match[1] ?? ''),
    ]
  }
  /** Names that are the same in every language: keys of a keyboard, SQL's own word. */
  const NAMES = new Set(['Enter', 'NULL', 'Esc'])

  it('comes from the catalogue', () => {
    for (const { file, text } of sources.filter(({ file: name }) => name.endsWith('.tsx'))) expect(loose(text).filter((word) => !NAMES.has(word)), file).toEqual([])
  })

  it('is found when it is planted', () => {
    expect(loose('<p className="x">Hello there</p>')).toEqual(['Hello there'])
    expect(loose('<input placeholder="Search here" />')).toEqual(['Search here'])
  })
})
