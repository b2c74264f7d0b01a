import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CopyReader } from '#core/connectors/postgres/copy-reader.ts'

const frame = (code: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(code, 'latin1')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const END = [frame('c', Buffer.alloc(0)), frame('C', Buffer.from('COPY 1\0')), frame('Z', Buffer.from('T'))]

/** A reader on a connection whose network is `stream`, and what its driver got. */
function connected(): { stream: PassThrough; reader: CopyReader; back: Buffer[] } {
  const stream = new PassThrough()
  const back: Buffer[] = []
  stream.on('data', (chunk: Buffer) => {
    back.push(Buffer.from(chunk))
    // what the driver does at ReadyForQuery
    if (Buffer.concat(back).subarray(-6).equals(END[2]!)) reader.handleReadyForQuery()
  })
  const reader = new CopyReader('COPY x TO STDOUT')
  reader.submit({ stream, query() {} })
  return { stream, reader, back }
}

async function all(reader: CopyReader): Promise<Buffer> {
  const data: Buffer[] = []
  for (let chunk = await reader.next(); chunk !== null; chunk = await reader.next()) data.push(chunk)
  return Buffer.concat(data)
}

describe('CopyReader', () => {
  it('gives the rows, and all else to the driver, wherever the network cuts them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 9, arbitrary: fc.record({ code: fc.constant('d'), body: fc.uint8Array({ maxLength: 120 }) }) }, { weight: 1, arbitrary: fc.record({ code: fc.constantFrom('N', 'S'), body: fc.uint8Array({ maxLength: 20 }) }) }), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
        async (messages, cuts) => {
          const frames = messages.map(({ code, body }) => ({ code, bytes: frame(code, Buffer.from(body)) }))
          const first = frame('H', Buffer.from([0, 0, 0]))
          const bytes = Buffer.concat([first, ...frames.map((one) => one.bytes), ...END])
          const { stream, reader, back } = connected()
          const read = all(reader)
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = cuts[i % cuts.length]!
            stream.write(bytes.subarray(at, at + size))
            at += size
          }
          expect((await read).toString('hex')).toBe(Buffer.concat(messages.filter(({ code }) => code === 'd').map(({ body }) => body)).toString('hex'))
          expect(Buffer.concat(back).toString('hex')).toBe(Buffer.concat([first, ...frames.filter(({ code }) => code !== 'd').map((one) => one.bytes), ...END]).toString('hex'))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('cuts a row larger than a chunk, and lets the server wait while nobody reads', async () => {
    const { stream, reader } = connected()
    const row = Buffer.alloc(3_000_000, 'x')
    stream.write(Buffer.concat([frame('d', row), frame('d', Buffer.from('end\n'))]))
    await new Promise((resolve) => setImmediate(resolve))
    expect(stream.isPaused()).toBe(true)
    const read = all(reader)
    stream.write(Buffer.concat(END))
    const found = await read
    expect(found.length).toBe(row.length + 4)
    expect(found.subarray(-5).toString()).toBe('xend\n')
  })

  it('throws what the driver says ended the statement, after the rows that came before', async () => {
    const { stream, reader, back } = connected()
    const failed = frame('E', Buffer.from('C57014\0\0'))
    stream.write(Buffer.concat([frame('d', Buffer.from('1\n')), failed]))
    await new Promise((resolve) => setImmediate(resolve))
    expect(Buffer.concat(back).equals(failed)).toBe(true)
    const failure = new Error('cancelled')
    reader.handleError(failure)
    expect((await reader.next())?.toString()).toBe('1\n')
    await expect(reader.next()).rejects.toBe(failure)
  })

  it('throws away what comes after it was abandoned, and the driver learns the end', async () => {
    const { stream, reader, back } = connected()
    stream.write(frame('d', Buffer.from('1\n')))
    await new Promise((resolve) => setImmediate(resolve))
    reader.abandon()
    stream.write(Buffer.concat([frame('d', Buffer.alloc(2_000_000, 'y')), ...END]))
    await new Promise((resolve) => setImmediate(resolve))
    expect(Buffer.concat(back).equals(Buffer.concat(END))).toBe(true)
    expect(stream.isPaused()).toBe(false)
  })
})
