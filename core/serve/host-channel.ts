import { Socket } from 'node:net'
import type { FromHost, ToHost } from './host-messages.ts'
import type { BytesPort } from './port-wire.ts'

/** What may travel beside a message. */
export type Carried = Socket | BytesPort | null

/** The core host's way to whoever started it. */
export interface HostChannel {
  /** Whether the other end is still there. */
  readonly open: () => boolean
  send(message: FromHost, sent?: () => void): void
  /** Called once, before anything arrives. `gone`: the starter has ended, whatever ended it. */
  listen(handlers: { readonly message: (message: ToHost, carried: Carried) => void; readonly gone: () => void }): void
}

/** The channel of a process that was forked by Node; null when it was not. */
export function ipcChannel(own: NodeJS.Process): HostChannel | null {
  if (!own.send) return null
  return {
    open: () => own.connected,
    send: (message, sent) => {
      if (own.connected) own.send?.(message, undefined, undefined, () => sent?.())
      else sent?.()
    },
    listen: ({ message, gone }) => {
      own.on('message', (value: ToHost, handle: unknown) => message(value, handle instanceof Socket ? handle : null))
      own.on('disconnect', gone)
    },
  }
}

/** A message port as Electron gives it to a utility process. */
interface UtilityPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  start(): void
  close(): void
}
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: UtilityPort[] }) => void): void
}

const parentPortOf = (own: NodeJS.Process): ParentPort | null => (own as NodeJS.Process & { parentPort?: ParentPort }).parentPort ?? null

/** The channel of Electron's utility process; null elsewhere. The runtime ends the process with the window's. */
export function utilityChannel(own: NodeJS.Process): HostChannel | null {
  const parent = parentPortOf(own)
  if (!parent) return null
  return {
    open: () => true,
    send: (message, sent) => {
      parent.postMessage(message)
      // Nothing says when it has left; the loop's next turn but one is what is to be had.
      if (sent) setTimeout(sent, 50)
    },
    listen: ({ message }) => parent.on('message', ({ data, ports: [port] }) => message(data as ToHost, port ? utilityPort(port) : null)),
  }
}

function utilityPort(port: UtilityPort): BytesPort {
  return {
    send: (bytes) => port.postMessage(bytes),
    listen: ({ bytes, closed }) => {
      port.on('message', ({ data }) => bytes(data))
      port.on('close', closed)
      port.start()
    },
    close: () => port.close(),
  }
}
