import { RegieError } from '#core/base/errors.ts'

/** The anchor can't be put there: no database of the environment's own, no git, no repository. */
export class AnchorPlaceUnavailable extends RegieError {
  constructor(place: string, detail: string, next: string) {
    super({ code: 'ANCHOR_PLACE_UNAVAILABLE', what: `The audit log can't be anchored in ${place}: ${detail}.`, untouched: 'No anchor was made.', next, data: { place } })
  }
}
