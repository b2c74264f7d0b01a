import { createHash, createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KEY_FILE_BYTES, makeKeyFile } from '#core/base/key-file.ts'
import { PseudonymKeyUnusable } from './errors.ts'

/** Keys for pseudonyms, one per domain (column). The key stays inside this port and its callers' HMACs. */
export interface PseudonymKeys {
  current(domain: string): Promise<{ readonly keyId: string; readonly key: Buffer }>
}

/** Names a key without revealing it: 8 hex of a hash over it. */
const idOf = (prefix: string, key: Buffer): string => `${prefix}-${createHash('sha256').update('regie key id\0').update(key).digest('hex').slice(0, 8)}`

/**
 * Keys of a generated source: derived from its seed, so that the same seed gives the same pseudonyms everywhere.
 * No secret is kept by them and none is needed: the people are made up. Their ids start with "sandbox-".
 */
export function sandboxPseudonymKeys(seed: number): PseudonymKeys {
  return {
    current: async (domain) => {
      const key = createHmac('sha256', 'regie sandbox pseudonyms').update(`${seed}\0${domain}`).digest()
      return { keyId: idOf('sandbox', key), key }
    },
  }
}

/** Random keys in `<folder>/<domain>.key` (mode 0600), made when first needed, fsynced, never replaced. */
export function storedPseudonymKeys(folder: string): PseudonymKeys {
  return {
    async current(domain) {
      const file = join(folder, `${domain.replace(/[^a-z0-9_-]/gi, '_')}.key`)
      if (!existsSync(file)) makeKeyFile(file)
      const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
      if (key.length !== KEY_FILE_BYTES) throw new PseudonymKeyUnusable(file, `it holds ${key.length} bytes instead of ${KEY_FILE_BYTES}`)
      return { keyId: idOf('key', key), key }
    },
  }
}
