import { connect, type Connection, type ConnectOptions } from './connect.ts'
import { desktopShell, PortSocket } from './port-socket.ts'

const KEY = 'regie.token'

/**
 * The token of this launch: from the link (`?t=`), then kept for this tab only, so that a reload works.
 * It leaves the address bar at once: no history entry, no screenshot, no referrer holds it.
 */
export function takeToken(page: Pick<Window, 'location' | 'history' | 'sessionStorage'>): string | null {
  const url = new URL(page.location.href)
  const given = url.searchParams.get('t')
  if (given) {
    page.sessionStorage.setItem(KEY, given)
    url.searchParams.delete('t')
    page.history.replaceState(page.history.state, '', url)
  }
  return page.sessionStorage.getItem(KEY)
}

/** Subprotocol of the wire; the token travels beside it, in a header that no other origin's page can set up. */
export const PROTOCOL = 'regie.1'

/** The page's connection to the core that it came from: through the desktop window that shows it, else over loopback. */
export function connectPage(page: Window, options: Pick<ConnectOptions, 'onState'> = {}): Connection {
  const shell = desktopShell(page)
  const connection = connect({ ...options, ...(shell ? { socket: () => new PortSocket(shell, page) } : overLoopback(page)) })
  page.addEventListener('online', () => connection.hurry())
  page.document.addEventListener('visibilitychange', () => {
    if (!page.document.hidden) connection.hurry()
  })
  return connection
}

/** Without a token the state is 'refused' at once. */
function overLoopback(page: Window): Pick<ConnectOptions, 'socket' | 'refused'> {
  const token = takeToken(page) ?? 'none'
  const socketUrl = new URL('/api/wire', page.location.href)
  socketUrl.protocol = socketUrl.protocol === 'https:' ? 'wss:' : 'ws:'
  return {
    socket: () => new WebSocket(socketUrl, [PROTOCOL, `token.${token}`]),
    refused: async () => (await fetch('/api/health', { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(3_000) })).status === 401,
  }
}
