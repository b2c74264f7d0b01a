import { RegieError } from '#core/base/errors.ts'

/** A description that can't be generated: unknown names, quotas that don't add up, more references than rows. */
export class GeneratorInvalid extends RegieError {
  constructor(where: string, problem: string) {
    super({ code: 'GENERATOR_INVALID', what: `Generated table ${where}: ${problem}.`, untouched: 'Nothing was generated.', next: 'Correct the description of the generated tables.', data: { where, problem } })
  }
}
