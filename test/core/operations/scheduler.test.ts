import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runGraph, type Node } from '#core/operations/scheduler.ts'
import { deferred } from './support.ts'

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve()
}

describe('the scheduler', () => {
  it('runs each step once, after its needs, and as soon as they are done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.uniqueArray(fc.nat(9), { maxLength: 3 }), fc.nat(5)), { maxLength: 10 }), async (spec) => {
        const nodes: Node[] = spec.map(([needs], index) => ({ id: String(index), needs: needs.filter((need) => need < index).map(String) }))
        const order: string[] = []
        const done = new Set<string>()
        const end = await runGraph(
          nodes,
          async (id) => {
            for (const need of nodes[Number(id)]?.needs ?? []) expect(done).toContain(need)
            order.push(id)
            await turns(spec[Number(id)]?.[1] ?? 0)
            done.add(id)
          },
          new AbortController().signal,
          () => {},
        )
        expect(end).toEqual({ failure: null, complete: true })
        expect(order.toSorted()).toEqual(nodes.map((node) => node.id).toSorted())
      }),
    )
  })

  it('starts nothing after a failure, and waits for all that run', async () => {
    const stop = new AbortController()
    const slow = deferred()
    const started: string[] = []
    let settled = false
    const running = runGraph(
      [{ id: 'slow', needs: [] }, { id: 'bad', needs: [] }, { id: 'next', needs: ['slow'] }],
      async (id) => {
        started.push(id)
        if (id === 'bad') throw new Error('first')
        await slow.promise
        settled = true
        throw new Error('second')
      },
      stop.signal,
      (thrown) => stop.abort(thrown),
    )
    await turns(20)
    expect(stop.signal.reason).toMatchObject({ message: 'first' })
    slow.resolve()
    expect(await running).toMatchObject({ failure: { stepId: 'bad', thrown: { message: 'first' } }, complete: false })
    expect(settled).toBe(true)
    expect(started).toEqual(['slow', 'bad'])
  })

  it('starts nothing once the signal is aborted', async () => {
    const end = await runGraph([{ id: 'a', needs: [] }], async () => { throw new Error('started') }, AbortSignal.abort(), () => {})
    expect(end).toEqual({ failure: null, complete: false })
  })
})
