import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFolder } from '#core/environments/open-folder.ts'
import { notRun } from '#test/support/not-run.ts'
import { sharedData } from '#test/support/shared-data.ts'
import { openLab, plainScorer, type Lab } from './support.ts'

const folder = sharedData('reviews')
const missing = folder === null && notRun('the pipeline over real review files', 'the shared material is not beside the repository')

describe.skipIf(missing)('the same pipeline over a folder of real files', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await openLab({ scorer: plainScorer() })
    const { home, workspace, deps } = lab
    await lab.close()
    lab = await openLab({ root: lab.root, scorer: plainScorer(), deps: { openFolder: (path) => openFolder({ home, workspace, environment: 'sandbox', folder: path, scratch: deps.scratch }) } })
  }, 120_000)
  afterAll(async () => await lab.remove())

  it('accounts for every row, keeps six languages, and replaces reviewers by pseudonyms', { timeout: 300_000 }, async () => {
    const run = await lab.run({ source: folder! })
    expect(run.failure).toBeNull()
    const { counts } = run.result as { counts: { extracted: Record<string, number>; accepted: number; rejected: number } }
    expect(counts.accepted + counts.rejected).toBe(counts.extracted.review)
    expect(counts.accepted).toBeGreaterThan(50_000)
    const session = await lab.deps.warehouse.open()
    try {
      const languages = await session.rows<{ language: string; n: number }>('SELECT language, count(*) AS n FROM reviews GROUP BY language ORDER BY language')
      expect(languages.map(({ language }) => language)).toEqual(['de', 'en', 'es', 'fr', 'ja', 'zh'])
      const [found] = await session.rows<Record<string, number>>(
        "SELECT count(*) FILTER (WHERE buyer_id IS NOT NULL AND NOT regexp_full_match(buyer_id, '[0-9a-f]{64}')) AS bare, count(*) FILTER (WHERE buyer_key_id LIKE 'sandbox-%') AS sandbox_keys, count(buyer_id) AS buyers, count(helpful_votes) AS votes FROM reviews",
      )
      expect(found).toMatchObject({ bare: 0, sandbox_keys: 0 })
      expect(found!.buyers).toBeGreaterThan(1_000)
      expect(found!.votes).toBeGreaterThan(1_000)
    } finally {
      await session.close()
    }
    const plan = await lab.engine.plan('pipelines.run', { environment: 'sandbox', pipeline: 'reviews', source: '/nowhere/at/all' }, 'anna').catch((error: unknown) => error)
    expect(plan).toMatchObject({ code: 'FOLDER_NOT_FOUND' })
  })
})
