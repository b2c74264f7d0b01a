import { createReadStream, readdirSync, statSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import type { Clock } from '#core/base/clock.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** Vite puts a hash of the content into these names: they never change. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/

/** Sent with every answer. Styles may be inline because Mantine writes its variables into a <style> element. */
export const securityHeaders = (port: number): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self' ws://127.0.0.1:${port}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
})

const LOOK_AGAIN_MS = 1000

/**
 * The built console as files. A request names one of the files that a listing of the folder found, or none:
 * no path of a request ever reaches the file system.
 */
export class PageFiles {
  readonly #folder: string
  readonly #clock: Clock
  #files = new Map<string, string>()
  #looked = -Infinity

  constructor(folder: string, clock: Clock) {
    this.#folder = folder
    this.#clock = clock
  }

  /** Sends the file at that URL path ('/' is index.html); false when there is none. */
  send(path: string, method: string, response: ServerResponse): boolean {
    const url = path === '/' ? '/index.html' : path
    const file = this.#find(url)
    if (file === undefined) return false
    const size = statSync(file, { throwIfNoEntry: false })?.size
    if (size === undefined) return false
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': size,
      'cache-control': HASHED.test(url) ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
    if (method === 'HEAD') response.end()
    else {
      const body = createReadStream(file)
      // The build replaced the file under us: the reader sees a cut answer, not a wrong one.
      body.on('error', () => response.destroy())
      response.on('close', () => body.destroy())
      body.pipe(response)
    }
    return true
  }

  /** Whether the console was built at all. */
  get built(): boolean {
    return this.#find('/index.html') !== undefined
  }

  #find(url: string): string | undefined {
    const now = this.#clock.monotonic()
    if (!this.#files.has(url) && now - this.#looked > LOOK_AGAIN_MS) {
      this.#looked = now
      this.#files = listing(this.#folder)
    }
    return this.#files.get(url)
  }
}

function listing(folder: string): Map<string, string> {
  const files = new Map<string, string>()
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      files.set('/' + relative(folder, file).split(sep).join('/'), file)
    }
  } catch {
    // not built: an empty listing says so
  }
  return files
}
