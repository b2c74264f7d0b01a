import { describe, expect, it } from 'vitest'
import { encode, MAX_FRAME, REQUEST, type ClientFrame } from '#core/api/wire/frames.ts'
import { portWire, RelayedLines, type BytesPort } from '#core/serve/port-wire.ts'
import { tellRunning } from '#core/serve/tell-running.ts'
import { fakeRegie } from '#test/core/api/fake-regie.ts'

class FakePort implements BytesPort {
  readonly sent: Uint8Array[] = []
  closed = 0
  #handlers: { bytes: (value: unknown) => void; closed: () => void } | null = null
  send(bytes: Uint8Array): void {
    this.sent.push(bytes)
  }
  listen(handlers: { bytes: (value: unknown) => void; closed: () => void }): void {
    this.#handlers = handlers
  }
  close(): void {
    this.closed += 1
  }
  arrives(value: unknown): void {
    this.#handlers?.bytes(value)
  }
  breaks(): void {
    this.#handlers?.closed()
  }
}

const listening = (port: FakePort): { frames: ClientFrame[]; lost: number } => {
  const seen = { frames: [] as ClientFrame[], lost: 0 }
  portWire(port).listen({ frame: (frame) => seen.frames.push(frame), lost: () => (seen.lost += 1) })
  return seen
}

describe('a message port as a wire', () => {
  const good: ClientFrame = [REQUEST, 1, '/system/info', {}, { json: {} }]

  it('carries frames as bytes', () => {
    const port = new FakePort()
    const seen = listening(port)
    port.arrives(encode(good))
    expect(seen).toEqual({ frames: [good], lost: 0 })
  })

  it('carries a frame of a megabyte', () => {
    const port = new FakePort()
    const seen = listening(port)
    const text = 'é'.repeat(1_000_000)
    port.arrives(encode([REQUEST, 1, '/x', {}, { text }]))
    expect(seen.frames[0]?.[4]).toEqual({ text })
  })

  it.each([
    ['text', 'hello'],
    ['an object', { kind: 'frame' }],
    ['nothing', null],
    ['bytes that are no MessagePack', new Uint8Array([0xc1])],
    ['a frame of another kind', encode([99, 1] as unknown as ClientFrame)],
    ['a frame without a call', encode([REQUEST, 'one', '/x', {}, null] as unknown as ClientFrame)],
    ['more than a frame may hold', new Uint8Array(MAX_FRAME + 1)],
  ])('is cut at %s, once, and hears nothing more', (_, value) => {
    const port = new FakePort()
    const seen = listening(port)
    port.arrives(value)
    port.arrives(encode(good))
    port.breaks()
    expect(seen).toEqual({ frames: [], lost: 1 })
    expect(port.closed).toBe(1)
  })
})

describe('lines relayed over one channel', () => {
  it('keeps lines apart, and forgets those that ended on either side', () => {
    const told: unknown[] = []
    const lines = new RelayedLines((message) => told.push(message))
    const heard: string[] = []
    for (const id of [1, 2]) lines.open(id).listen({ bytes: (value) => heard.push(`${id}:${String(value)}`), closed: () => heard.push(`${id} closed`) })
    lines.frame(2, 'b')
    lines.frame(1, 'a')
    lines.frame(7, 'nobody')
    lines.ended(2)
    lines.ended(2)
    lines.frame(2, 'late')
    expect(heard).toEqual(['2:b', '1:a', '2 closed'])
    expect(told).toEqual([])
  })

  it('tells the other end once that a line was closed here', () => {
    const told: unknown[] = []
    const lines = new RelayedLines((message) => told.push(message))
    const port = lines.open(3)
    port.listen({ bytes: () => undefined, closed: () => undefined })
    port.send(new Uint8Array([1]))
    port.close()
    port.close()
    expect(told).toEqual([{ kind: 'frame', id: 3, bytes: new Uint8Array([1]) }, { kind: 'line-ended', id: 3 }])
  })
})

describe('what the window hears of runs', () => {
  it('is which ones move, at once and without their input', async () => {
    const regie = fakeRegie()
    const stop = new AbortController()
    const told = await new Promise<readonly unknown[]>((resolve) => void tellRunning(regie.engine, resolve, stop.signal))
    stop.abort()
    expect(told).toEqual([{ runId: expect.any(String), title: 'Run reviews', environment: 'sandbox', state: 'running', startedAt: '2026-11-21T10:58:14.000Z' }])
  })
})
