import { createHash, createHmac } from 'node:crypto'

/* SHA-256 after FIPS 180-4, HMAC after RFC 2104. */

const K = new Int32Array(64)
const START = new Int32Array(8)
{
  const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0
  const primes: number[] = []
  for (let candidate = 2; primes.length < 64; candidate++) if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  primes.forEach((prime, i) => {
    K[i] = fraction(Math.cbrt(prime))
    if (i < 8) START[i] = fraction(Math.sqrt(prime))
  })
}

const HEX = new Uint8Array(16)
for (let digit = 0; digit < 16; digit++) HEX[digit] = digit.toString(16).charCodeAt(0)

/** Writes the 8 hex characters of a 32-bit word. */
function hexOfWord(word: number, out: Uint8Array, at: number): void {
  out[at] = HEX[word >>> 28]!
  out[at + 1] = HEX[(word >>> 24) & 15]!
  out[at + 2] = HEX[(word >>> 20) & 15]!
  out[at + 3] = HEX[(word >>> 16) & 15]!
  out[at + 4] = HEX[(word >>> 12) & 15]!
  out[at + 5] = HEX[(word >>> 8) & 15]!
  out[at + 6] = HEX[(word >>> 4) & 15]!
  out[at + 7] = HEX[word & 15]!
}

/** Longest message that fits one block after the key's: 64 − 1 (0x80) − 8 (length). */
const ONE_BLOCK = 55

/**
 * HMAC-SHA-256 of many short messages under one key, as lower-case hex written into a buffer. The two key blocks
 * are compressed once, so that a message of up to 55 bytes costs two compressions and no object.
 */
export class HmacSha256 {
  readonly #key: Buffer
  readonly #inner = Int32Array.from(START)
  readonly #outer = Int32Array.from(START)
  readonly #state = new Int32Array(8)
  readonly #words = new Int32Array(64)
  readonly #block = new Uint8Array(64)

  constructor(key: Buffer) {
    this.#key = Buffer.from(key)
    const short = key.length > 64 ? hashedKey(key) : key
    for (const [state, pad] of [[this.#inner, 0x36], [this.#outer, 0x5c]] as const) {
      this.#block.fill(pad)
      for (let i = 0; i < short.length; i++) this.#block[i] = short[i]! ^ pad
      this.#load()
      compress(state, this.#words)
    }
    this.#block.fill(0)
  }

  /** Writes the 64 hex characters of HMAC(bytes[from, to)) to `out` at `at`. */
  hexInto(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): void {
    const length = to - from
    if (length > ONE_BLOCK) {
      const hex = createHmac('sha256', this.#key).update(bytes.subarray(from, to)).digest('hex')
      for (let i = 0; i < 64; i++) out[at + i] = hex.charCodeAt(i)
      return
    }
    const block = this.#block
    const words = this.#words
    const state = this.#state
    for (let i = 0; i < length; i++) block[i] = bytes[from + i]!
    block[length] = 0x80
    block.fill(0, length + 1)
    this.#load()
    words[15] = (64 + length) * 8
    state.set(this.#inner)
    compress(state, words)
    for (let i = 0; i < 8; i++) words[i] = state[i]!
    words[8] = 0x80000000 | 0
    for (let i = 9; i < 15; i++) words[i] = 0
    words[15] = (64 + 32) * 8
    state.set(this.#outer)
    compress(state, words)
    for (let i = 0, o = at; i < 8; i++, o += 8) hexOfWord(state[i]!, out, o)
  }

  #load(): void {
    const block = this.#block
    for (let i = 0, b = 0; i < 16; i++, b += 4) this.#words[i] = (block[b]! << 24) | (block[b + 1]! << 16) | (block[b + 2]! << 8) | block[b + 3]!
  }
}

/** A key longer than a block is replaced by its hash (RFC 2104). */
function hashedKey(key: Buffer): Buffer {
  return createHash('sha256').update(key).digest()
}

/** One block: `words[0..15]` into `state`. `words` is used up. */
function compress(state: Int32Array, words: Int32Array): void {
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15]!
    const y = words[i - 2]!
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    words[i] = (words[i - 16]! + s0 + words[i - 7]! + s1) | 0
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!, e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + words[i]!) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = (state[0]! + a) | 0
  state[1] = (state[1]! + b) | 0
  state[2] = (state[2]! + c) | 0
  state[3] = (state[3]! + d) | 0
  state[4] = (state[4]! + e) | 0
  state[5] = (state[5]! + f) | 0
  state[6] = (state[6]! + g) | 0
  state[7] = (state[7]! + h) | 0
}
