import { createORPCClient, ORPCError } from '@orpc/client'
import { ClientRetryPlugin } from '@orpc/client/plugins'
import { StandardRPCLink } from '@orpc/client/standard'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '#core/api/contract/index.ts'
import type { Failure } from '#core/base/errors.ts'
import { ConnectionLost } from '#core/api/wire/errors.ts'
import { Reconnecting, Refused, type ConnectionState, type ReconnectOptions } from './reconnecting.ts'
import { REPEATABLE, RESUMING } from './repeatable.ts'
import { opened, socketWire, type SocketLike } from './socket.ts'

export type Client = ContractRouterClient<Contract>

export interface Connection {
  readonly client: Client
  readonly state: () => ConnectionState
  /** Tries to reconnect now. */
  hurry(): void
  close(): void
}

export interface ConnectOptions {
  /** Opens a new socket to the core; called again after every loss. */
  readonly socket: () => SocketLike
  /** Asked when a socket did not open: true = the core is there and does not accept this token. */
  readonly refused?: () => Promise<boolean>
  readonly onState?: (state: ConnectionState) => void
  /** How long a read, and a change, wait for a line, ms. Streams wait for as long as they are wanted. */
  readonly patience?: { readonly reads: number; readonly changes: number }
  readonly backoff?: ReconnectOptions['backoff']
}

const OPEN_TIMEOUT_MS = 5_000
/** A core that dies while it is asked may never answer: the next attempt must not wait for that. */
const REFUSED_TIMEOUT_MS = 3_000

/** The answer to `refused`, or false when none comes in time. */
async function isRefused(ask: ConnectOptions['refused']): Promise<boolean> {
  if (!ask) return false
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), REFUSED_TIMEOUT_MS)
  })
  return Promise.race([ask().catch(() => false), late]).finally(() => clearTimeout(timer))
}

/**
 * The typed client over a line that repairs itself. Reads are sent again after a loss and `runs.watch`
 * goes on after the last event that was read, without gap or double; a change is sent once or not at all.
 * Every call rejects with a Failure's error (see `failureOf`), ConnectionLost, or its signal's reason.
 */
export function connect(options: ConnectOptions): Connection {
  const patience = options.patience ?? { reads: 30_000, changes: 5_000 }
  const link = new Reconnecting({
    onState: options.onState,
    backoff: options.backoff,
    patience: (path) => {
      const name = path.join('.')
      return RESUMING.has(name) ? Infinity : REPEATABLE.has(name) ? patience.reads : patience.changes
    },
    openWire: async () => {
      const socket = options.socket()
      const wire = socketWire(socket)
      try {
        await opened(socket, OPEN_TIMEOUT_MS)
      } catch (error) {
        if (await isRefused(options.refused)) throw new Refused()
        throw error
      }
      return wire
    },
  })
  const client: Client = createORPCClient(
    new StandardRPCLink(link, {
      url: 'http://regie',
      plugins: [
        new ClientRetryPlugin({
          default: {
            retry: ({ path }) => (RESUMING.has(path.join('.')) ? Infinity : REPEATABLE.has(path.join('.')) ? 5 : 0),
            retryDelay: 0,
            shouldRetry: ({ error }) => error instanceof ConnectionLost && error.sent && !link.closed,
          },
        }),
      ],
    }),
  )
  return { client, state: () => link.state, hurry: () => link.hurry(), close: () => link.close() }
}

/**
 * The failure inside anything that a call rejected with: what happened, what is untouched, what next.
 * An abort is CANCELLED; what nobody declared is INTERNAL.
 */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof ConnectionLost) return thrown
  if (thrown instanceof ORPCError) {
    const data = thrown.data as Partial<Failure> | undefined
    if (thrown.code === 'FAILURE' && typeof data?.code === 'string' && typeof data.what === 'string') return data as Failure
    return { code: 'INTERNAL', what: `The core answered ${thrown.code}.`, next: 'Reload the page; both ends must be of the same version.' }
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') return { code: 'CANCELLED', what: 'The request was cancelled.' }
  return { code: 'INTERNAL', what: 'The page met an error that it did not expect.', next: 'Reload the page.' }
}
