import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { openEmbeddedServer, type EmbeddedServer } from '#core/connectors/embedded/postgres/server.ts'
import { environmentFolder } from '#core/environments/environment.ts'
import { killEverywhere } from '#test/faults/kill-harness.ts'
import { loadedLab, type Lab } from './support.ts'

const entry = join(import.meta.dirname, 'kill.entry.ts')

/** SIGKILL at the race points of a run of the reviews pipeline; the source's server lives on in this process. */
function killed(scale: number): { lab: () => Lab; options: () => { entry: string; template: string; env: Record<string, string> } } {
  let lab: Lab
  let server: EmbeddedServer
  let template: string
  beforeAll(async () => {
    lab = await loadedLab({ scale })
    server = await openEmbeddedServer({ folder: join(environmentFolder(lab.home, lab.workspace, 'sandbox'), 'postgres'), home: lab.home, clock: systemClock })
    template = mkdtempSync(join(tmpdir(), 'regie-kill-template-'))
    cpSync(join(lab.root, 'workspace'), join(template, 'workspace'), { recursive: true })
  }, 180_000)
  afterAll(async () => {
    await server.close()
    await lab.remove()
    rmSync(template, { recursive: true, force: true })
  }, 60_000)
  return { lab: () => lab, options: () => ({ entry, template, env: { REGIE_TEST_POSTGRES: JSON.stringify(server.connection) } }) }
}

const whole = { state: 'succeeded', failure: null, metadata: 1, previous: 0, intermediate: 0, runs: 1, locks: 0, audit: true }

describe('kill -9 of a small run', () => {
  const { options } = killed(0.02)

  it('after every journal write, and inside every publish: resumed, it ends as if nothing had happened', { timeout: 1_200_000 }, async () => {
    const { points, undisturbed, died, differing } = await killEverywhere({ ...options(), at: (point) => /^journal:\d+$|^published$|^step:(stage|publish|rejects|metadata):acted$/.test(point) })
    expect(JSON.parse(undisturbed)).toMatchObject({ ...whole, rows: { rows: 2223, ids: 2223 }, rejects: 3 })
    expect(points.length).toBeGreaterThan(40)
    expect(points).toContain('published')
    expect(differing).toEqual([])
    expect(died.length).toBeGreaterThan(points.length - 5)
  })
})

describe('kill -9 of a run of full size', () => {
  const { options } = killed(1)

  it('while reading, joining, staging and publishing', { timeout: 900_000 }, async () => {
    const { undisturbed, died, differing } = await killEverywhere({ ...options(), parallel: 1, at: (point) => ['extract:review', 'step:join:acted', 'step:stage:acted', 'published'].includes(point) })
    expect(JSON.parse(undisturbed)).toMatchObject({ ...whole, rows: { rows: 111_185, ids: 111_185 }, rejects: 137 })
    expect(died.length).toBe(4)
    expect(differing).toEqual([])
  })
})
