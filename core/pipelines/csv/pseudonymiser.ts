import { HmacSha256, hexOfWord } from './hmac-sha256.ts'

/** Length of a pseudonym: SHA-256 in hex. */
export const PSEUDONYM = 64
/** Values longer than this are hashed each time instead of being remembered. */
const LONGEST_KEPT = 40
/** At most so many values are remembered per domain (×76 bytes ≈ 40 MB); later new ones are hashed each time. */
const MOST_KEPT = 1 << 19
const FIRST_SLOTS = 1 << 12

/**
 * Pseudonyms of one domain: HMAC-SHA-256 of the value's bytes, lower-case hex. Remembers what it has seen in flat
 * memory (no object per value), since the same people come back in every table.
 */
export class Pseudonymiser {
  readonly keyId: string
  readonly #hmac: HmacSha256
  /** Open addressing, two numbers per place: slot number + 1 (0 = free) and the value's hash. At most half full. */
  #table = new Int32Array(FIRST_SLOTS * 4)
  #values = new Uint8Array(FIRST_SLOTS * LONGEST_KEPT)
  #lengths = new Uint8Array(FIRST_SLOTS)
  #digests = new Int32Array(FIRST_SLOTS * 8)
  #kept = 0

  constructor(keyId: string, key: Buffer) {
    this.keyId = keyId
    this.#hmac = new HmacSha256(key)
  }

  /** Writes the 64 hex characters for the value bytes[from, to) to `out` at `at`. */
  into(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): void {
    const length = to - from
    if (length > LONGEST_KEPT) return this.#hmac.hexInto(bytes, from, to, out, at)
    const table = this.#table
    const mask = table.length - 1
    const hash = hashOf(bytes, from, to)
    let place = (hash << 1) & mask
    for (let slot = table[place]!; slot !== 0; slot = table[(place = (place + 2) & mask)]!) {
      if (table[place + 1] !== hash || !this.#holds(slot - 1, bytes, from, length)) continue
      const digests = this.#digests
      for (let word = (slot - 1) * 8, end = word + 8, o = at; word < end; word++, o += 8) hexOfWord(digests[word]!, out, o)
      return
    }
    this.#hmac.hexInto(bytes, from, to, out, at)
    if (this.#kept < MOST_KEPT) this.#keep(place, hash, bytes, from, length)
  }

  #holds(slot: number, bytes: Uint8Array, from: number, length: number): boolean {
    if (this.#lengths[slot] !== length) return false
    const values = this.#values
    for (let i = 0, at = slot * LONGEST_KEPT; i < length; i++) if (values[at + i] !== bytes[from + i]) return false
    return true
  }

  #keep(place: number, hash: number, bytes: Uint8Array, from: number, length: number): void {
    const slot = this.#kept++
    this.#table[place] = slot + 1
    this.#table[place + 1] = hash
    this.#lengths[slot] = length
    for (let i = 0, at = slot * LONGEST_KEPT; i < length; i++) this.#values[at + i] = bytes[from + i]!
    this.#digests.set(this.#hmac.digest, slot * 8)
    if (this.#kept === this.#lengths.length) this.#grow()
  }

  #grow(): void {
    const old = this.#table
    const table = new Int32Array(old.length * 2)
    const mask = table.length - 1
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === 0) continue
      let place = (old[i + 1]! << 1) & mask
      while (table[place] !== 0) place = (place + 2) & mask
      table[place] = old[i]!
      table[place + 1] = old[i + 1]!
    }
    this.#table = table
    this.#values = larger(this.#values, new Uint8Array(this.#values.length * 2))
    this.#lengths = larger(this.#lengths, new Uint8Array(this.#lengths.length * 2))
    this.#digests = larger(this.#digests, new Int32Array(this.#digests.length * 2))
  }
}

function larger<T extends Uint8Array | Int32Array>(from: T, into: T): T {
  into.set(from)
  return into
}

/** FNV-1a, 32 bits, with a final mix: the table takes the low bits. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5 | 0
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}
