import { HmacSha256 } from './hmac-sha256.ts'

/** Length of a pseudonym: SHA-256 in hex. */
export const PSEUDONYM = 64
const HEX_WORDS = PSEUDONYM / 4
/** Values longer than this are hashed each time instead of being remembered. */
const LONGEST_KEPT = 40
const VALUE_WORDS = LONGEST_KEPT / 4
/** A remembered value in words: its length, its bytes, its pseudonym; two lines of the processor's cache. */
const SLOT = 32
const PSEUDONYM_AT = 1 + VALUE_WORDS
/** At most so many values are remembered per domain (×144 bytes ≈ 75 MB); later new ones are hashed each time. */
const MOST_KEPT = 1 << 19
const FIRST_SLOTS = 1 << 14

/** Bytes, and the same bytes as words: what is read and written several times per row. */
export interface ByteView {
  readonly bytes: Uint8Array
  readonly words: DataView
}

export const viewOf = (bytes: Uint8Array): ByteView => ({ bytes, words: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) })

/**
 * Pseudonyms of one domain: HMAC-SHA-256 of the value's bytes, lower-case hex. Remembers what it has seen in flat
 * memory, four bytes at a time and no object per value, since the same people come back in every table.
 */
export class Pseudonymiser {
  readonly keyId: string
  readonly #hmac: HmacSha256
  /** Open addressing, two numbers per place: slot number + 1 (0 = free) and the value's hash. At most half full. */
  #table = new Int32Array(FIRST_SLOTS * 4)
  #slots = new Int32Array(FIRST_SLOTS * SLOT)
  #kept = 0
  /** The value at hand as words, the last one filled up with zeros. */
  readonly #value = new Int32Array(VALUE_WORDS)

  constructor(keyId: string, key: Buffer) {
    this.keyId = keyId
    this.#hmac = new HmacSha256(key)
  }

  /** Writes the 64 hex characters for the value [from, to) of `source` to `target` at `at`. */
  into(source: ByteView, from: number, to: number, target: ByteView, at: number): void {
    const length = to - from
    if (length > LONGEST_KEPT) return this.#hmac.hexInto(source.bytes, from, to, target.bytes, at)
    const hash = this.#load(source, from, to)
    const table = this.#table
    const mask = table.length - 1
    let place = (hash << 1) & mask
    for (let slot = table[place]!; slot !== 0; slot = table[(place = (place + 2) & mask)]!) {
      if (table[place + 1] !== hash || !this.#holds(slot - 1, length)) continue
      const slots = this.#slots
      const { words } = target
      for (let word = (slot - 1) * SLOT + PSEUDONYM_AT, end = word + HEX_WORDS, o = at; word < end; word++, o += 4) words.setInt32(o, slots[word]!, true)
      return
    }
    this.#hmac.hexInto(source.bytes, from, to, target.bytes, at)
    if (this.#kept < MOST_KEPT) this.#keep(place, hash, length, target, at)
  }

  /** The value as words; returns its hash (FNV-1a over words, with a final mix: the table takes the low bits). */
  #load({ bytes, words }: ByteView, from: number, to: number): number {
    const value = this.#value
    const length = to - from
    const whole = length >> 2
    let hash = 0x811c9dc5 | length
    for (let i = 0, at = from; i < whole; i++, at += 4) {
      const word = words.getInt32(at, true)
      value[i] = word
      hash = Math.imul(hash ^ word, 0x01000193)
      hash ^= hash >>> 15
    }
    if (length & 3) {
      let word = 0
      for (let at = to - 1; at >= from + whole * 4; at--) word = (word << 8) | bytes[at]!
      value[whole] = word
      hash = Math.imul(hash ^ word, 0x01000193)
    }
    hash ^= hash >>> 15
    hash = Math.imul(hash, 0x2c1b3c6d)
    return hash ^ (hash >>> 13)
  }

  #holds(slot: number, length: number): boolean {
    const slots = this.#slots
    const value = this.#value
    const from = slot * SLOT
    if (slots[from] !== length) return false
    for (let i = 0, at = from + 1, end = (length + 3) >> 2; i < end; i++) if (slots[at + i] !== value[i]) return false
    return true
  }

  #keep(place: number, hash: number, length: number, target: ByteView, at: number): void {
    const slot = this.#kept++
    this.#table[place] = slot + 1
    this.#table[place + 1] = hash
    const slots = this.#slots
    const from = slot * SLOT
    slots[from] = length
    for (let i = 0; i < VALUE_WORDS; i++) slots[from + 1 + i] = this.#value[i]!
    for (let i = 0; i < HEX_WORDS; i++) slots[from + PSEUDONYM_AT + i] = target.words.getInt32(at + i * 4, true)
    if (this.#kept * SLOT === slots.length) this.#grow()
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
    const slots = new Int32Array(this.#slots.length * 2)
    slots.set(this.#slots)
    this.#slots = slots
  }
}
