import { decodeClientFrame, decodeServerFrame, encode, type ClientFrame, type ServerFrame, type Wire } from '#core/api/wire/frames.ts'

export interface Pipe {
  readonly client: Wire<ClientFrame, ServerFrame>
  readonly server: Wire<ServerFrame, ClientFrame>
  /** Frames that went to the client, as decoded. */
  readonly toClient: ServerFrame[]
  readonly toServer: ClientFrame[]
  /** Kills the line without a word, as a crashed process does. */
  cut(): void
}

/** A line in memory that encodes and decodes like the real one; delivery is asynchronous and in order. */
export function pipe(): Pipe {
  let alive = true
  const ends: (() => void)[] = []
  const cut = (): void => {
    if (!alive) return
    alive = false
    for (const end of ends) end()
  }
  const toClient: ServerFrame[] = []
  const toServer: ClientFrame[] = []
  let clientGets: ((frame: ServerFrame) => void) | undefined
  let serverGets: ((frame: ClientFrame) => void) | undefined
  return {
    toClient,
    toServer,
    cut,
    client: {
      send: (frame) => {
        const bytes = encode(frame)
        queueMicrotask(() => {
          if (!alive) return
          const decoded = decodeClientFrame(bytes)
          toServer.push(decoded)
          serverGets?.(decoded)
        })
      },
      listen: ({ frame, lost }) => {
        clientGets = frame
        ends.push(lost)
      },
      close: cut,
    },
    server: {
      send: (frame) => {
        const bytes = encode(frame)
        queueMicrotask(() => {
          if (!alive) return
          const decoded = decodeServerFrame(bytes)
          toClient.push(decoded)
          clientGets?.(decoded)
        })
      },
      listen: ({ frame, lost }) => {
        serverGets = frame
        ends.push(lost)
      },
      close: cut,
    },
  }
}
