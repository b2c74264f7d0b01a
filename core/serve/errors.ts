import { RegieError } from '#core/base/errors.ts'

/** Another program listens there, or the port needs rights that we don't have. */
export class PortTaken extends RegieError {
  constructor(port: number, cause: unknown) {
    super({ code: 'PORT_TAKEN', what: `Port ${port} of 127.0.0.1 can't be used.`, untouched: 'Nothing was started.', next: 'Choose another one, or --port 0 for any that is free.', data: { port } }, cause)
  }
}

/** The core host ended before it was ready for the first time. */
export class CoreDidNotStart extends RegieError {
  constructor(how: string) {
    super({ code: 'CORE_DID_NOT_START', what: `The core ended while it started (${how}).`, untouched: 'Nothing is served.', next: 'Run: regie doctor' })
  }
}
