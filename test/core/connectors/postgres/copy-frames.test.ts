import { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import { to as copyTo } from 'pg-copy-streams'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unframeInPlace } from '#core/connectors/postgres/copy-frames.ts'

const frame = (code: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(code, 'latin1')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** What a stream gives out of these network chunks, and what it hands back to the driver. */
async function decode(chunks: readonly Buffer[]): Promise<{ data: string; back: string }> {
  const waiting = chunks.map((chunk) => Buffer.from(chunk))
  const back: Buffer[] = []
  const socket = Object.assign(new EventEmitter(), { pause() {}, resume() {}, read: () => waiting.shift() ?? null })
  socket.on('data', (chunk: Buffer) => back.push(Buffer.from(chunk)))
  const stream = copyTo('COPY x TO STDOUT') as unknown as Readable & { submit(connection: unknown): void }
  unframeInPlace(stream)
  stream.submit({ stream: socket, query() {} })
  const data: Buffer[] = []
  for await (const chunk of stream) data.push(chunk as Buffer)
  return { data: Buffer.concat(data).toString('hex'), back: Buffer.concat([...back, ...waiting]).toString('hex') }
}

describe('unframeInPlace', () => {
  it('gives the rows and hands back the rest, wherever the network cuts them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 9, arbitrary: fc.record({ code: fc.constant('d'), body: fc.uint8Array({ maxLength: 120 }) }) }, { weight: 1, arbitrary: fc.record({ code: fc.constantFrom('N', 'S'), body: fc.uint8Array({ maxLength: 20 }) }) }), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
        async (messages, cuts) => {
          const bytes = Buffer.concat([frame('H', Buffer.from([0, 0, 0])), ...messages.map(({ code, body }) => frame(code, Buffer.from(body))), frame('c', Buffer.alloc(0)), frame('C', Buffer.from('COPY 1\0')), frame('Z', Buffer.from('T'))])
          const chunks: Buffer[] = []
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = cuts[i % cuts.length]!
            chunks.push(bytes.subarray(at, at + size))
            at += size
          }
          expect(await decode(chunks)).toEqual({
            data: Buffer.concat(messages.filter(({ code }) => code === 'd').map(({ body }) => body)).toString('hex'),
            back: Buffer.concat([frame('C', Buffer.from('COPY 1\0')), frame('Z', Buffer.from('T'))]).toString('hex'),
          })
        },
      ),
      { numRuns: 500 },
    )
  })
})
