import { RegieError } from '#core/base/errors.ts'
import type { Step } from './types.ts'

/** Longest pause between two attempts, ms. */
const LONGEST_MS = 30_000

/**
 * Full-jitter exponential back-off: uniform in [0, min(longest, base · 2^(attempt − 1))).
 * Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015.
 * @param attempt the attempt that failed, from 1
 * @param random uniform in [0, 1)
 */
export function backoffMs(attempt: number, baseMs: number, random: () => number): number {
  return Math.floor(random() * Math.min(LONGEST_MS, baseMs * 2 ** (attempt - 1)))
}

/** Whether a step may be tried again after its `tried`-th attempt of this session failed with `thrown`. */
export function mayRetry(step: Pick<Step<never, never>, 'again' | 'retry'>, tried: number, thrown: unknown): boolean {
  if (step.again !== 'safe' || !step.retry || tried >= step.retry.attempts) return false
  return thrown instanceof RegieError && thrown.retry !== 'never'
}
