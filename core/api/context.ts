import { implement } from '@orpc/server'
import { contract } from './contract/index.ts'
import type { Regie } from './regie.ts'

/** Who calls, and the program behind. Every door makes one per connection. */
export type ApiContext = Record<PropertyKey, unknown> & {
  readonly regie: Regie
  readonly actor: string
}

/** The contract, waiting for handlers; the router's files implement one domain each. */
export const os = implement(contract).$context<ApiContext>()

/** A signal that never aborts, for callers that gave none. */
export const never = (): AbortSignal => new AbortController().signal
