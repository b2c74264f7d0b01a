import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** AES-256-GCM. */
export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

export interface Sealed {
  readonly nonce: Buffer
  /** Ciphertext, then the 16-byte tag. */
  readonly sealed: Buffer
}

/** A buffer outside Node's shared pool, so that wiping it wipes all there is of it. */
export function ownBuffer(bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length)
  own.set(bytes)
  return own
}

/** Encrypts under a fresh random nonce; `place` is authenticated, not stored. */
export function seal(key: Buffer, plain: Buffer, place: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(place, 'utf8'))
  const body = cipher.update(plain)
  return { nonce, sealed: Buffer.concat([body, cipher.final(), cipher.getAuthTag()]) }
}

/** The plain bytes, in a buffer of their own: the caller wipes it. Throws when anything differs. */
export function unseal(key: Buffer, { nonce, sealed }: Sealed, place: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(place, 'utf8'))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const first = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES))
  try {
    const last = decipher.final()
    const plain = Buffer.allocUnsafeSlow(first.length + last.length)
    first.copy(plain)
    last.copy(plain, first.length)
    return plain
  } finally {
    first.fill(0)
  }
}
