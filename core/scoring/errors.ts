import { RegieError } from '#core/base/errors.ts'

/**
 * A model file is absent, cut, changed since its manifest was written, or refused by the ONNX runtime.
 * Causes: an interrupted install or copy, a disk fault, a file swapped by hand. Nothing has been scored.
 */
export class ModelBroken extends RegieError {
  readonly model: string

  constructor(model: string, reason: string, cause?: unknown) {
    super(
      {
        code: 'MODEL_BROKEN',
        what: `The model "${model}" can't be used: ${reason}.`,
        untouched: 'No row was scored.',
        next: 'Restore the models folder from the installed package, then run again.',
        data: { model, reason },
      },
      cause,
    )
    this.model = model
  }
}

/** A scoring worker died (out of memory, a crash of the native runtime). A new one takes its place. */
export class ScorerCrashed extends RegieError {
  constructor(reason: string, cause?: unknown) {
    super(
      {
        code: 'SCORER_CRASHED',
        what: `A scoring worker stopped: ${reason}.`,
        untouched: 'The rows it held have no score; no other row is affected.',
        next: 'Score them again.',
        retry: 'safe',
      },
      cause,
    )
  }
}

/** close() was called. */
export class ScorerClosed extends RegieError {
  constructor() {
    super({ code: 'SCORER_CLOSED', what: 'The text scorer is closed.', untouched: 'No row was scored.' })
  }
}
