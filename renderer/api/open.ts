import { connectPage, failureOf as failureOfCall, type Client, type ConnectionState } from '#core/api/client/index.ts'
import type { Failure } from './types.ts'

export interface Core {
  readonly client: Client
  readonly state: () => ConnectionState
  readonly subscribe: (listener: () => void) => () => void
}

/**
 * The core that this page belongs to. The only module that knows which door the page came through:
 * development and tests put another one in its place.
 */
export function openCore(page: Window): Core {
  const listeners = new Set<() => void>()
  const connection = connectPage(page, { onState: () => listeners.forEach((listener) => listener()) })
  return {
    client: connection.client,
    state: connection.state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** What a rejected call says, as the three sentences that a person reads. */
export const failureOf = (thrown: unknown): Failure => failureOfCall(thrown)
