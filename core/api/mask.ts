import { mapEventIterator, ORPCError } from '@orpc/client'
import { ValidationError } from '@orpc/contract'
import type { StandardRPCHandlerOptions } from '@orpc/server/standard'
import type { ApiContext } from './context.ts'
import { InvalidInput, presentable } from './errors.ts'

type Interceptor = NonNullable<StandardRPCHandlerOptions<ApiContext>['clientInterceptors']>[number]

/**
 * The last thing before a door: whatever a handler throws, at once or in the middle of a stream, leaves as
 * the declared FAILURE. Texts and data of errors that nobody declared stay here, in the log.
 */
export const mask: Interceptor = async (call) => {
  const { context, path } = call
  const crossing = (thrown: unknown): ORPCError<string, unknown> => {
    const invalid = invalidInput(thrown)
    const failure = presentable(invalid ?? thrown, (error) => context.regie.incident(error, path.join('.')))
    // The status is oRPC's own for a declared error without one: with another it would arrive as undeclared.
    return new ORPCError('FAILURE', { message: failure.what, data: failure })
  }
  try {
    const output = await call.next()
    return isIterator(output) ? mapEventIterator(output, { value: same, error: async (error) => crossing(error) }) : output
  } catch (error) {
    throw crossing(error)
  }
}

const same = async (value: unknown): Promise<unknown> => value

const isIterator = (value: unknown): value is AsyncIterator<unknown> => typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value

function invalidInput(thrown: unknown): InvalidInput | null {
  if (!(thrown instanceof ORPCError) || thrown.code !== 'BAD_REQUEST' || !(thrown.cause instanceof ValidationError)) return null
  return new InvalidInput(
    thrown.cause.issues.map((issue) => {
      const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
      return `${path || 'request'}: ${issue.message}`
    }),
  )
}
