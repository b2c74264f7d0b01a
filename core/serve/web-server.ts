import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { apiHandler } from '#core/api/index.ts'
import type { Regie } from '#core/api/regie.ts'
import { MAX_FRAME } from '#core/api/wire/frames.ts'
import { serveWire } from '#core/api/wire/wire-server.ts'
import { refuseBearer, refuseHost, refuseOrigin, refuseProtocol, WIRE_PROTOCOL, type Access, type Refusal } from './access.ts'
import { PageFiles, securityHeaders } from './page-files.ts'
import { wsWire } from './ws-wire.ts'

export interface WebServer {
  /** Not listening: the caller listens on 127.0.0.1, or hands it connections. */
  readonly http: Server
  /** Pages that are connected now. */
  readonly lines: () => number
  /** Cuts every line; pages reconnect by themselves. */
  dropLines(): void
  /** Ends every line and connection. */
  close(): void
}

const WIRE_PATH = '/api/wire'
const HEALTH_PATH = '/api/health'

/** The console over HTTP and its wire over WebSocket. `page` is the folder of the built console. */
export function createWebServer(regie: Regie, access: Access, page: string): WebServer {
  const files = new PageFiles(page, regie.clock)
  const handler = apiHandler()
  const headers = securityHeaders(access.port)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, perMessageDeflate: false, handleProtocols: () => WIRE_PROTOCOL })
  sockets.on('connection', (socket) => serveWire(wsWire(socket), handler, { regie, actor: regie.actor }))

  const http = createServer({ maxHeaderSize: 16_384 }, (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const path = pathOf(request)
    const refusal = refuseHost(request, access) ?? refuseOrigin(request, access, 'allowed')
    if (refusal) return text(response, refusal.status, refusal.why)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return text(response, 405, 'Only GET is served here.')
    }
    if (path === HEALTH_PATH) return health(request, response, refuseBearer(request, access), regie)
    if (path.startsWith('/api/')) return text(response, 404, 'There is nothing at this address.')
    if (files.send(path, request.method, response)) return
    if (!files.built) return text(response, 503, 'The console is not built. Run: npm run build')
    return notFound(response)
  })

  http.on('upgrade', (request, socket, head) => {
    const refusal =
      refuseHost(request, access) ??
      refuseOrigin(request, access, 'refused') ??
      (pathOf(request) === WIRE_PATH ? null : { status: 404 as const, why: 'There is nothing at this address.' }) ??
      refuseProtocol(request, access)
    if (refusal) refuseUpgrade(socket, refusal)
    else sockets.handleUpgrade(request, socket, head, (line) => sockets.emit('connection', line, request))
  })

  const dropLines = (): void => {
    for (const line of sockets.clients) line.terminate()
  }
  return {
    http,
    lines: () => sockets.clients.size,
    dropLines,
    close: () => {
      dropLines()
      http.close()
      http.closeAllConnections()
    },
  }
}

/** The path without its query, as sent; what is no path is none of ours. */
function pathOf(request: IncomingMessage): string {
  const path = (request.url ?? '').split('?')[0] ?? ''
  return path.startsWith('/') ? path : '/'
}

function health(request: IncomingMessage, response: ServerResponse, refusal: Refusal, regie: Regie): void {
  if (refusal) return text(response, refusal.status, refusal.why)
  const { version, pid, startedAt } = regie.info()
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(request.method === 'HEAD' ? undefined : JSON.stringify({ state: 'up', version, pid, startedAt }))
}

function text(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(sentence + '\n')
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
  response.end(
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not found · Régie</title><h1>There is no page at this address</h1><p><a href="/">Open the console</a></p></html>\n',
  )
}

function refuseUpgrade(socket: Duplex, { status, why }: { status: number; why: string }): void {
  socket.on('error', () => undefined)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(why)}\r\n\r\n${why}`)
}
