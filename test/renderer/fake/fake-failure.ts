import type { Failure } from '#renderer/api/types.ts'

/** A failure as the client would reject with it. */
export class FakeFailure extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.what)
    this.failure = failure
  }
}
