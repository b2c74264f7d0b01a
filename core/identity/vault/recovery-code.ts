import { createHash, randomBytes } from 'node:crypto'
import { RecoveryCodeInvalid } from '#core/identity/errors.ts'
import { KEY_BYTES } from './seal.ts'

/** Crockford's base 32: no I, L, O, U, so that what is read aloud or copied by hand is unambiguous. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUP = 6
/** 256 bits of key in 52 digits, and ten bits of checksum. */
const CHECK_DIGITS = 2
const KEY_DIGITS = Math.ceil((KEY_BYTES * 8) / 5)

/** A new random key as groups of six characters, with a checksum of ten bits. */
export function newRecoveryCode(): string {
  const key = randomBytes(KEY_BYTES)
  const text = digitsOf(key) + checkOf(key)
  key.fill(0)
  return text.match(new RegExp(`.{1,${GROUP}}`, 'g'))!.join('-')
}

/** The key that a code stands for; spaces, dashes and case don't matter. Throws RecoveryCodeInvalid. */
export function recoveryKey(code: string): Buffer {
  const typed = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  if (typed.length !== KEY_DIGITS + CHECK_DIGITS) throw new RecoveryCodeInvalid(`it has ${typed.length} characters instead of ${KEY_DIGITS + CHECK_DIGITS}`)
  const foreign = typed.match(new RegExp(`[^${DIGITS}]`, 'u'))?.[0]
  if (foreign !== undefined) throw new RecoveryCodeInvalid(`"${foreign}" stands on no sheet`)
  const key = bytesOf(typed.slice(0, KEY_DIGITS))
  if (typed.slice(KEY_DIGITS) !== checkOf(key)) throw new RecoveryCodeInvalid('its checksum does not fit: a character is wrong')
  return key
}

function digitsOf(bytes: Buffer): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += DIGITS[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + DIGITS[(held << (5 - bits)) & 31] : text
}

function bytesOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(KEY_BYTES)
  let held = 0
  let bits = 0
  let at = 0
  for (const digit of text) {
    held = (held << 5) | DIGITS.indexOf(digit)
    bits += 5
    if (bits >= 8 && at < KEY_BYTES) {
      bits -= 8
      bytes[at++] = (held >>> bits) & 255
    }
    held &= (1 << bits) - 1
  }
  return bytes
}

const checkOf = (key: Buffer): string => digitsOf(createHash('sha256').update('regie recovery\0').update(key).digest()).slice(0, CHECK_DIGITS)
