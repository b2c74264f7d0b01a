import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { packageRoot } from '#core/base/package-root.ts'
import { readLicences } from '../../tools/licences.ts'

it('lists every package that ships with its own words, and no tool of the workshop', () => {
  const { packages, texts } = readLicences(packageRoot)
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as Record<string, Record<string, string>>
  const names = new Set(packages.map(({ name }) => name))
  expect(Object.keys(dependencies ?? {}).filter((name) => !names.has(name))).toEqual([])
  expect(Object.keys(devDependencies ?? {}).filter((name) => names.has(name))).toEqual(['electron'])
  const react = packages.find(({ name }) => name === 'react')
  expect(react).toMatchObject({ version: dependencies?.react, licence: 'MIT' })
  expect(texts[react?.text ?? -1]).toMatch(/Permission is hereby granted/)
  expect(new Set(texts).size).toBe(texts.length)
})
