/** Room that one row may take: the writer hands a chunk over before a row when less is left. */
const ROW_ROOM = 1 << 16
const CHUNK = 1 << 18

/**
 * Appends PostgreSQL COPY text (tab-separated, \N, backslash escapes) to Buffers. Strings passed to `ascii` and
 * bytes passed to `bytes` are escaped already.
 */
export class CopyWriter {
  private buffer = Buffer.allocUnsafeSlow(CHUNK + ROW_ROOM)
  at = 0

  get full(): boolean {
    return this.at >= CHUNK
  }

  /** What was written since the last call. The bytes belong to the caller. */
  take(): Buffer {
    const chunk = this.buffer.subarray(0, this.at)
    this.buffer = Buffer.allocUnsafeSlow(CHUNK + ROW_ROOM)
    this.at = 0
    return chunk
  }

  byte(code: number): void {
    this.buffer[this.at++] = code
  }

  ascii(text: string): void {
    const { buffer } = this
    let at = this.at
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i)
    this.at = at
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length > 48) this.buffer.set(bytes, this.at)
    else for (let i = 0, { buffer, at } = this; i < bytes.length; i++) buffer[at + i] = bytes[i]!
    this.at += bytes.length
  }

  /** A non-negative integer below 2⁵³, padded with zeros to `width`. */
  integer(value: number, width = 1): void {
    let digits = 1
    for (let limit = 10; limit <= value; limit *= 10) digits++
    if (digits < width) digits = width
    const { buffer } = this
    let rest = value
    for (let at = this.at + digits - 1; at >= this.at; at--) {
      const next = Math.floor(rest / 10)
      buffer[at] = 48 + (rest - next * 10)
      rest = next
    }
    this.at += digits
  }

  capitalise(at: number): void {
    const letter = this.buffer[at]!
    if (letter >= 0x61 && letter <= 0x7a) this.buffer[at] = letter - 0x20
  }

  null(): void {
    this.buffer[this.at++] = 0x5c
    this.buffer[this.at++] = 0x4e
  }
}

/** Text as it stands in COPY text format. */
export function escapeCopy(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (char) => (char === '\\' ? '\\\\' : char === '\t' ? '\\t' : char === '\n' ? '\\n' : '\\r'))
}

/** The same as UTF-8 bytes. */
export const copyBytes = (text: string): Uint8Array => Buffer.from(escapeCopy(text), 'utf8')
