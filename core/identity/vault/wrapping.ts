import { randomBytes, scrypt } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { z } from 'zod'
import { makeKeyFile } from '#core/base/key-file.ts'
import { KeyFileUnusable, VaultKeyWrong } from '#core/identity/errors.ts'
import { recoveryKey } from './recovery-code.ts'
import { KEY_BYTES, ownBuffer, seal, unseal } from './seal.ts'

export type WrappingKind = 'key-file' | 'passphrase' | 'keychain' | 'recovery'

export interface Wrapped {
  readonly bytes: Buffer
  /** What is needed besides the key: salt, cost. No secret. */
  readonly parameters: Readonly<Record<string, string | number>>
}

/** What closes the vault's data key, and opens it. `place` is bound to the bytes: a wrapping moved elsewhere doesn't open. */
export interface WrappingKey {
  readonly kind: WrappingKind
  wrap(dataKey: Buffer, place: string): Promise<Wrapped>
  /** The data key in a buffer of its own. Throws VaultKeyWrong. */
  unwrap(wrapped: Wrapped, place: string): Promise<Buffer>
}

const NONCE = 12

function wrapWith(key: Buffer, dataKey: Buffer, place: string): Buffer {
  const { nonce, sealed } = seal(key, dataKey, place)
  return Buffer.concat([nonce, sealed])
}

function unwrapWith(kind: WrappingKind, key: Buffer, bytes: Buffer, place: string): Buffer {
  try {
    return unseal(key, { nonce: bytes.subarray(0, NONCE), sealed: bytes.subarray(NONCE) }, place)
  } catch (thrown) {
    throw new VaultKeyWrong(kind, thrown)
  }
}

/** Under a key that is there only while it is used. */
function wrappingUnder(kind: WrappingKind, open: (make: boolean) => Buffer): WrappingKey {
  const withKey = <T>(make: boolean, use: (key: Buffer) => T): T => {
    const key = open(make)
    try {
      return use(key)
    } finally {
      key.fill(0)
    }
  }
  return {
    kind,
    wrap: async (dataKey, place) => ({ bytes: withKey(true, (key) => wrapWith(key, dataKey, place)), parameters: {} }),
    unwrap: async ({ bytes }, place) => withKey(false, (key) => unwrapWith(kind, key, bytes, place)),
  }
}

/** 32 random bytes in a file that only its owner may read: for machines without keychain and person. Made when it first wraps. */
export const keyFileWrapping = (file: string): WrappingKey => wrappingUnder('key-file', (make) => readKeyFile(file, make))

/** What stands on a recovery sheet. Throws RecoveryCodeInvalid. */
export function recoveryWrapping(code: string): WrappingKey {
  const key = recoveryKey(code)
  return wrappingUnder('recovery', () => ownBuffer(key))
}

/** The keychain of the operating system, as the desktop offers it. */
export interface Keychain {
  encrypt(plain: Buffer): Promise<Buffer>
  decrypt(sealed: Buffer): Promise<Buffer>
}

/** The keychain holds the key; the vault binds the place itself, since a keychain can't. */
export function keychainWrapping(keychain: Keychain): WrappingKey {
  return {
    kind: 'keychain',
    async wrap(dataKey, place) {
      const key = randomBytes(KEY_BYTES)
      try {
        const held = await keychain.encrypt(key)
        return { bytes: wrapWith(key, dataKey, place), parameters: { held: held.toString('base64') } }
      } finally {
        key.fill(0)
      }
    },
    async unwrap({ bytes, parameters }, place) {
      let key: Buffer
      try {
        key = await keychain.decrypt(Buffer.from(String(parameters.held), 'base64'))
      } catch (thrown) {
        throw new VaultKeyWrong('keychain', thrown)
      }
      try {
        return unwrapWith('keychain', key, bytes, place)
      } finally {
        key.fill(0)
      }
    },
  }
}

const derive = promisify<Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt)

/** 2^17 × 8 × 128 bytes = 128 MiB, about 0.4 s: OWASP's first choice for scrypt. */
export const SCRYPT = { N: 1 << 17, r: 8, p: 1 } as const

/** Derived on libuv's pool: the event loop goes on. The passphrase's buffer belongs to the caller, who wipes it. */
export function passphraseWrapping(passphrase: Buffer, cost: { readonly N: number; readonly r: number; readonly p: number } = SCRYPT): WrappingKey {
  const keyOf = (salt: Buffer, { N, r, p }: { N: number; r: number; p: number }): Promise<Buffer> => derive(passphrase, salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r })
  const Parameters = z.object({ salt: z.string(), N: z.number().int().max(1 << 20), r: z.number().int().max(32), p: z.number().int().max(16) })
  return {
    kind: 'passphrase',
    async wrap(dataKey, place) {
      const salt = randomBytes(16)
      const key = await keyOf(salt, cost)
      try {
        return { bytes: wrapWith(key, dataKey, place), parameters: { salt: salt.toString('base64'), ...cost } }
      } finally {
        key.fill(0)
      }
    },
    async unwrap({ bytes, parameters }, place) {
      const { salt, ...stored } = Parameters.parse(parameters)
      const key = await keyOf(Buffer.from(salt, 'base64'), stored)
      try {
        return unwrapWith('passphrase', key, bytes, place)
      } finally {
        key.fill(0)
      }
    },
  }
}

function readKeyFile(file: string, make: boolean): Buffer {
  if (!existsSync(file)) {
    if (!make) throw new KeyFileUnusable(file, 'it is not there')
    makeKeyFile(file)
  }
  const handle = openSync(file, 'r')
  try {
    const { mode } = fstatSync(handle)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new KeyFileUnusable(file, 'others than its owner may read it')
    const text = readFileSync(handle)
    const key = Buffer.from(text.toString('latin1').trim(), 'hex')
    text.fill(0)
    if (key.length !== KEY_BYTES) throw new KeyFileUnusable(file, `it holds ${key.length} bytes instead of ${KEY_BYTES}`)
    return key
  } finally {
    closeSync(handle)
  }
}
