import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { openEmbeddedServer, type EmbeddedServer } from '#core/connectors/embedded/postgres/server.ts'
import { environmentFolder } from '#core/environments/environment.ts'
import { sandboxPseudonymKeys } from '#core/environments/pseudonym-keys.ts'
import { killEverywhere } from '#test/faults/kill-harness.ts'
import { loadedLab, plainScorer, type Lab } from './support.ts'

const window = { from: '2022-03-01', to: '2022-05-31' }

describe('kill -9 of a backfill', () => {
  let lab: Lab
  let server: EmbeddedServer
  let template: string
  let contentHash: unknown

  beforeAll(async () => {
    lab = await loadedLab({ scale: 0.02, scorer: plainScorer(), deps: { pseudonyms: sandboxPseudonymKeys(7) } })
    contentHash = (await lab.run()).result!.contentHash
    await lab.close()
    template = mkdtempSync(join(tmpdir(), 'regie-kill-template-'))
    cpSync(lab.root, template, { recursive: true, filter: (path) => !path.endsWith('/postgres') })
    server = await openEmbeddedServer({ folder: join(environmentFolder(lab.home, lab.workspace, 'sandbox'), 'postgres'), home: lab.home, clock: systemClock })
  }, 180_000)
  afterAll(async () => {
    await server.close()
    for (const folder of [lab.root, template]) rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  it('around staging, judging and publishing: resumed, the content is that of the source', { timeout: 600_000 }, async () => {
    const at = (point: string): boolean => ['extract:review', 'step:join:acted', 'step:stage:acted', 'step:audit:acted', 'step:publish:acted', 'published'].includes(point)
    const { undisturbed, died, differing } = await killEverywhere({
      entry: join(import.meta.dirname, 'kill.entry.ts'),
      template,
      env: { REGIE_TEST_POSTGRES: JSON.stringify(server.connection), REGIE_TEST_WINDOW: JSON.stringify(window) },
      at,
    })
    expect(JSON.parse(undisturbed)).toMatchObject({ state: 'succeeded', failure: null, result: { contentHash, window }, rows: { rows: 2223, ids: 2223 }, metadata: 2, previous: 1, runs: 2, locks: 0, audit: true })
    expect(died.length).toBe(6)
    expect(differing).toEqual([])
  })
})
