import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** One read takes at most this many bytes. */
const READ = 1 << 18

/** Sockets whose reads are only good until their listener returns. */
const lending = new WeakSet<Duplex>()

/** A socket that reads into one buffer of its own instead of a new one per read; listeners of `data` get copies. */
export function readingSocket(): Socket {
  const buffer = Buffer.allocUnsafeSlow(READ)
  const socket: Socket = new Socket({
    onread: {
      buffer,
      callback: (bytes: number) => {
        const read = buffer.subarray(0, bytes)
        socket.emit('data', lending.has(socket) ? read : Buffer.from(read))
        return true
      },
    },
  } as ConstructorParameters<typeof Socket>[0])
  return socket
}

/** Whether the listener of `data` copies what it keeps: then a reading socket need not. */
export function lendReads(socket: Duplex, lend: boolean): void {
  if (lend) lending.add(socket)
  else lending.delete(socket)
}
