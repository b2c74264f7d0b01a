import { describe, expect, it } from 'vitest'
import { packageRoot } from '#core/base/package-root.ts'
import { importsOf, readImports, violations } from './layers.ts'

describe('layers', () => {
  it('imports point downwards everywhere', () => {
    const imports = readImports(packageRoot)
    expect(imports.length).toBeGreaterThan(50)
    expect(violations(imports)).toEqual([])
  })

  it.each([
    ['core/pipelines/run.ts', "import { score } from '#core/scoring/scorer.ts'"],
    ['core/base/json.ts', "import { openStore } from '../store/store.ts'"],
    ['core/connectors/postgres/pool.ts', "import { operation } from '#core/operations/types.ts'"],
    ['core/store/store.ts', "import { app } from 'electron'"],
    ['renderer/pages/run/page.tsx', "import { Engine } from '#core/operations/engine.ts'"],
    ['core/api/client/connect.ts', "import { createHash } from 'node:crypto'"],
    ['core/scoring/scorer.ts', "const x = await import('#core/pipelines/deps.ts')"],
  ])('sees a forbidden import planted in %s', (file, text) => {
    expect(violations(importsOf(file, text))).toHaveLength(1)
  })

  it('lets the page have types of the contract, never its values', () => {
    expect(violations(importsOf('renderer/api.ts', "import type { Contract } from '#core/api/contract/index.ts'"))).toEqual([])
    expect(violations(importsOf('renderer/api.ts', "import { type Contract } from '#core/api/contract/index.ts'"))).toEqual([])
    expect(violations(importsOf('renderer/api.ts', "import { contract } from '#core/api/contract/index.ts'"))).toHaveLength(1)
  })
})
