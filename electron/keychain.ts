import type { SafeStorageCalls } from './runtime.ts'

/** protected: by the system's keychain. plain: kept, but anyone who reads the file reads the secret. none: can't be kept. */
export type KeychainState = 'protected' | 'plain' | 'none'

/** Linux without a keyring encrypts with a key that stands in Chromium's source. */
const NO_PROTECTION = 'basic_text'

/** What the system offers now; on Linux it depends on the session. */
export async function keychainState(storage: SafeStorageCalls): Promise<KeychainState> {
  if (!(await storage.available().catch(() => false))) return 'none'
  return storage.backend() === NO_PROTECTION ? 'plain' : 'protected'
}

/**
 * The keychain as the core's vault wants it: bytes in, bytes out. Refuses where the system would keep them without
 * protection: a vault that believes itself wrapped and isn't is worse than a passphrase.
 */
export function openKeychain(storage: SafeStorageCalls): { encrypt(plain: Buffer): Promise<Buffer>; decrypt(sealed: Buffer): Promise<Buffer> } {
  const guarded = async (): Promise<void> => {
    const state = await keychainState(storage)
    if (state !== 'protected') throw new Error(state === 'plain' ? 'the keychain of this session keeps secrets without protection' : 'this session has no keychain')
  }
  return {
    encrypt: async (plain) => {
      await guarded()
      return storage.encrypt(plain.toString('base64'))
    },
    decrypt: async (sealed) => {
      await guarded()
      return Buffer.from(await storage.decrypt(sealed), 'base64')
    },
  }
}
