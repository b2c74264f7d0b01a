import { createPrivateKey, createPublicKey } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from '#core/base/fsync.ts'
import { KEY_FILE_BYTES, makeKeyFile } from '#core/base/key-file.ts'
import { SigningKeyUnusable } from './errors.ts'
import { keyIdOf, rawPublicKey, type Signer } from './signed-head.ts'

/** DER of an Ed25519 private key up to its seed (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * The private key that signs heads: `audit-signing.key` in the home's folder of keys, mode 0600, 64 hex digits. During a
 * rotation the new one stands beside it as `.next` until the log has announced it.
 */
export class SigningKeys {
  readonly #folder: string
  readonly #file: string
  readonly #next: string

  constructor(folder: string) {
    this.#folder = folder
    this.#file = join(folder, 'audit-signing.key')
    this.#next = `${this.#file}.next`
  }

  /** Null when there is none. Throws SigningKeyUnusable. */
  current(): Signer | null {
    return read(this.#file)
  }

  /** A key that a rotation has made and not put in its place yet. */
  next(): Signer | null {
    return read(this.#next)
  }

  /** The first of two processes wins; returns what stands there then. */
  create(): Signer {
    makeKeyFile(this.#file)
    return this.current() as Signer
  }

  createNext(): Signer {
    makeKeyFile(this.#next)
    return this.next() as Signer
  }

  /** The next key takes the current one's place, whose private part is gone then. */
  promote(): void {
    if (!existsSync(this.#next)) return
    renameSync(this.#next, this.#file)
    syncFolder(this.#folder)
  }

  discardNext(): void {
    rmSync(this.#next, { force: true })
  }
}

function read(file: string): Signer | null {
  if (!existsSync(file)) return null
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) throw new SigningKeyUnusable(file, 'others than its owner may read it', `Make it yours alone: chmod 600 ${file}. If somebody may have read it, rotate: regie audit rotate-key.`)
  const seed = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
  if (seed.length !== KEY_FILE_BYTES) throw new SigningKeyUnusable(file, `it holds ${seed.length} bytes instead of ${KEY_FILE_BYTES}`)
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  seed.fill(0)
  const publicKey = rawPublicKey(createPublicKey(privateKey))
  return { keyId: keyIdOf(publicKey), publicKey, privateKey }
}
