import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }

/** A folder over HTTP on loopback, for the console over the fake core. */
export function serveFolder(folder) {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      const path = normalize(new URL(request.url, 'http://x').pathname)
      const file = join(folder, path === '/' ? 'index.html' : path)
      if (!file.startsWith(folder) || !statSync(file, { throwIfNoEntry: false })?.isFile()) response.writeHead(404).end()
      else {
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
        createReadStream(file).pipe(response)
      }
    })
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }))
  })
}
