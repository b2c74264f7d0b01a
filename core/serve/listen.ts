import type { AddressInfo } from 'node:net'
import type { Regie } from '#core/api/regie.ts'
import { linkOf, newToken, type Access } from './access.ts'
import { PortTaken } from './errors.ts'
import { createWebServer, type WebServer } from './web-server.ts'
import { createServer, type Server, type Socket } from 'node:net'

export interface Listener {
  /** Loopback address with the port that the system gave when 0 was asked for. */
  readonly port: number
  readonly server: Server
}

/** Binds 127.0.0.1 and nothing else. Throws PORT_TAKEN. Connections arrive paused. */
export function listen(port: number, onConnection: (socket: Socket) => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true }, onConnection)
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? new PortTaken(port, error) : error))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve({ port: (server.address() as AddressInfo).port, server }))
  })
}

/** Gives a connection that someone else accepted to the web server. */
export function adopt(web: WebServer, socket: Socket): void {
  web.http.emit('connection', socket)
  socket.resume()
}

/** Console and API in this process, without a supervisor: for the desktop shell and for tests. */
export async function serveHere(regie: Regie, { port = 0, page }: { port?: number; page: string }): Promise<{ url: string; access: Access; web: WebServer; close(): Promise<void> }> {
  let web: WebServer | null = null
  const listener = await listen(port, (socket) => {
    if (web) adopt(web, socket)
    else socket.destroy()
  })
  const access: Access = { token: newToken(), port: listener.port }
  const served = (web = createWebServer(regie, access, page))
  served.http.emit('listening')
  return {
    url: linkOf(access.port, access.token),
    access,
    web: served,
    close: async () => {
      const closed = new Promise<void>((resolve) => listener.server.close(() => resolve()))
      served.close()
      await closed
    },
  }
}
