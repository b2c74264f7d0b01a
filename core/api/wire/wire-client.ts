import { ErrorEvent, withEventMeta, type ClientContext } from '@orpc/client'
import type { StandardLinkClient } from '@orpc/client/standard'
import { ConnectionLost } from './errors.ts'
import { ABORT, CREDIT, END, EVENT, GRANT, REQUEST, RESPONSE, STREAM, type ClientFrame, type EventMeta, type ServerFrame, type Wire } from './frames.ts'

type Call = StandardLinkClient<ClientContext>['call']
type Request = Parameters<Call>[0]
type Response = Awaited<ReturnType<Call>>

interface Pending {
  readonly frame: (frame: ServerFrame) => void
  readonly fail: (reason: unknown) => void
}

/** The page's end of one line: sends calls, hands answers and events back. Dies with its line. */
export class WireClient {
  readonly #wire: Wire<ClientFrame, ServerFrame>
  readonly #pending = new Map<number, Pending>()
  #next = 1
  #lost = false

  /** `onLost` is called once, when the line has ended. */
  constructor(wire: Wire<ClientFrame, ServerFrame>, onLost: () => void) {
    this.#wire = wire
    wire.listen({
      frame: (frame) => this.#pending.get(frame[1])?.frame(frame),
      lost: () => {
        this.#lost = true
        for (const pending of this.#pending.values()) pending.fail(new ConnectionLost(true))
        this.#pending.clear()
        onLost()
      },
    })
  }

  /** Calls that have not ended. */
  get open(): number {
    return this.#pending.size
  }

  close(): void {
    this.#wire.close()
  }

  /** Rejects with the signal's reason on abort, with ConnectionLost when the line ends first. */
  call(request: Request): Promise<Response> {
    const { signal } = request
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.#lost) return Promise.reject(new ConnectionLost(false))
    const call = this.#next++
    return new Promise<Response>((resolve, reject) => {
      let events: Events | null = null
      const settle = (): void => {
        this.#pending.delete(call)
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        settle()
        void this.#wire.send([ABORT, call])
        events?.fail(signal?.reason, true)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#pending.set(call, {
        fail: (reason) => {
          settle()
          events?.fail(reason, false)
          reject(reason)
        },
        frame: (frame) => {
          switch (frame[0]) {
            case RESPONSE:
              settle()
              resolve({ status: frame[2], headers: mutable(frame[3]), body: () => Promise.resolve(frame[4]) })
              break
            case STREAM: {
              events = new Events({
                consumed: (count) => void this.#wire.send([CREDIT, call, count]),
                stopped: () => {
                  if (!this.#pending.has(call)) return
                  settle()
                  void this.#wire.send([ABORT, call])
                },
              })
              const body = events
              resolve({ status: frame[2], headers: mutable(frame[3]), body: () => Promise.resolve(body) })
              break
            }
            case EVENT:
              events?.push(withMeta(frame[2], frame[3]))
              break
            case END:
              settle()
              events?.end(frame[2], frame[3], frame[4])
              break
          }
        },
      })
      const sent = this.#wire.send([REQUEST, call, request.url.pathname, { ...request.headers }, request.body])
      void Promise.resolve(sent).catch((error: unknown) => {
        settle()
        reject(error)
      })
    })
  }
}

type MutableHeaders = Record<string, string | string[] | undefined>
const mutable = (headers: object): MutableHeaders => ({ ...headers })

const withMeta = (data: unknown, meta: EventMeta | null): unknown =>
  meta !== null && typeof data === 'object' && data !== null ? withEventMeta(data, meta) : data

interface Reader {
  readonly resolve: (result: IteratorResult<unknown, unknown>) => void
  readonly reject: (reason: unknown) => void
}

/** Events of one stream: what has arrived and was not read yet, at most WINDOW of them. */
class Events implements AsyncIteratorObject<unknown, unknown, void> {
  readonly #control: { consumed(count: number): void; stopped(): void }
  #ready: IteratorResult<unknown, unknown>[] = []
  #waiting: Reader[] = []
  #failure: { reason: unknown } | null = null
  #over = false
  #unacknowledged = 0

  constructor(control: { consumed(count: number): void; stopped(): void }) {
    this.#control = control
  }

  push(value: unknown): void {
    if (this.#over) return
    const result = { value, done: false }
    const reader = this.#waiting.shift()
    if (reader) this.#consume(reader.resolve, result)
    else this.#ready.push(result)
  }

  end(how: 'done' | 'error', data: unknown, meta: EventMeta | null): void {
    if (how === 'error') return this.fail(withMeta(new ErrorEvent({ data }), meta), false)
    this.#over = true
    const reader = this.#waiting.shift()
    const last: IteratorResult<unknown, unknown> = { value: withMeta(data, meta), done: true }
    if (reader) reader.resolve(last)
    else this.#ready.push(last)
    this.#finish()
  }

  /** What has arrived is still delivered, unless the reader itself asked for the stop (`now`). */
  fail(reason: unknown, now: boolean): void {
    if (this.#over) return
    this.#over = true
    if (now) this.#ready = []
    const reader = this.#waiting.shift()
    if (reader) reader.reject(reason)
    else this.#failure = { reason }
    this.#finish()
  }

  next(): Promise<IteratorResult<unknown, unknown>> {
    const ready = this.#ready.shift()
    if (ready?.done) return Promise.resolve(ready)
    if (ready) return new Promise((resolve) => this.#consume(resolve, ready))
    if (this.#failure) {
      const { reason } = this.#failure
      this.#failure = null
      return Promise.reject(reason)
    }
    if (this.#over) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  return(value?: unknown): Promise<IteratorResult<unknown, unknown>> {
    this.#over = true
    this.#ready = []
    this.#failure = null
    this.#finish()
    this.#control.stopped()
    return Promise.resolve({ value, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  #consume(resolve: (result: IteratorResult<unknown, unknown>) => void, result: IteratorResult<unknown, unknown>): void {
    this.#unacknowledged += 1
    if (this.#unacknowledged === GRANT && !this.#over) {
      this.#control.consumed(GRANT)
      this.#unacknowledged = 0
    }
    resolve(result)
  }

  #finish(): void {
    for (const reader of this.#waiting.splice(0)) reader.resolve({ value: undefined, done: true })
  }
}
