import { RegieError } from '#core/base/errors.ts'

/** What was typed can't be meant. Exit 2. */
export class Usage extends RegieError {
  constructor(what: string, next?: string) {
    super({ code: 'USAGE', what, untouched: 'Nothing was done.', next })
  }
}

/** A change outside a sandbox, asked for where nobody can say yes. Exit 3. */
export class ConfirmationNeeded extends RegieError {
  constructor(environment: string) {
    super({
      code: 'CONFIRMATION_NEEDED',
      what: `${environment} is no sandbox, and nobody confirmed the plan.`,
      untouched: 'Nothing was started.',
      next: 'Look at the plan with --plan, then run it with --yes.',
    })
  }
}
