import { afterEach, describe, expect, it } from 'vitest'
import { Home, runToy, toy } from './support.ts'

const homes: Home[] = []
const newHome = (): Home => {
  const home = new Home()
  homes.push(home)
  return home
}
afterEach(async () => {
  for (const home of homes.splice(0)) await home.remove()
})

describe('a run', () => {
  it('goes from plan to end', async () => {
    const order: string[] = []
    const { engine, audit } = newHome().engine(
      toy([
        { id: 'a', act: async () => (order.push('a'), { rows: 3 }) },
        { id: 'b', needs: ['a'], act: async (context) => (order.push('b'), context.output<{ rows: number }>('a').rows + 1) },
      ]),
    )
    const run = await runToy(engine)
    expect(run).toMatchObject({ state: 'succeeded', number: 1, result: { steps: 2 }, failure: null })
    expect(run.steps.map((step) => [step.id, step.state, step.output])).toEqual([
      ['a', 'succeeded', { rows: 3 }],
      ['b', 'succeeded', 4],
    ])
    expect(order).toEqual(['a', 'b'])
    expect((await audit.verify({})).ok).toBe(true)
  })
})
