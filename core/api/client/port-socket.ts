import type { SocketLike } from './socket.ts'

/** What the desktop window's preload script gives the page: the whole of it. */
export interface DesktopShell {
  /** Asks for a line to the core; it comes as a message { regie: 'line', id } of this window, with a port. */
  connect(id: number): void
  /** The desktop asks the page to show a place ('/runs/…'): a menu, a link from outside, the tray. */
  onGo(listener: (path: string) => void): void
  /** Files that were opened by the menu or from outside. */
  onFile(listener: (file: { readonly name: string; readonly bytes: Uint8Array }) => void): void
  /** Menus and questions follow the page's language. */
  language(language: string): void
  /** What this window can and can't, for the pages that say so. */
  about(): Promise<DesktopInfo>
}

export interface DesktopInfo {
  readonly electron: string
  readonly chromium: string
  /** none: nothing here can keep a secret; plain: it is kept without real protection. */
  readonly keychain: 'protected' | 'plain' | 'none'
  readonly updates: 'on' | 'off'
  /** Process of the core that serves now; null between two. */
  readonly corePid: number | null
}

export const desktopShell = (page: Window): DesktopShell | null => (page as Window & { readonly regieShell?: DesktopShell }).regieShell ?? null

const CONNECTING = 0
const OPEN = 1
const CLOSED = 3

type Listeners = { open: (() => void)[]; close: (() => void)[]; error: (() => void)[]; message: ((event: { data: unknown }) => void)[] }
let numbers = 0

/** A line to the core through a message port of the desktop window, as the socket that it stands for. */
export class PortSocket implements SocketLike {
  binaryType = 'arraybuffer'
  readyState = CONNECTING
  readonly #page: Window
  readonly #id = (numbers += 1)
  readonly #on: Listeners = { open: [], close: [], error: [], message: [] }
  #port: MessagePort | null = null

  constructor(shell: DesktopShell, page: Window) {
    this.#page = page
    // Listening first: a port that comes before is lost for good.
    page.addEventListener('message', this.#take)
    shell.connect(this.#id)
  }

  readonly #take = (event: MessageEvent): void => {
    const data = event.data as { regie?: unknown; id?: unknown } | null
    if (event.source !== this.#page || data?.regie !== 'line' || data.id !== this.#id) return
    this.#page.removeEventListener('message', this.#take)
    const [port] = event.ports
    if (!port || this.readyState === CLOSED) {
      port?.close()
      return this.#end()
    }
    this.#port = port
    port.addEventListener('message', (message) => {
      if (this.readyState === OPEN) for (const listener of this.#on.message) listener({ data: message.data })
    })
    // Electron tells the end of a port to its other end; browsers of later years do too.
    port.addEventListener('close', () => this.#end())
    port.start()
    this.readyState = OPEN
    for (const listener of this.#on.open) listener()
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    this.#port?.postMessage(data)
  }

  close(): void {
    this.#page.removeEventListener('message', this.#take)
    this.#port?.close()
    this.#end()
  }

  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: keyof Listeners, listener: (event: { data: unknown }) => void): void {
    this.#on[type].push(listener as () => void)
  }

  #end(): void {
    if (this.readyState === CLOSED) return
    this.readyState = CLOSED
    for (const listener of this.#on.close) listener()
  }
}
