import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Rollup } from 'vite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ORPCError } from '@orpc/client'
import { connect, failureOf } from '#core/api/client/connect.ts'
import type { SocketLike } from '#core/api/client/socket.ts'
import { takeToken } from '#core/api/client/page.ts'
import { Reconnecting, Refused, standardBackoff, type ConnectionState } from '#core/api/client/reconnecting.ts'
import { ConnectionLost } from '#core/api/wire/errors.ts'
import { packageRoot } from '#core/base/package-root.ts'
import { pipe, type Pipe } from '#test/core/api/wire/pipe.ts'

describe('the token', () => {
  function page(href: string) {
    const kept = new Map<string, string>()
    const seen: string[] = []
    return {
      kept,
      seen,
      window: {
        location: { href },
        history: { state: { a: 1 }, replaceState: (_state: unknown, _title: string, url: URL) => seen.push(String(url)) },
        sessionStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) },
      } as unknown as Parameters<typeof takeToken>[0],
    }
  }

  it('is taken from the link, kept for the tab, and leaves the address bar', () => {
    const { window, seen, kept } = page('http://127.0.0.1:4000/?t=secret&x=1#/runs/7')
    expect(takeToken(window)).toBe('secret')
    expect(seen).toEqual(['http://127.0.0.1:4000/?x=1#/runs/7'])
    expect([...kept.values()]).toEqual(['secret'])
  })

  it('survives a reload, and a new link replaces it', () => {
    const { window, kept } = page('http://127.0.0.1:4000/')
    expect(takeToken(window)).toBeNull()
    kept.set('regie.token', 'old')
    expect(takeToken(window)).toBe('old')
    window.location.href = 'http://127.0.0.1:4000/?t=new'
    expect(takeToken(window)).toBe('new')
  })
})

