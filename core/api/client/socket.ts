import { decodeServerFrame, encode, type ClientFrame, type ServerFrame, type Wire } from '#core/api/wire/frames.ts'

/** What the wire needs of a WebSocket: the browser's, or `ws` in tests and in the command line. */
export interface SocketLike {
  binaryType: string
  readonly readyState: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number): void
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
}

const OPEN = 1

/** Resolves when the socket is open; rejects when it closes first or `timeoutMs` have passed. */
export function opened(socket: SocketLike, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('timeout'))
      socket.close()
    }, timeoutMs)
    socket.addEventListener('open', () => {
      clearTimeout(timer)
      resolve()
    })
    const fail = (): void => {
      clearTimeout(timer)
      reject(new Error('closed'))
    }
    socket.addEventListener('close', fail)
    socket.addEventListener('error', fail)
  })
}

/** An open WebSocket as a wire. A frame that can't be read ends the line: nothing after it makes sense. */
export function socketWire(socket: SocketLike): Wire<ClientFrame, ServerFrame> {
  socket.binaryType = 'arraybuffer'
  return {
    send: (frame) => {
      if (socket.readyState === OPEN) socket.send(encode(frame))
    },
    listen: ({ frame, lost }) => {
      let over = false
      const end = (): void => {
        if (over) return
        over = true
        lost()
      }
      socket.addEventListener('message', ({ data }) => {
        if (over) return
        try {
          frame(decodeServerFrame(data instanceof Uint8Array ? data : new Uint8Array(data as ArrayBuffer)))
        } catch {
          socket.close()
          end()
        }
      })
      socket.addEventListener('close', end)
      socket.addEventListener('error', end)
      if (socket.readyState > OPEN) end()
    },
    close: () => socket.close(),
  }
}
