import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '#core/operations/engine.ts'
import type { Store } from '#core/store/store.ts'
import { Home, runToy, toy } from './support.ts'

const RUNS = 10_000

describe('a history of 10,000 runs', () => {
  const home = new Home()
  let engine: Engine
  let store: Store

  beforeAll(async () => {
    ;({ engine, store } = home.engine(toy([{ id: 'only' }])))
    const { runId } = await runToy(engine)
    // the same run again and again, under other numbers, of three pipelines, every hundredth failed
    store.transaction(() => {
      const run = store.db.prepare(
        `INSERT INTO runs SELECT ?, ?, operation, version, title, environment, actor, ?, plan_hash, ?, created_at, started_at, ended_at, worked_ms, sequence, parent_run_id, failure, result, undo, deaths FROM runs WHERE run_id = ?`,
      )
      const step = store.db.prepare(
        `INSERT INTO run_steps (run_id, step_id, position, title, place, needs, estimate_ms, state, acted, attempt, started_at, ended_at, rows, total_rows, bytes, evidence, gates, failure, output)
         SELECT ?, step_id, position, title, place, needs, estimate_ms, state, acted, attempt, started_at, ended_at, rows, total_rows, bytes, evidence, gates, failure, output FROM run_steps WHERE run_id = ?`,
      )
      for (let number = 2; number <= RUNS; number++) {
        const id = `20261121_100000_${number.toString(36).padStart(4, '0')}`
        run.run(id, number, number % 100 === 0 ? 'failed' : 'succeeded', JSON.stringify({ environment: 'sandbox', pipeline: `p${number % 3}` }), runId)
        step.run(id, runId)
      }
    })
  }, 60_000)
  afterAll(async () => await home.remove())

  it('answers what a page asks', () => {
    const questions = {
      overview: () => engine.list({ environment: 'sandbox', limit: 30 }),
      pipeline: () => engine.list({ environment: 'sandbox', operation: 'toy', input: { pipeline: 'p1' }, limit: 1 }),
      failed: () => engine.list({ environment: 'sandbox', states: ['failed'], limit: 50 }),
      older: () => engine.list({ environment: 'sandbox', before: 5_000, limit: 50 }),
      strip: () => engine.history({ environment: 'sandbox', operation: 'toy', input: { pipeline: 'p2' }, limit: 30 }),
      scheduled: () => engine.list({ actor: 'schedule:nightly', environment: 'sandbox', states: ['running'], limit: 1 }),
    }
    expect(questions.overview().total).toBe(RUNS)
    expect(questions.failed().total).toBe(100)
    expect([questions.pipeline, questions.older, questions.scheduled].map((ask) => ask().runs.length)).toEqual([1, 50, 0])
    expect(questions.strip()).toHaveLength(30)
    expect(questions.strip()[0]?.steps).toHaveLength(1)
  })

  it('finds the runs of a pipeline by an index, not by reading all of them', () => {
    const plan = store.db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN SELECT * FROM runs WHERE 1 = 1 AND environment = 'sandbox' AND operation = 'toy' AND json_extract(input, '$.pipeline') = 'p1' ORDER BY number DESC LIMIT 1`)
      .all()
      .map(({ detail }) => detail)
      .join('\n')
    expect(plan).toContain('runs_operation')
    expect(plan).not.toContain('TEMP B-TREE')
  })

  it('takes no member name that is not one', () => {
    expect(() => engine.list({ input: { "x') OR 1=1 --": 'p1' } })).toThrow(TypeError)
  })
})
