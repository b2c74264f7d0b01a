import { Readable } from 'node:stream'
import type { ObjectStore } from '#core/connectors/types.ts'

/** An object store whose readers break off with ECONNRESET after `bytes`: half an object, never its end. */
export function breaksOff(store: ObjectStore, bytes: number): ObjectStore {
  return {
    ...store,
    async get(...asked) {
      const whole = await store.get(...asked)
      return Readable.from(part(whole, bytes), { objectMode: false })
    },
  }
}

async function* part(whole: Readable, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of whole as AsyncIterable<Buffer>) {
    if (chunk.length > left) {
      if (left > 0) yield chunk.subarray(0, left)
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    }
    left -= chunk.length
    yield chunk
  }
}
