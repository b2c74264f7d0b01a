import { describe, expect, it } from 'vitest'
import { firstStart } from '#core/serve/first-start.ts'
import type { EnvironmentView, PipelineView } from '#core/api/regie.ts'
import { fakeRegie, RUN_ID } from '#test/core/api/fake-regie.ts'

const PIPELINE: PipelineView = { id: 'first', title: '', description: '', blueprint: '', version: '1.0.0', steps: [], window: null }

/** A sandbox that is as far as the test says, and gets there by what was started. */
function sandbox(state: { ready: boolean; complete: boolean; runs: number }) {
  const regie = fakeRegie()
  const planned: string[] = []
  const run = regie.engine.get(RUN_ID)
  regie.environment = async () => ({ sandbox: { state: async () => ({ ...state, tables: [] }) } }) as unknown as EnvironmentView
  regie.pipelines.list = () => [PIPELINE]
  regie.engine.list = () => ({ total: state.runs, runs: [] })
  regie.engine.wait = async () => run
  regie.engine.plan = async (operation, input) => {
    planned.push(`${operation} ${JSON.stringify(input)}`)
    if (operation === 'pipelines.run') state.runs += 1
    else if ((input as { part: string }).part === 'all') state.complete = true
    else state.ready = true
    return regie.engine.savedPlan('a'.repeat(64))
  }
  return { regie, planned }
}
const start = async (state: { ready: boolean; complete: boolean; runs: number }): Promise<string[]> => {
  const { regie, planned } = sandbox(state)
  await firstStart(regie, 'sandbox', { onRun: () => undefined, onEvent: () => undefined })
  return planned
}

const FIRST = 'sandbox.provision {"environment":"sandbox","part":"pipeline-tables"}'
const RUN = 'pipelines.run {"environment":"sandbox","pipeline":"first"}'
const REST = 'sandbox.provision {"environment":"sandbox","part":"all"}'

describe('the first start', () => {
  it('loads what pipelines read, runs the first pipeline, then loads the rest', async () => {
    expect(await start({ ready: false, complete: false, runs: 0 })).toEqual([FIRST, RUN, REST])
  })

  it.each([
    ['killed before its first run', { ready: true, complete: false, runs: 0 }, [RUN, REST]],
    ['killed before the rest', { ready: true, complete: false, runs: 1 }, [REST]],
    ['finished', { ready: true, complete: true, runs: 3 }, []],
  ])('%s goes on where it ended', async (_, state, expected) => {
    expect(await start(state)).toEqual(expected)
  })
})
