/**
 * Text to hashed word features. The same definition as models/train/features.py, bit for bit; the golden
 * vectors in test/core/scoring/golden/features.json hold both to it. A change here needs new models.
 *
 * Words, pairs of words, the first five letters of long words, and ideograms alone and in pairs,
 * over UTF-16 code units folded to lower case. The ranges were closed in Unicode long ago, so that no
 * runtime's Unicode version can move a feature.
 */

/** Bucket 0 is padding: its weights are zero and no feature falls in it. */
export const BUCKETS = 1 << 17
/** Features after these are left out: about the first 900 letters of a text, or 190 ideograms. */
export const MAX_FEATURES = 384
const STEM = 5

const LETTER = 1
const IDEOGRAM = 2
const LETTERS = [[0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a], [0xc0, 0xd6], [0xd8, 0xf6], [0xf8, 0x24f], [0x370, 0x52f]] as const
/** "!" and "?" are words of their own; surrogates make each half of an emoji one. */
const IDEOGRAMS = [[0x21, 0x21], [0x3f, 0x3f], [0x3041, 0x30ff], [0x3400, 0x9fff], [0xac00, 0xd7af], [0xd800, 0xdfff], [0xf900, 0xfaff], [0xff66, 0xff9d]] as const

const KIND = new Uint8Array(65536)
const FOLD = Uint16Array.from({ length: 65536 }, (_, unit) => unit)
for (const [first, last] of LETTERS) {
  for (let unit = first; unit <= last; unit++) {
    KIND[unit] = LETTER
    const lower = String.fromCharCode(unit).toLowerCase()
    if (lower.length === 1) FOLD[unit] = lower.charCodeAt(0)
  }
}
for (const [first, last] of IDEOGRAMS) KIND.fill(IDEOGRAM, first, last + 1)

/** High bits folded into the low ones, which are kept. */
function bucket(hash: number): number {
  let x = hash >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x ^= x >>> 15
  return (x & (BUCKETS - 1)) || 1
}

/**
 * Writes the buckets of a text (1..BUCKETS−1, in reading order, with repeats) into `into` from `start` on
 * and returns how many there are, at most MAX_FEATURES. `into` must have room for MAX_FEATURES + 4.
 */
export function writeFeatures(text: string, into: Int32Array, start: number): number {
  const end = start + MAX_FEATURES
  const units = text.length
  let at = start
  let last = 0
  let i = 0
  while (i < units && at < end) {
    const unit = text.charCodeAt(i)
    const kind = KIND[unit]!
    if (kind === 0) {
      i++
      continue
    }
    let hash = Math.imul(0x811c9dc5 ^ FOLD[unit]!, 0x01000193)
    let stem = 0
    let length = 1
    i++
    if (kind === LETTER) {
      while (i < units) {
        const next = text.charCodeAt(i)
        if (KIND[next] !== LETTER) break
        hash = Math.imul(hash ^ FOLD[next]!, 0x01000193)
        if (++length === STEM) stem = hash
        i++
      }
    }
    into[at++] = bucket(hash + 0x9e3779b9)
    if (length > STEM) into[at++] = bucket(stem + 0x3c6ef372)
    if (last !== 0) {
      const pair = Math.imul(last, 0x85ebca6b) ^ hash
      into[at++] = bucket(pair + 0xdaa66d2b)
    }
    last = hash
  }
  return Math.min(at, end) - start
}

/** The buckets of one text, as a fresh array. */
export function features(text: string): Int32Array {
  const into = new Int32Array(MAX_FEATURES + 4)
  return into.slice(0, writeFeatures(text, into, 0))
}
