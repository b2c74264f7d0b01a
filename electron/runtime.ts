/**
 * What differs between the Electron that is shipped (45) and the older one that the end-to-end suite runs in
 * (22.3.25: Chromium 108, Node 16). Everything that the older one lacks stands here, with what is used instead; all
 * other code is the same in both, and is really run in the older one.
 *
 * | lacks in 22                              | there instead                                              | so not tried          |
 * |------------------------------------------|------------------------------------------------------------|-----------------------|
 * | protocol.handle                          | registerBufferProtocol (`serveScheme`)                     | streamed answers      |
 * | an ES-module main                        | the shell is bundled as CommonJS for Node 16, for both     | –                     |
 * | safeStorage's async calls                | the sync ones (`openSafeStorage`)                          | a keychain that asks  |
 * | safeStorage.getSelectedStorageBackend    | 'unknown': basic_text can't be told there                  | `plain` said for real |
 * | ES modules in a utility process          | REGIE_CORE_NODE: the core in a plain Node child            | core in the utility   |
 * | better-sqlite3 for its ABI               | the same                                                   | the same              |
 * | fuses that came after 22                 | read from the shipped configuration, not from a binary     | flipped fuse          |
 *
 * The page's side (no toSorted, no CSS nesting, …) is held by the build target chrome108 and by lint rules.
 */
import type { Protocol, SafeStorage } from 'electron'

export interface SchemeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Serves an own scheme: with protocol.handle where it is, else as the older runtime does it. */
export function serveScheme(protocol: Protocol, scheme: string, answer: (url: string, method: string) => SchemeAnswer): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle(scheme, ({ url, method }) => {
      const { status, headers, body } = answer(url, method)
      return new Response(new Uint8Array(body), { status, headers })
    })
    return
  }
  protocol.registerBufferProtocol(scheme, ({ url, method }, reply) => {
    const { status, headers, body } = answer(url, method)
    reply({ statusCode: status, headers: { ...headers }, mimeType: headers['content-type']?.split(';')[0], data: body })
  })
}

/** The calls of safeStorage that the program uses, asynchronous in both. */
export interface SafeStorageCalls {
  available(): Promise<boolean>
  backend(): string
  encrypt(text: string): Promise<Buffer>
  decrypt(sealed: Buffer): Promise<string>
}

/** The async API where it is there: a keychain may ask its person, and must not hold all windows meanwhile. */
export function openSafeStorage(storage: SafeStorage): SafeStorageCalls {
  const backend = (): string => (typeof storage.getSelectedStorageBackend === 'function' ? storage.getSelectedStorageBackend() : 'unknown')
  if (typeof storage.encryptStringAsync !== 'function')
    return {
      backend,
      available: async () => storage.isEncryptionAvailable(),
      encrypt: async (text) => storage.encryptString(text),
      decrypt: async (sealed) => storage.decryptString(sealed),
    }
  return {
    backend,
    available: () => storage.isAsyncEncryptionAvailable(),
    encrypt: (text) => storage.encryptStringAsync(text),
    decrypt: async (sealed) => (await storage.decryptStringAsync(sealed)).result,
  }
}
