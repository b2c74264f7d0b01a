import { ErrorEvent, getEventMeta } from '@orpc/server'
import type { StandardHandler } from '@orpc/server/standard'
import { WireViolation } from './errors.ts'
import { ABORT, CREDIT, END, EVENT, MAX_CALLS, REQUEST, RESPONSE, STREAM, WINDOW, type ClientFrame, type EventMeta, type Headers, type ServerFrame, type Wire } from './frames.ts'

type Context = Record<PropertyKey, unknown>

interface Call {
  readonly abort: AbortController
  /** Events that may still be sent before the client acknowledges some. */
  credits: number
  /** Wakes the stream that waits for credits. */
  wake: (() => void) | null
}

/**
 * Serves one line until it ends: every call in flight is then aborted, its generator's `finally` runs.
 * A peer that breaks the protocol is cut off. Returns the number of open calls, for tests and metrics.
 */
export function serveWire<C extends Context>(wire: Wire<ServerFrame, ClientFrame>, handler: StandardHandler<C>, context: C): { open(): number } {
  const calls = new Map<number, Call>()

  const end = (id: number): void => {
    const call = calls.get(id)
    calls.delete(id)
    call?.abort.abort()
    call?.wake?.()
  }

  const credit = (id: number, events: number): void => {
    const call = calls.get(id)
    if (!call) return
    call.credits += events
    if (call.credits > WINDOW) throw new WireViolation('credits for events that were never sent')
    call.wake?.()
  }

  const request = async (id: number, path: string, headers: Headers, body: unknown): Promise<void> => {
    if (calls.has(id)) throw new WireViolation('call id used twice')
    if (calls.size >= MAX_CALLS) throw new WireViolation('too many calls at once')
    const call: Call = { abort: new AbortController(), credits: WINDOW, wake: null }
    calls.set(id, call)
    try {
      const answer = await handler.handle(
        { method: 'POST', url: new URL(path, 'http://regie'), headers: { ...headers } as Record<string, string>, signal: call.abort.signal, body: () => Promise.resolve(body) },
        { context },
      )
      const response = answer.response ?? { status: 404, headers: {}, body: { json: { defined: false, code: 'NOT_FOUND', status: 404, message: 'No such procedure' } } }
      if (isIterator(response.body)) {
        await stream(id, call, response.status, response.headers, response.body)
      } else if (!call.abort.signal.aborted) {
        await wire.send([RESPONSE, id, response.status, response.headers, response.body])
      }
    } catch {
      // An answer that no frame can carry is a fault of one call, not of the line.
      if (!call.abort.signal.aborted) await wire.send([RESPONSE, id, 500, {}, FAULT])
    } finally {
      calls.delete(id)
    }
  }

  const stream = async (id: number, call: Call, status: number, headers: Headers, events: AsyncIterator<unknown>): Promise<void> => {
    const { signal } = call.abort
    try {
      if (signal.aborted) return
      await wire.send([STREAM, id, status, headers])
      for (;;) {
        while (call.credits === 0 && !signal.aborted) await new Promise<void>((resolve) => (call.wake = resolve))
        call.wake = null
        if (signal.aborted) return
        // The handler ends at the signal by itself. No Promise.race with it here: its reactions would pile up.
        const next = await events.next()
        if (signal.aborted) return
        const meta = metaOf(next.value)
        if (next.done) {
          await wire.send([END, id, 'done', plain(next.value), meta])
          return
        }
        call.credits -= 1
        await wire.send([EVENT, id, plain(next.value), meta])
      }
    } catch (error) {
      if (signal.aborted) return
      const data = error instanceof ErrorEvent ? error.data : undefined
      await wire.send([END, id, 'error', data, metaOf(error)])
    } finally {
      void Promise.resolve(events.return?.()).catch(() => undefined)
    }
  }

  wire.listen({
    frame: (frame) => {
      const [kind, id] = frame
      try {
        if (kind === REQUEST) void request(id, frame[2], frame[3], frame[4]).catch(() => wire.close())
        else if (kind === CREDIT) credit(id, frame[2])
        else if (kind === ABORT) end(id)
      } catch {
        wire.close()
      }
    },
    lost: () => {
      for (const id of calls.keys()) end(id)
    },
  })
  return { open: () => calls.size }
}

const FAULT = { json: { defined: false, code: 'INTERNAL_SERVER_ERROR', status: 500, message: 'Internal server error' } }

const isIterator = (body: unknown): body is AsyncIterator<unknown> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body && 'next' in body

const metaOf = (value: unknown): EventMeta | null => getEventMeta(value) ?? null

/** `withEventMeta` makes a Proxy, which no carrier can clone. */
const plain = (value: unknown): unknown => (typeof value === 'object' && value !== null && getEventMeta(value) ? { ...value } : value)
