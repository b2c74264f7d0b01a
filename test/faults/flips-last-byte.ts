import { Transform } from 'node:stream'
import type { ObjectStore } from '#core/connectors/types.ts'

/** An object store that hands out every object with its last bit turned over, as a bad disk does. */
export function flipsLastByte(store: ObjectStore): ObjectStore {
  return { ...store, get: async (...asked) => (await store.get(...asked)).pipe(flip()) }
}

function flip(): Transform {
  let held: Buffer | null = null
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const ready = held
      held = chunk
      done(null, ready ?? undefined)
    },
    flush(done) {
      if (!held || held.length === 0) return done()
      const last = Buffer.from(held)
      last[last.length - 1] = last[last.length - 1]! ^ 1
      done(null, last)
    },
  })
}
