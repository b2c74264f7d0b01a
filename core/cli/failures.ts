import { CommanderError } from 'commander'
import { ORPCError } from '@orpc/client'
import { EXIT, exitOf, presentable } from '#core/api/errors.ts'
import type { Failure } from '#core/base/errors.ts'

/**
 * What to tell, and what to end with. Nothing to tell when commander already did: help and version that were
 * asked for are answers, everything else is a word that it did not understand.
 */
export function judge(thrown: unknown, report: (error: unknown) => string): { readonly failure: Failure | null; readonly code: number } {
  if (thrown instanceof CommanderError) return { failure: null, code: thrown.exitCode === 0 ? EXIT.done : EXIT.usage }
  const crossed = thrown instanceof ORPCError && thrown.code === 'FAILURE' ? (thrown.data as Failure) : null
  const failure = crossed ?? presentable(thrown, report)
  return { failure, code: exitOf(failure.code) }
}
