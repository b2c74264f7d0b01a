import { HmacSha256 } from './hmac-sha256.ts'

/** Length of a pseudonym: SHA-256 in hex. */
export const PSEUDONYM = 64
/** Values longer than this are hashed each time instead of being remembered. */
const LONGEST_KEPT = 60
const SLOT = LONGEST_KEPT + PSEUDONYM
/** At most so many values are remembered per domain (×124 bytes ≈ 65 MB); later new ones are hashed each time. */
const MOST_KEPT = 1 << 19

/**
 * Pseudonyms of one domain: HMAC-SHA-256 of the value's bytes, lower-case hex. Remembers what it has seen in flat
 * memory (no object per value), since the same people come back in every table.
 */
export class Pseudonymiser {
  readonly keyId: string
  readonly #hmac: HmacSha256
  /** Open addressing: slot number + 1, 0 = free. Always a power of two, at most half full. */
  #table = new Int32Array(1 << 12)
  #lengths = new Uint8Array(1 << 11)
  #slots = Buffer.alloc(SLOT << 11)
  #kept = 0

  constructor(keyId: string, key: Buffer) {
    this.keyId = keyId
    this.#hmac = new HmacSha256(key)
  }

  /** Writes the 64 hex characters for the value bytes[from, to) to `out` at `at`. */
  into(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): void {
    const length = to - from
    if (length > LONGEST_KEPT) return this.#hmac.hexInto(bytes, from, to, out, at)
    const mask = this.#table.length - 1
    let place = hashOf(bytes, from, to) & mask
    for (let slot = this.#table[place]!; slot !== 0; slot = this.#table[(place = (place + 1) & mask)]!) {
      if (!this.#holds(slot - 1, bytes, from, length)) continue
      const start = (slot - 1) * SLOT + LONGEST_KEPT
      const slots = this.#slots
      for (let i = 0; i < PSEUDONYM; i++) out[at + i] = slots[start + i]!
      return
    }
    this.#hmac.hexInto(bytes, from, to, out, at)
    if (this.#kept < MOST_KEPT) this.#keep(place, bytes, from, length, out, at)
  }

  #holds(slot: number, bytes: Uint8Array, from: number, length: number): boolean {
    if (this.#lengths[slot] !== length) return false
    const start = slot * SLOT
    for (let i = 0; i < length; i++) if (this.#slots[start + i] !== bytes[from + i]) return false
    return true
  }

  #keep(place: number, bytes: Uint8Array, from: number, length: number, out: Uint8Array, at: number): void {
    const slot = this.#kept++
    this.#table[place] = slot + 1
    this.#lengths[slot] = length
    const start = slot * SLOT
    for (let i = 0; i < length; i++) this.#slots[start + i] = bytes[from + i]!
    for (let i = 0; i < PSEUDONYM; i++) this.#slots[start + LONGEST_KEPT + i] = out[at + i]!
    if (this.#kept * 2 >= this.#table.length) this.#grow()
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 2)
    const mask = table.length - 1
    for (let slot = 0; slot < this.#kept; slot++) {
      let place = hashOf(this.#slots, slot * SLOT, slot * SLOT + this.#lengths[slot]!) & mask
      while (table[place] !== 0) place = (place + 1) & mask
      table[place] = slot + 1
    }
    this.#table = table
    const lengths = new Uint8Array(table.length / 2)
    lengths.set(this.#lengths)
    this.#lengths = lengths
    const slots = Buffer.alloc(SLOT * (table.length / 2))
    this.#slots.copy(slots)
    this.#slots = slots
  }
}

/** FNV-1a, 32 bits, with a final mix: the table takes the low bits. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  hash ^= hash >>> 15
  return Math.imul(hash, 0x2c1b3c6d) >>> 0
}
