import { RegieError } from '#core/base/errors.ts'

/**
 * The line to the core ended before the answer came. Causes: the core crashed or was restarted, the
 * network went, the laptop slept. `sent` says whether the request had left: then it may have been done.
 */
export class ConnectionLost extends RegieError {
  readonly sent: boolean
  constructor(sent: boolean) {
    super({
      code: 'CONNECTION_LOST',
      what: sent ? 'The connection to the core was lost before its answer came.' : 'There is no connection to the core.',
      untouched: sent ? undefined : 'The request was not sent.',
      next: sent ? 'Look at the run list before you repeat it.' : 'Try again when the core is back.',
      retry: sent ? 'never' : 'safe',
    })
    this.sent = sent
  }
}

/** The peer broke the rules of the wire (unknown frame, credits for events it never got). Ends the line. */
export class WireViolation extends RegieError {
  constructor(problem: string) {
    super({ code: 'WIRE_VIOLATION', what: `The other end broke the wire protocol: ${problem}.`, next: 'Reload the page; both ends must be of the same version.' })
  }
}
