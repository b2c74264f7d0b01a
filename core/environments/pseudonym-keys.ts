import { createHash, createHmac, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PseudonymKeyUnusable } from './errors.ts'

/** Keys for pseudonyms, one per domain (column). The key stays inside this port and its callers' HMACs. */
export interface PseudonymKeys {
  current(domain: string): Promise<{ readonly keyId: string; readonly key: Buffer }>
}

const KEY_BYTES = 32
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
      if (!existsSync(file)) createKey(file)
      const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
      if (key.length !== KEY_BYTES) throw new PseudonymKeyUnusable(file, `it holds ${key.length} bytes instead of ${KEY_BYTES}`)
      return { keyId: idOf('key', key), key }
    },
  }
}

/** Whole or not at all, and the first of two processes wins: written aside, then linked under its name. */
function createKey(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    writeSync(handle, randomBytes(KEY_BYTES).toString('hex') + '\n')
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  if (process.platform === 'win32') return
  const parent = openSync(dirname(file), 'r')
  try {
    fsyncSync(parent)
  } finally {
    closeSync(parent)
  }
}
