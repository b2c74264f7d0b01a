import type { ClientContext } from '@orpc/client'
import type { StandardLinkClient } from '@orpc/client/standard'
import { ConnectionLost } from '#core/api/wire/errors.ts'
import type { ClientFrame, ServerFrame, Wire } from '#core/api/wire/frames.ts'
import { WireClient } from '#core/api/wire/wire-client.ts'

/**
 * connecting: the first line is being opened. open: calls flow. lost: it was open, we try again by
 * ourselves. refused: the core is there and doesn't accept our token; trying again would not help.
 */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

/** Thrown by `openWire` when the core answers but does not accept this page. */
export class Refused extends Error {}

export interface ReconnectOptions {
  readonly openWire: () => Promise<Wire<ClientFrame, ServerFrame>>
  readonly onState?: (state: ConnectionState) => void
  /** Longest wait for a line before a call is refused as not sent, ms. */
  readonly patience: (path: readonly string[]) => number
  /** Pause before attempt n (0-based) after a loss, ms. */
  readonly backoff?: (attempt: number) => number
}

type Call = StandardLinkClient<ClientContext>['call']

/** 50 ms, doubling to 3 s, with ± 25 % so that many pages don't come back in one beat. */
export const standardBackoff = (attempt: number): number => Math.min(3000, 50 * 2 ** attempt) * (0.75 + Math.random() / 2)

/** Keeps one line open for as long as the page lives; calls wait for it, but not for ever. */
export class Reconnecting implements StandardLinkClient<ClientContext> {
  readonly #options: ReconnectOptions
  #state: ConnectionState = 'connecting'
  #client: WireClient | null = null
  #waiting = new Set<() => void>()
  #closed = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: ReconnectOptions) {
    this.#options = options
    void this.#open(0)
  }

  get state(): ConnectionState {
    return this.#state
  }

  get closed(): boolean {
    return this.#closed
  }

  readonly call: Call = async (request, _options, path) => {
    const client = this.#client ?? (await this.#line(this.#options.patience(path), request.signal))
    return client.call(request)
  }

  /** Ends the line; calls in flight reject with ConnectionLost. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#client?.close()
    this.#wake()
  }

  /** Tries now instead of at the end of the pause: the tab came back, the network is up again. */
  hurry(): void {
    if (this.#state !== 'lost' || this.#timer === undefined) return
    clearTimeout(this.#timer)
    void this.#open(0)
  }

  async #open(attempt: number): Promise<void> {
    this.#timer = undefined
    if (this.#closed) return
    try {
      const wire = await this.#options.openWire()
      if (this.#closed) return wire.close()
      const client = new WireClient(wire, () => {
        if (this.#client === client) this.#client = null
        this.#retry(0)
      })
      this.#client = client
      this.#become('open')
    } catch (error) {
      if (error instanceof Refused) this.#become('refused')
      else this.#retry(attempt + 1)
    }
  }

  #retry(attempt: number): void {
    if (this.#closed) return
    // A page that never had a line still says 'connecting' for the first tries, then 'lost'.
    if (this.#state === 'open' || attempt >= 3) this.#become('lost')
    this.#timer = setTimeout(() => void this.#open(attempt), (this.#options.backoff ?? standardBackoff)(attempt))
  }

  #become(state: ConnectionState): void {
    if (this.#state !== state) {
      this.#state = state
      this.#options.onState?.(state)
    }
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }

  #line(patienceMs: number, signal?: AbortSignal): Promise<WireClient> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        signal?.removeEventListener('abort', abort)
      }
      const look = (): void => {
        if (this.#client) {
          settle()
          resolve(this.#client)
        } else if (this.#closed || this.#state === 'refused') give()
      }
      const give = (): void => {
        settle()
        reject(new ConnectionLost(false))
      }
      const abort = (): void => {
        settle()
        reject(signal?.reason)
      }
      const timer = Number.isFinite(patienceMs) ? setTimeout(give, patienceMs) : undefined
      this.#waiting.add(look)
      signal?.addEventListener('abort', abort, { once: true })
      if (signal?.aborted) abort()
      else look()
    })
  }
}
