import type { Readable } from 'node:stream'

/** What pg-copy-streams 7.0.0 (pinned) keeps of its decoder; test/core/connectors/postgres/copy-frames.test.ts holds us to it. */
interface Decoder {
  _state: number
  _code: number
  _unreadMessageContentLength: number
  readonly connection: { readonly stream: { emit(event: 'data', chunk: Buffer): boolean } }
  readonly _buffer: { readonly size: number } | null
  push(chunk: Buffer): boolean
  _parse(chunk: Buffer): boolean
}

const BETWEEN_MESSAGES = 0
const IN_MESSAGE = 2
/** CopyData: one row per message. */
const COPY_DATA = 0x64
const HEADER = 5

/**
 * Takes the frames off a COPY stream in place, one pass per chunk and no object per row; the driver's own decoder makes
 * several per row. Anything but whole CopyData messages is left to that decoder.
 */
export function unframeInPlace(stream: Readable): void {
  const decoder = stream as unknown as Decoder
  const slow = decoder._parse.bind(decoder)
  decoder._parse = (chunk) => {
    if (decoder._buffer === null) {
      // The COPY is over and this came with a later read: the driver's decoder would crash on it.
      decoder.connection.stream.emit('data', chunk)
      return true
    }
    if (decoder._buffer.size > 0) return slow(chunk)
    let at = 0
    let out = 0
    if (decoder._state === IN_MESSAGE && decoder._code === COPY_DATA) {
      at = out = Math.min(decoder._unreadMessageContentLength, chunk.length)
      decoder._unreadMessageContentLength -= at
      if (decoder._unreadMessageContentLength > 0) return decoder.push(chunk)
      decoder._state = BETWEEN_MESSAGES
    }
    if (decoder._state === BETWEEN_MESSAGES) {
      while (at + HEADER <= chunk.length && chunk[at] === COPY_DATA) {
        const end = at + 1 + ((chunk[at + 1]! << 24) | (chunk[at + 2]! << 16) | (chunk[at + 3]! << 8) | chunk[at + 4]!)
        if (end > chunk.length) break
        const size = end - at - HEADER
        if (size < 64) for (let from = at + HEADER; from < end; ) chunk[out++] = chunk[from++]!
        else {
          chunk.copyWithin(out, at + HEADER, end)
          out += size
        }
        at = end
      }
    }
    const more = out > 0 ? decoder.push(chunk.subarray(0, out)) : true
    return at < chunk.length ? slow(chunk.subarray(at)) : more
  }
}
