import { isUtf8 } from 'node:buffer'
import { PostgresInvalidText } from './errors.ts'

/**
 * Checks a byte stream chunk by chunk; call with null at its end. Chunks may cut a character: its bytes are
 * carried over. A server whose database is SQL_ASCII sends bytes as they lie, whatever the session asks for.
 * Throws PostgresInvalidText with the position of the chunk.
 */
export function utf8Check(): (chunk: Buffer | null, server: string) => void {
  let carried: Buffer = Buffer.alloc(0)
  let position = 0
  return (chunk, server) => {
    if (chunk === null) {
      if (carried.length > 0) throw new PostgresInvalidText(server, `cut off after byte ${position}`)
      return
    }
    const whole = carried.length > 0 ? Buffer.concat([carried, chunk]) : chunk
    const end = whole.length - unfinished(whole)
    if (!isUtf8(end === whole.length ? whole : whole.subarray(0, end))) {
      throw new PostgresInvalidText(server, `between byte ${position} and ${position + end}`)
    }
    position += end
    carried = Buffer.from(whole.subarray(end))
  }
}

/** Bytes at the end that start a character without finishing it: 0..3. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
  }
  return 0
}
