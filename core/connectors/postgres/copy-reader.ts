import type { Duplex } from 'node:stream'
import { lendReads } from './socket.ts'

/** CopyData: rows. */
const COPY_DATA = 0x64
const COPY_DONE = 0x63
const ERROR_RESPONSE = 0x45
/** Code (1) and length (4, counting itself). */
const HEADER = 5
/** Rows are handed on in chunks of this many bytes: the reader's work per chunk is more than that per byte. */
const CHUNK = 1 << 18
/** Chunks that wait for the reader before the server has to. */
const MOST_WAITING = 4
/** Shorter pieces are copied faster one by one than by a call. */
const FEW = 64

/** What is used of the driver's connection. */
export interface CopyConnection {
  readonly stream: Duplex
  query(text: string): void
}

type Listener = (chunk: Buffer) => void

/**
 * Runs COPY … TO STDOUT as a query of the driver, with the connection's bytes taken before the driver sees them: frames
 * come off while rows are copied together into large chunks, without an object per row. All that isn't a row goes on
 * to the driver's own parser, and from the end of the rows (or an error) on, everything.
 */
export class CopyReader {
  readonly #text: string
  readonly #ready: Buffer[] = []
  #connection: CopyConnection | null = null
  #driver: Listener | null = null
  #out = Buffer.allocUnsafeSlow(CHUNK)
  #at = 0
  /** Bytes of the current message that are still to come, and whether they are a row's. */
  #left = 0
  #row = false
  readonly #header = Buffer.alloc(HEADER)
  #headerAt = 0
  #copied = false
  #over = false
  #failure: unknown = null
  #paused = false
  #wake: (() => void) | null = null

  constructor(text: string) {
    this.#text = text
  }

  /** Called by the driver when the connection is this query's. */
  submit(connection: CopyConnection): void {
    const { stream } = connection
    const listeners = stream.listeners('data')
    if (listeners.length !== 1) throw new TypeError('the connection has other readers than its driver')
    this.#connection = connection
    this.#driver = listeners[0] as Listener
    stream.off('data', this.#driver)
    stream.on('data', this.#take)
    lendReads(stream, true)
    connection.query(this.#text)
  }

  handleError(error: unknown): void {
    this.#end(error)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#end(null)
  }

  /** The next rows; null after the server's word that the statement has ended. Throws what ended it otherwise. */
  async next(): Promise<Buffer | null> {
    for (;;) {
      const chunk = this.#ready.shift()
      if (chunk) {
        if (this.#paused && this.#ready.length < MOST_WAITING / 2) this.#resume()
        return chunk
      }
      if (this.#failure !== null) throw this.#failure
      if (this.#over) return null
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Nobody reads on: what still comes is thrown away, so that the driver learns how the statement ended. */
  abandon(): void {
    this.#ready.length = 0
    this.#copied = true
    this.#resume()
  }

  readonly #take = (chunk: Buffer): void => {
    let at = 0
    while (at < chunk.length) {
      if (this.#left === 0) {
        // the usual case: a whole row with its header in this chunk
        if (this.#headerAt === 0) at = this.#wholeRows(chunk, at)
        while (this.#headerAt < HEADER && at < chunk.length) this.#header[this.#headerAt++] = chunk[at++]!
        if (this.#headerAt < HEADER) return
        const [code] = this.#header
        if (code === COPY_DONE || code === ERROR_RESPONSE) return this.#detach(Buffer.concat([this.#header, chunk.subarray(at)]))
        this.#headerAt = 0
        this.#left = Math.max(0, this.#header.readUInt32BE(1) - 4)
        this.#row = code === COPY_DATA
        if (!this.#row) this.#driver?.(Buffer.from(this.#header))
      }
      const end = Math.min(at + this.#left, chunk.length)
      if (this.#row) this.#put(chunk, at, end)
      else if (end > at) this.#driver?.(Buffer.from(chunk.subarray(at, end)))
      this.#left -= end - at
      at = end
    }
  }

  #wholeRows(chunk: Buffer, from: number): number {
    let at = from
    while (at + HEADER <= chunk.length && chunk[at] === COPY_DATA) {
      const end = at + 1 + ((chunk[at + 1]! << 24) | (chunk[at + 2]! << 16) | (chunk[at + 3]! << 8) | chunk[at + 4]!)
      if (end > chunk.length || end < at + HEADER) break
      this.#put(chunk, at + HEADER, end)
      at = end
    }
    return at
  }

  #put(chunk: Buffer, from: number, to: number): void {
    if (this.#copied) return
    let at = from
    while (at < to) {
      const size = Math.min(to - at, CHUNK - this.#at)
      const out = this.#out
      if (size < FEW) for (let o = this.#at, i = at, end = at + size; i < end; ) out[o++] = chunk[i++]!
      else chunk.copy(out, this.#at, at, at + size)
      this.#at += size
      at += size
      if (this.#at === CHUNK) this.#hand()
    }
  }

  #hand(): void {
    this.#ready.push(this.#out.subarray(0, this.#at))
    this.#out = Buffer.allocUnsafeSlow(CHUNK)
    this.#at = 0
    if (this.#ready.length >= MOST_WAITING && !this.#paused) {
      this.#paused = true
      this.#connection?.stream.pause()
    }
    this.#wake?.()
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#connection?.stream.resume()
  }

  /** Back to the driver, with what it has not seen. */
  #detach(rest: Buffer): void {
    const connection = this.#connection
    const driver = this.#driver
    if (!connection || !driver) return
    this.#connection = null
    this.#driver = null
    const { stream } = connection
    if (this.#at > 0) {
      this.#ready.push(this.#out.subarray(0, this.#at))
      this.#at = 0
    }
    if (this.#paused) stream.resume()
    this.#paused = false
    stream.off('data', this.#take)
    lendReads(stream, false)
    stream.on('data', driver)
    driver(rest)
    this.#wake?.()
  }

  #end(failure: unknown): void {
    this.#failure ??= failure
    this.#over = true
    this.#detach(Buffer.alloc(0))
    this.#wake?.()
  }
}
