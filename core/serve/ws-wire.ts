import type { WebSocket } from 'ws'
import { decodeClientFrame, encode, type ClientFrame, type ServerFrame, type Wire } from '#core/api/wire/frames.ts'

/** Bytes that may wait in the socket before a sender is held: a reader that stalls costs this much and no more. */
const HIGH_WATER = 1024 * 1024
const BEAT_MS = 20_000
const PROTOCOL_ERROR = 1002

/** A server's WebSocket as a wire; a peer that doesn't answer two beats is taken for lost. */
export function wsWire(socket: WebSocket): Wire<ServerFrame, ClientFrame> {
  let answered = true
  const beat = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, BEAT_MS)
  beat.unref()
  socket.on('pong', () => (answered = true))

  return {
    send: (frame) => {
      if (socket.readyState !== socket.OPEN) return undefined
      const bytes = encode(frame)
      if (socket.bufferedAmount < HIGH_WATER) return socket.send(bytes)
      // The callback comes when these bytes have left for the kernel, and also when the line is lost.
      return new Promise<void>((resolve) => socket.send(bytes, () => resolve()))
    },
    listen: ({ frame, lost }) => {
      let over = false
      const end = (): void => {
        if (over) return
        over = true
        clearInterval(beat)
        lost()
      }
      socket.on('message', (data) => {
        if (over) return
        try {
          frame(decodeClientFrame(data as Buffer))
        } catch {
          socket.close(PROTOCOL_ERROR)
          end()
        }
      })
      socket.on('close', end)
      // 'close' follows; without a listener the error would end the process
      socket.on('error', () => undefined)
    },
    close: () => socket.close(PROTOCOL_ERROR),
  }
}