describe('the line', () => {
  afterEach(() => vi.useRealTimers())

  const request = (signal?: AbortSignal) => ({ method: 'POST', url: new URL('http://regie/x/y'), headers: {}, body: undefined, signal })
  const call = (line: Reconnecting, signal?: AbortSignal) => line.call(request(signal), { context: {} }, ['x', 'y'], undefined)

  function open(failures = 0, patience = 1000) {
    const states: ConnectionState[] = []
    const pipes: Pipe[] = []
    let attempts = 0
    const line = new Reconnecting({
      onState: (state) => states.push(state),
      patience: () => patience,
      backoff: () => 100,
      openWire: async () => {
        attempts += 1
        if (attempts <= failures) throw new Error('no')
        const made = pipe()
        pipes.push(made)
        return made.client
      },
    })
    return { line, states, pipes, attempts: () => attempts }
  }

  it('waits for the core and says lost only after some tries', async () => {
    vi.useFakeTimers()
    const { line, states, attempts } = open(5)
    await vi.advanceTimersByTimeAsync(150)
    expect(states).toEqual([])
    await vi.advanceTimersByTimeAsync(500)
    expect(states).toEqual(['lost', 'open'])
    expect(attempts()).toBe(6)
    line.close()
  })

  it('comes back after a loss, and stops after close', async () => {
    vi.useFakeTimers()
    const { line, states, pipes, attempts } = open()
    await vi.advanceTimersByTimeAsync(0)
    pipes[0]?.cut()
    await vi.advanceTimersByTimeAsync(100)
    expect(states).toEqual(['open', 'lost', 'open'])
    line.close()
    pipes[1]?.cut()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(attempts()).toBe(2)
  })

  it('tries at once when it is hurried', async () => {
    vi.useFakeTimers()
    const { line, pipes, attempts } = open()
    await vi.advanceTimersByTimeAsync(0)
    pipes[0]?.cut()
    line.hurry()
    await vi.advanceTimersByTimeAsync(0)
    expect(attempts()).toBe(2)
    await vi.advanceTimersByTimeAsync(1000)
    expect(attempts()).toBe(2)
    line.close()
  })

  it('lets a call wait, but not for ever', async () => {
    vi.useFakeTimers()
    const { line } = open(Infinity, 1000)
    const waiting = call(line)
    const settled = vi.fn()
    void waiting.catch(settled)
    await vi.advanceTimersByTimeAsync(999)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2)
    expect(settled.mock.calls[0]?.[0]).toMatchObject({ code: 'CONNECTION_LOST', sent: false })
    line.close()
  })

  it('lets a waiting call be aborted, and rejects it when the line is closed', async () => {
    const { line } = open(Infinity, Infinity)
    const stop = new AbortController()
    const aborted = call(line, stop.signal)
    const reason = new Error('left')
    stop.abort(reason)
    await expect(aborted).rejects.toBe(reason)
    const waiting = call(line)
    line.close()
    await expect(waiting).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('does not try again when it was refused', async () => {
    let attempts = 0
    const states: ConnectionState[] = []
    const line = new Reconnecting({
      onState: (state) => states.push(state),
      patience: () => Infinity,
      backoff: () => 1,
      openWire: async () => {
        attempts += 1
        throw new Refused()
      },
    })
    await expect(call(line)).rejects.toBeInstanceOf(ConnectionLost)
    await new Promise((done) => setTimeout(done, 20))
    expect([attempts, states]).toEqual([1, ['refused']])
  })

  it('tries again when the core dies before it says whether it refuses', async () => {
    vi.useFakeTimers()
    let sockets = 0
    const connection = connect({
      backoff: () => 1,
      refused: () => new Promise(() => undefined),
      socket: () => {
        sockets += 1
        const listeners = new Map<string, () => void>()
        setTimeout(() => listeners.get('error')?.(), 1)
        return { binaryType: '', readyState: 0, send: () => undefined, close: () => undefined, addEventListener: (type: string, listener: () => void) => void listeners.set(type, listener) } as unknown as SocketLike
      },
    })
    await vi.advanceTimersByTimeAsync(20_000)
    connection.close()
    expect(sockets).toBeGreaterThan(3)
  })

  it('backs off to three seconds', () => {
    for (let attempt = 0; attempt < 60; attempt += 1) {
      const pause = standardBackoff(attempt)
      expect(pause).toBeGreaterThanOrEqual(37)
      expect(pause).toBeLessThanOrEqual(3750)
    }
  })
})

describe('what a rejected call says', () => {
  it.each([
    ['a declared failure', new ORPCError('FAILURE', { data: { code: 'PLAN_STALE', what: 'It changed.' } }), 'PLAN_STALE'],
    ['an error of oRPC', new ORPCError('NOT_FOUND'), 'INTERNAL'],
    ['a lost line', new ConnectionLost(true), 'CONNECTION_LOST'],
    ['an abort', new DOMException('aborted', 'AbortError'), 'CANCELLED'],
    ['anything else', 'text', 'INTERNAL'],
  ])('of %s', (_, thrown, code) => {
    const failure = failureOf(thrown)
    expect(failure.code).toBe(code)
    expect(failure.what).not.toBe('')
  })
})

describe('the bundle', () => {
  it('stays small, free of Node and of generated code', async () => {
    const built = (await build({
      configFile: false,
      logLevel: 'error',
      resolve: { alias: { '#core': resolve(packageRoot, 'core') } },
      build: { write: false, target: 'chrome108', minify: true, lib: { entry: resolve(packageRoot, 'core/api/client/index.ts'), formats: ['es'], fileName: 'client' } },
    })) as Rollup.RollupOutput[]
    const code = built.flatMap(({ output }) => output).map((chunk) => ('code' in chunk ? chunk.code : '')).join('')
    expect(gzipSync(code).length).toBeLessThan(25_000)
    expect(code).not.toMatch(/\bfrom\s*["']node:/)
    // schemas stay with the core
    expect(code).not.toContain('ZodObject')
  })
})
