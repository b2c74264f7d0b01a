import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { SchemeAnswer } from './runtime.ts'

/** The page's own scheme: no file:// that could read the disk, no port that others could reach. */
export const SCHEME = 'regie-app'
export const PAGE_ORIGIN = `${SCHEME}://console`
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** The page speaks to the core over its port alone: it may connect to nothing. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Relative URL paths of every file below a folder, with where they lie. */
function listing(folder: string, under = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${under}/${entry.name}`
    if (entry.isDirectory()) for (const [url, file] of listing(join(folder, entry.name), path)) found.set(url, file)
    else if (entry.isFile()) found.set(path, join(folder, entry.name))
  }
  return found
}

const plain = (status: number, sentence: string): SchemeAnswer => ({ status, headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(sentence) })

/** Answers requests of the page's scheme from the built console. An address names a listed file or nothing: no path reaches the disk. */
export function pageAnswers(folder: string): (url: string, method: string) => SchemeAnswer {
  let files: Map<string, string> | null = null
  return (address, method) => {
    if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Only GET is served here.')
    let url: URL
    try {
      url = new URL(address)
    } catch {
      return plain(400, 'This is no address.')
    }
    if (url.host !== 'console') return plain(404, 'There is nothing at this address.')
    const path = url.pathname === '/' ? '/index.html' : url.pathname
    files ??= listing(folder)
    const file = files.get(path)
    if (file === undefined) return plain(404, 'There is nothing at this address.')
    return { status: 200, headers: { ...HEADERS, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }, body: readFileSync(file) }
  }
}
