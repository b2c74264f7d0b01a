/** Whether repeating what failed can help: never, at once (nothing happened), or after a pause. */
export type Retry = 'never' | 'safe' | 'later'

export interface Failure {
  /** Stable, UPPER_SNAKE; compared across doors instead of `instanceof`. */
  readonly code: string
  /** What happened: one sentence, names the system. */
  readonly what: string
  /** What was left untouched. */
  readonly untouched?: string
  /** What to do next. */
  readonly next?: string
  readonly retry?: Retry
  /** Facts for a machine: plain JSON, no secret, no personal data. */
  readonly data?: Readonly<Record<string, unknown>>
}

/**
 * Base of every failure that a person reads. One subclass per failure, in its room's `errors.ts`.
 * The message is the three sentences in the order of the design's copy rules: what happened,
 * what is untouched, what next.
 */
export class RegieError extends Error implements Failure {
  readonly code: string
  readonly what: string
  readonly untouched?: string
  readonly next?: string
  readonly retry: Retry
  readonly data?: Readonly<Record<string, unknown>>

  constructor(failure: Failure, cause?: unknown) {
    super([failure.what, failure.untouched, failure.next].filter(Boolean).join(' '), { cause })
    this.name = new.target.name
    this.code = failure.code
    this.what = failure.what
    this.untouched = failure.untouched
    this.next = failure.next
    this.retry = failure.retry ?? 'never'
    this.data = failure.data
  }
}

/** The cloneable form of any thrown value: what crosses a door, a worker or the journal. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof RegieError) {
    const { code, what, untouched, next, retry, data } = thrown
    return { code, what, untouched, next, retry, data }
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: 'INTERNAL', what: text, retry: 'never' }
}

/** A failure that crossed a door or a worker, as an error again. */
export function fromFailure(failure: Failure): RegieError {
  return new RegieError(failure)
}

/** The operator or the program asked for the stop. Not a fault. */
export class Cancelled extends RegieError {
  constructor(what = 'The operation was cancelled.', untouched?: string) {
    super({ code: 'CANCELLED', what, untouched, retry: 'safe' })
  }
}

/** True for our own cancellation and for the AbortError of Node and the drivers. */
export function isCancellation(thrown: unknown): boolean {
  return (
    thrown instanceof Cancelled ||
    (thrown instanceof Error && (thrown.name === 'AbortError' || (thrown as { code?: string }).code === 'ABORT_ERR'))
  )
}
