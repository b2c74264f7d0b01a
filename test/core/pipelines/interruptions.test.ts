import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Probe } from '#core/operations/journal.ts'
import type { RunDetail } from '#core/operations/types.ts'
import { loadedLab, plainScorer, type Lab } from './support.ts'

const STEPS = ['connect', 'extract', 'check-extract', 'join', 'validate', 'rejects', 'stage', 'audit', 'score', 'enrich', 'audit-scores', 'publish', 'metadata']

/** The same run, stopped at every step in every way that isn't a kill (those: kill-everywhere.test.ts). */
describe('a run that is stopped', () => {
  let lab: Lab
  let calm: RunDetail

  beforeAll(async () => {
    lab = await loadedLab({ scale: 0.02, scorer: plainScorer() })
    calm = await lab.run()
    expect(calm.failure).toBeNull()
  }, 120_000)
  afterAll(async () => await lab.remove())

  /** Starts a run whose engine calls `stop` once at a race point. */
  async function runUntil(point: string, stop: (engine: Lab['engine'], runId: string) => void): Promise<RunDetail> {
    let runId = ''
    const engine = await lab.restart({ probe: once(point, () => stop(engine, runId)) })
    const plan = await engine.plan('pipelines.run', { environment: 'sandbox', pipeline: 'reviews' }, 'anna')
    ;({ runId } = await engine.start(plan.hash, 'anna'))
    return await engine.wait(runId).catch(() => engine.get(runId))
  }

  async function expectWhole(run: RunDetail): Promise<void> {
    expect(run.failure).toBeNull()
    expect(run.state).toBe('succeeded')
    expect(run.result).toEqual(calm.result)
    const { runId } = run
    expect(await lab.deps.documents.count('rejected_reviews', { run_id: runId })).toBe(await lab.deps.documents.count('rejected_reviews', { run_id: calm.runId }))
    expect(await lab.deps.documents.count('pipeline_metadata', { run_id: runId })).toBe(1)
    for (const table of ['reviews', 'review_relevant']) {
      const current = (await lab.deps.warehouse.versions(table)).filter(({ state }) => state === 'current')
      expect(current.map((version) => version.runId)).toEqual([runId])
    }
  }

  it.each(STEPS)('goes on after a restart at %s', async (step) => {
    const stopped = await runUntil(`step:${step}:acted`, (engine) => void engine.close())
    expect(stopped.state).toBe('interrupted')
    const engine = await lab.restart()
    await engine.resume(stopped.runId, { actor: 'anna' })
    await expectWhole(await engine.wait(stopped.runId))
  })

  it.each(STEPS)('is cancelled at %s, leaves what is published alone, and can be resumed', async (step) => {
    const before = await published(lab)
    const stopped = await runUntil(`step:${step}:acted`, (engine, runId) => void engine.cancel(runId, { actor: 'anna' }))
    expect(stopped.state).toBe('cancelled')
    const now = await published(lab)
    if (!['publish', 'metadata'].includes(step)) expect(now).toEqual(before)
    const engine = await lab.restart()
    await engine.resume(stopped.runId, { actor: 'anna' })
    await expectWhole(await engine.wait(stopped.runId))
  })

  it('is cancelled in the middle of reading, on the server too', async () => {
    const stopped = await runUntil('extract:review', (engine, runId) => void engine.cancel(runId, { actor: 'anna' }))
    expect(stopped.state).toBe('cancelled')
    expect(stopped.steps.find((step) => step.id === 'extract')!.state).toBe('cancelled')
    const left = await lab.deps.source.query<{ n: number }>("SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'active'", [])
    expect(left[0]!.n).toBe(0)
  })

  it('is run again from a step, taking over what came before', async () => {
    const engine = await lab.restart()
    const { runId } = await engine.rerun(calm.runId, 'validate', 'anna')
    const run = await engine.wait(runId)
    await expectWhole(run)
    expect(run.parentRunId).toBe(calm.runId)
  })
})

const once = (point: string, act: () => void): Probe => {
  let done = false
  return (name) => {
    if (name !== point || done) return
    done = true
    act()
  }
}

async function published(lab: Lab): Promise<unknown> {
  return (await lab.deps.warehouse.tables()).map(({ name, current }) => [name, current?.version ?? null])
}
