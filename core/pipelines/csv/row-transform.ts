import { PSEUDONYM, viewOf, type ByteView, type Pseudonymiser } from './pseudonymiser.ts'
import { SourceRowBroken } from '#core/pipelines/errors.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const NEWLINE = 0x0a
/** Output is handed on in pieces of about this many bytes. */
const PIECE = 1 << 20
/** A value to be pseudonymised that is longer than this is no identifier: the row is broken. */
const LONGEST_VALUE = 1 << 16

/** Bytes to be written; the last whole row in them ends at `rowEnd` (0: none does). */
export interface Piece {
  readonly bytes: Buffer
  readonly rowEnd: number
}

export interface RowCounts {
  rows: number
  /** Bytes in and out. */
  read: number
  written: number
  /** Longest row as written, bytes. */
  longest: number
}

/**
 * Passes CSV bytes through (RFC 4180 as PostgreSQL's COPY writes it: NULL unquoted-empty, rows ended by \n), with the
 * first fields of each row replaced by their pseudonyms. Works on bytes: no string and no object per row; a row may
 * be longer than any chunk. NULL stays NULL; '' is a value and gets a pseudonym.
 */
export class RowTransform {
  readonly counts: RowCounts = { rows: 0, read: 0, written: 0, longest: 0 }
  readonly #table: string
  readonly #leading: readonly Pseudonymiser[]
  #out = Buffer.allocUnsafe(PIECE * 2)
  #outView = viewOf(this.#out)
  #at = 0
  #rowEnd = 0
  /** Leading fields of the current row that are done. */
  #field = 0
  #inQuotes = false
  /** Start of the current leading field, kept when a chunk ends inside it. */
  #held: Buffer | null = null
  /** Bytes of the current row written so far. */
  #rowBytes = 0

  /** @param leading who makes the pseudonyms of the first fields, in their order */
  constructor(table: string, leading: readonly Pseudonymiser[]) {
    this.#table = table
    this.#leading = leading
  }

  /** Takes a chunk; returns what is ready, null when that is little. Its bytes are good until the next call. */
  push(chunk: Buffer): Piece | null {
    this.counts.read += chunk.length
    if (this.#leading.length === 0) return this.#count(chunk)
    let bytes = chunk
    if (this.#held) {
      bytes = Buffer.concat([this.#held, chunk])
      this.#held = null
    }
    let i = 0
    const view = viewOf(bytes)
    while (i < bytes.length) {
      if (this.#field < this.#leading.length) {
        const next = this.#leadingField(bytes, view, i)
        if (next < 0) {
          if (bytes.length - i > LONGEST_VALUE) throw new SourceRowBroken(this.#table, this.counts.rows + 1, 'a value to be pseudonymised is longer than 64 KiB')
          this.#held = Buffer.from(bytes.subarray(i))
          break
        }
        i = next
      } else {
        i = this.#rest(bytes, i)
      }
    }
    return this.#at >= PIECE ? this.#take() : null
  }

  /** At the end of the stream: what is left. Throws SourceRowBroken when the last row isn't whole. */
  end(): Piece {
    if (this.#held || this.#inQuotes || this.#rowBytes > 0) throw new SourceRowBroken(this.#table, this.counts.rows + 1, 'the stream ends inside it')
    return this.#take()
  }

  /** Nothing to replace: the chunk goes through as it is. */
  #count(chunk: Buffer): Piece | null {
    const { counts } = this
    let inQuotes = this.#inQuotes
    let start = -this.#rowBytes
    this.#room(chunk.length)
    chunk.copy(this.#out, this.#at)
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (byte === QUOTE) inQuotes = !inQuotes
      else if (byte === NEWLINE && !inQuotes) {
        counts.rows++
        if (i + 1 - start > counts.longest) counts.longest = i + 1 - start
        start = i + 1
      }
    }
    this.#inQuotes = inQuotes
    this.#rowBytes = chunk.length - start
    counts.written += chunk.length
    if (start > 0) this.#rowEnd = this.#at + start
    this.#at += chunk.length
    return this.#at >= PIECE ? this.#take() : null
  }

  /** Writes the field at `i` as its pseudonym and returns where the next begins; -1 when it isn't all here. */
  #leadingField(bytes: Buffer, view: ByteView, i: number): number {
    let end: number
    let value = view
    let from = i
    let to: number
    if (bytes[i] === QUOTE) {
      end = i + 1
      for (;;) {
        end = bytes.indexOf(QUOTE, end)
        if (end < 0 || end + 1 >= bytes.length) return -1
        if (bytes[end + 1] !== QUOTE) break
        end += 2
      }
      value = viewOf(unquoted(bytes.subarray(i + 1, end)))
      from = 0
      to = value.bytes.length
      end++
    } else {
      end = i
      while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== NEWLINE) end++
      if (end === bytes.length) return -1
      to = end
    }
    const isNull = end === i
    this.#room(PSEUDONYM + 1)
    if (!isNull) {
      this.#leading[this.#field]!.into(value, from, to, this.#outView, this.#at)
      this.#written(PSEUDONYM)
    }
    const separator = bytes[end]!
    const last = separator === NEWLINE
    if (!last && separator !== COMMA) throw new SourceRowBroken(this.#table, this.counts.rows + 1, 'a quoted value is followed by something else than a comma')
    if (last && this.#field + 1 < this.#leading.length) throw new SourceRowBroken(this.#table, this.counts.rows + 1, 'it has too few fields')
    this.#out[this.#at] = separator
    this.#written(1)
    this.#field++
    if (last) this.#rowEnds()
    return end + 1
  }

  /** Copies up to the end of the row or of the chunk; returns where it stopped. */
  #rest(bytes: Buffer, i: number): number {
    let inQuotes = this.#inQuotes
    const { length } = bytes
    let end = i
    let whole = false
    while (end < length) {
      const byte = bytes[end++]
      if (byte === QUOTE) inQuotes = !inQuotes
      else if (byte === NEWLINE && !inQuotes) {
        whole = true
        break
      }
    }
    this.#inQuotes = inQuotes
    const size = end - i
    this.#room(size)
    if (size < 48) for (let from = i, to = this.#at; from < end; ) this.#out[to++] = bytes[from++]!
    else bytes.copy(this.#out, this.#at, i, end)
    this.#written(size)
    if (whole) this.#rowEnds()
    return end
  }

  #rowEnds(): void {
    this.#rowEnd = this.#at
    this.counts.rows++
    if (this.#rowBytes > this.counts.longest) this.counts.longest = this.#rowBytes
    this.#rowBytes = 0
    this.#field = 0
  }

  #written(bytes: number): void {
    this.#at += bytes
    this.#rowBytes += bytes
    this.counts.written += bytes
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#out.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#out.length * 2, this.#at + bytes + PIECE))
    this.#out.copy(larger, 0, 0, this.#at)
    this.#out = larger
    this.#outView = viewOf(larger)
  }

  #take(): Piece {
    const ready = { bytes: this.#out.subarray(0, this.#at), rowEnd: this.#rowEnd }
    this.#at = 0
    this.#rowEnd = 0
    if (this.#out.length > PIECE * 4) {
      this.#out = Buffer.allocUnsafe(PIECE * 2)
      this.#outView = viewOf(this.#out)
    }
    return ready
  }
}

/** The value inside quotes, with doubled quotes made single. */
function unquoted(bytes: Buffer): Buffer {
  if (!bytes.includes(QUOTE)) return bytes
  return Buffer.from(bytes.toString('latin1').replaceAll('""', '"'), 'latin1')
}
