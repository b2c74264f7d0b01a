import { decodeClientFrame, encode, MAX_FRAME, type ClientFrame, type ServerFrame, type Wire } from '#core/api/wire/frames.ts'

/** One end of a message port that carries frames as bytes: what can't be cloned would close a port, bytes always can. */
export interface BytesPort {
  send(bytes: Uint8Array): void
  /** Called once. What arrives is not checked yet. */
  listen(handlers: { readonly bytes: (value: unknown) => void; readonly closed: () => void }): void
  close(): void
}

/** A page's message port as a wire. What is no frame ends this line and nothing else. */
export function portWire(port: BytesPort): Wire<ServerFrame, ClientFrame> {
  let over = false
  return {
    send: (frame) => {
      if (!over) port.send(encode(frame))
    },
    listen: ({ frame, lost }) => {
      const end = (): void => {
        if (over) return
        over = true
        lost()
      }
      port.listen({
        bytes: (value) => {
          if (over) return
          try {
            if (!(value instanceof Uint8Array) || value.byteLength > MAX_FRAME) throw new Error('not a frame')
            frame(decodeClientFrame(value))
          } catch {
            port.close()
            end()
          }
        },
        closed: end,
      })
    },
    close: () => {
      over = true
      port.close()
    },
  }
}

/** Ports whose frames travel as messages of one channel: where no port can be handed to the process itself. */
export class RelayedLines {
  readonly #tell: (message: { kind: 'frame'; id: number; bytes: Uint8Array } | { kind: 'line-ended'; id: number }) => void
  readonly #lines = new Map<number, { bytes: (value: unknown) => void; closed: () => void }>()

  constructor(tell: (message: { kind: 'frame'; id: number; bytes: Uint8Array } | { kind: 'line-ended'; id: number }) => void) {
    this.#tell = tell
  }

  open(id: number): BytesPort {
    return {
      send: (bytes) => this.#tell({ kind: 'frame', id, bytes }),
      listen: (handlers) => this.#lines.set(id, handlers),
      close: () => {
        if (this.#lines.delete(id)) this.#tell({ kind: 'line-ended', id })
      },
    }
  }

  frame(id: number, bytes: unknown): void {
    this.#lines.get(id)?.bytes(bytes)
  }

  ended(id: number): void {
    const line = this.#lines.get(id)
    this.#lines.delete(id)
    line?.closed()
  }
}
