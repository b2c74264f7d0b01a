import { createORPCClient, ORPCError } from '@orpc/client'
import { StandardRPCLink } from '@orpc/client/standard'
import { eventIterator, oc } from '@orpc/contract'
import type { ContractRouterClient } from '@orpc/contract'
import { implement, withEventMeta } from '@orpc/server'
import { StandardRPCHandler } from '@orpc/server/standard'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ConnectionLost } from '#core/api/wire/errors.ts'
import { CREDIT, decodeClientFrame, encode, EVENT, REQUEST, RESPONSE, WINDOW } from '#core/api/wire/frames.ts'
import { WireClient } from '#core/api/wire/wire-client.ts'
import { serveWire } from '#core/api/wire/wire-server.ts'
import { pipe } from './pipe.ts'

const contract = {
  echo: oc.input(z.any()).output(z.any()),
  refuse: oc.errors({ REFUSED: { data: z.object({ why: z.string(), at: z.date() }) } }).input(z.object({})),
  hang: oc.input(z.object({})).output(z.string()),
  count: oc.input(z.object({ to: z.number() })).output(eventIterator(z.any())),
  strange: oc.input(z.object({})).output(z.any()),
  breaks: oc.input(z.object({})).output(eventIterator(z.any())),
}

/** One line with a small router behind it, and what its handlers did. */
function line() {
  const seen = { produced: 0, ended: 0, aborted: 0 }
  const os = implement(contract)
  const router = os.router({
    echo: os.echo.handler(({ input }) => input as unknown),
    refuse: os.refuse.handler(({ errors }) => {
      throw errors.REFUSED({ data: { why: 'because', at: new Date(7) } })
    }),
    hang: os.hang.handler(
      ({ signal }) =>
        new Promise<string>((_, reject) =>
          signal?.addEventListener('abort', () => {
            seen.aborted += 1
            reject(new Error('aborted'))
          }),
        ),
    ),
    count: os.count.handler(async function* ({ input, lastEventId, signal }) {
      try {
        for (let n = Number(lastEventId ?? 0) + 1; n <= input.to; n += 1) {
          if (signal?.aborted) return
          seen.produced += 1
          yield withEventMeta({ n }, { id: String(n) })
        }
      } finally {
        seen.ended += 1
      }
    }),
    strange: os.strange.handler(() => ({ symbol: Symbol('no frame has one') })),
    breaks: os.breaks.handler(async function* () {
      yield { n: 1 }
      throw new Error('a secret of the core')
    }),
  })
  const wires = pipe()
  const server = serveWire(wires.server, new StandardRPCHandler(router), {})
  let lost = 0
  const sender = new WireClient(wires.client, () => (lost += 1))
  const client: ContractRouterClient<typeof contract> = createORPCClient(new StandardRPCLink(sender, { url: 'http://regie' }))
  return { client, sender, server, wires, seen, lost: () => lost }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

describe('calls', () => {
  it.each([
    ['null', null],
    ['a date', new Date('2026-11-21T10:00:00.123Z')],
    ['a bigint beyond 64 bits', 2n ** 70n],
    ['bytes', new Uint8Array([0, 255, 128, 1])],
    ['a map with keys that are no strings', new Map<unknown, unknown>([[1, new Date(3)], ['b', new Set([2n])]])],
    ['a set', new Set(['a', 1, undefined])],
    ['infinities', [-Infinity, Infinity]],
    ['not a number', Number.NaN],
    ['integers up to the limit', [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 32, -1, -0.5]],
    ['a key whose value is undefined', { kept: undefined, other: 1 }],
    ['text of every plane', 'é€😀\u0000\u{10FFFF}'],
    ['an object named like its prototype', JSON.parse('{"constructor":1,"toString":"x"}') as unknown],
  ])('carry %s both ways', async (_, value) => {
    const { client } = line()
    const back = (await client.echo({ value })) as { value: unknown }
    if (value instanceof Uint8Array) {
      // Node reads bytes as its Buffer, a browser as Uint8Array
      expect(back.value).toBeInstanceOf(Uint8Array)
      expect([...(back.value as Uint8Array)]).toEqual([...value])
      return
    }
    expect(back).toEqual({ value })
    expect(Object.prototype.toString.call(back.value)).toBe(Object.prototype.toString.call(value))
    if (typeof value === 'object' && value !== null && 'kept' in value) expect(Object.keys(back.value as object)).toContain('kept')
  })

  it('carry a megabyte as bytes, not as text', async () => {
    const { client, wires } = line()
    const bytes = new Uint8Array(1_000_000).fill(200)
    await client.echo(bytes)
    expect(encode(wires.toClient[0]!).byteLength).toBeLessThan(1_000_200)
  })

  it('are answered each under its own id, whatever the order', async () => {
    const { client, server } = line()
    const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => client.echo(n)))
    expect(answers).toEqual(Array.from({ length: 300 }, (_, n) => n))
    await settle()
    expect(server.open()).toBe(0)
  })

  it('keep code and data of a declared error', async () => {
    const error = await line().client.refuse({}).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ORPCError)
    expect(error).toMatchObject({ code: 'REFUSED', defined: true, data: { why: 'because', at: new Date(7) } })
  })

  it('end with the reason of their signal, and end on the server too', async () => {
    const { client, seen, server, sender } = line()
    const stop = new AbortController()
    const call = client.hang({}, { signal: stop.signal })
    await settle()
    const reason = new Error('the user left')
    stop.abort(reason)
    await expect(call).rejects.toBe(reason)
    await settle()
    expect(seen.aborted).toBe(1)
    expect([server.open(), sender.open]).toEqual([0, 0])
  })

  it('end with ConnectionLost when the core dies, never as a cancel', async () => {
    const { client, wires, lost } = line()
    const call = client.hang({})
    await settle()
    wires.cut()
    await expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST', sent: true })
    expect(lost()).toBe(1)
    await expect(client.echo(1)).rejects.toMatchObject({ code: 'CONNECTION_LOST', sent: false })
  })

  it('whose answer no frame can carry fail alone', async () => {
    const { client, lost } = line()
    await expect(client.strange({})).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
    expect(await client.echo(1)).toBe(1)
    expect(lost()).toBe(0)
  })

  it('to a procedure that is not there are answered', async () => {
    const stray = createORPCClient(new StandardRPCLink(line().sender, { url: 'http://regie' })) as unknown as { nowhere(): Promise<unknown> }
    await expect(stray.nowhere()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('streams', () => {
  it('arrive whole, in order, with their ids', async () => {
    const { client, seen } = line()
    const got: unknown[] = []
    for await (const event of await client.count({ to: 2000 })) got.push((event as { n: number }).n)
    expect(got).toEqual(Array.from({ length: 2000 }, (_, n) => n + 1))
    expect(seen.ended).toBe(1)
  })

  it('stop being produced when nobody reads, and go on when someone does', async () => {
    const { client, seen, wires } = line()
    const events = await client.count({ to: 30_000 })
    await settle()
    // one more may stand ready, never a second window
    expect(seen.produced).toBeLessThanOrEqual(WINDOW + 1)
    for (let n = 0; n < 100; n += 1) await events.next()
    await settle()
    expect(seen.produced).toBeGreaterThan(WINDOW)
    expect(seen.produced).toBeLessThanOrEqual(WINDOW + 64 + 1)
    expect(wires.toClient.filter((frame) => frame[0] === EVENT).length).toBeLessThanOrEqual(WINDOW + 64)
    await events.return?.()
    await settle()
    expect(seen.ended).toBe(1)
  })

  it('leave the line free for other calls while they wait', async () => {
    const { client } = line()
    await client.count({ to: 30_000 })
    await settle()
    await expect(client.echo('meanwhile')).resolves.toBe('meanwhile')
  })

  it('run their finally when the reader breaks out', async () => {
    const { client, seen, server } = line()
    for await (const event of await client.count({ to: 30_000 })) if ((event as { n: number }).n === 5) break
    await settle()
    expect([seen.ended, server.open()]).toEqual([1, 0])
  })

  it('reject with the reason of their signal, between reads too', async () => {
    const { client, seen } = line()
    const stop = new AbortController()
    const events = await client.count({ to: 30_000 }, { signal: stop.signal })
    await events.next()
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(events.next()).rejects.toBe(reason)
    await settle()
    expect(seen.ended).toBe(1)
  })

  it('hand over what had arrived, then say that the line was lost', async () => {
    const { client, wires, seen } = line()
    const events = await client.count({ to: 30_000 })
    await settle()
    wires.cut()
    let read = 0
    const end = await (async () => {
      for (;;) {
        await events.next()
        read += 1
      }
    })().catch((thrown: unknown) => thrown)
    expect(end).toBeInstanceOf(ConnectionLost)
    expect(read).toBe(WINDOW)
    await settle()
    expect(seen.ended).toBe(1)
  })

  it('go on after the last event id', async () => {
    const { client } = line()
    const got: number[] = []
    for await (const event of await client.count({ to: 10 }, { lastEventId: '7' })) got.push((event as { n: number }).n)
    expect(got).toEqual([8, 9, 10])
  })

  it('that break in the middle do not tell why', async () => {
    const events = await line().client.breaks({})
    await events.next()
    const error = await events.next().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(JSON.stringify(error) + String(error)).not.toContain('secret')
  })
})

describe('a hostile client', () => {
  it('is cut off when it asks for more credits than it was sent events', async () => {
    const { wires, seen, lost } = line()
    void wires.client.send([REQUEST, 1, '/count', {}, { json: { to: 1_000_000 } }])
    await settle()
    void wires.client.send([CREDIT, 1, 1_000_000_000])
    await settle()
    expect(lost()).toBe(1)
    expect(seen.produced).toBeLessThanOrEqual(WINDOW + 1)
    expect(seen.ended).toBe(1)
  })

  it('is cut off when it uses a call id twice', async () => {
    const { wires, lost } = line()
    void wires.client.send([REQUEST, 1, '/hang', {}, { json: {} }])
    void wires.client.send([REQUEST, 1, '/hang', {}, { json: {} }])
    await settle()
    expect(lost()).toBe(1)
  })

  it('is cut off when it opens too many calls', async () => {
    const { wires, lost } = line()
    for (let call = 1; call <= 1025; call += 1) void wires.client.send([REQUEST, call, '/hang', {}, { json: {} }])
    await settle()
    expect(lost()).toBe(1)
  })

  it.each([
    ['bytes that are no MessagePack', new Uint8Array([0xc1, 0xff])],
    ['no array', encode('text' as never)],
    ['an unknown kind', encode([99, 1] as never)],
    ['a request without a path', encode([REQUEST, 1] as never)],
    ['credits below one', encode([CREDIT, 1, 0])],
    ['credits that are no number', encode([CREDIT, 1, '5'] as never)],
    ['a call id that is no integer', encode([REQUEST, 1.5, '/echo', {}, null])],
  ])('sends %s and is refused', (_, bytes) => {
    expect(() => decodeClientFrame(bytes)).toThrow(/wire protocol/)
  })

  it('gets BAD_REQUEST for a body that is none of ours, and the line lives on', async () => {
    const { wires, lost } = line()
    void wires.client.send([REQUEST, 77, '/echo', {}, { json: 1, meta: [[1, '__proto__', 'x']] }])
    await settle()
    expect(wires.toClient[0]?.slice(0, 3)).toEqual([RESPONSE, 77, 400])
    expect(lost()).toBe(0)
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})
