import { fork } from 'node:child_process'
import { utilityProcess, type MessagePortMain } from 'electron'
import type { FromHost, ToHost } from '#core/serve/host-messages.ts'

/** The core's process, however it was started. */
export interface CoreProcess {
  readonly pid: () => number | null
  send(message: ToHost): void
  /** Gives it one end of a page's line. */
  line(id: number, port: MessagePortMain): void
  kill(): void
}

export interface CoreEvents {
  readonly message: (message: FromHost) => void
  /** Called once. How it ended, for people: "exit 1", "SIGKILL". */
  readonly gone: (how: string) => void
}

export interface CoreProgram {
  /** dist/core/regie.js */
  readonly entry: string
  /** A Node that runs it: where the native modules are built for Node. Null = Electron's own utility process. */
  readonly node: string | null
  readonly env: NodeJS.ProcessEnv
}

const ARGS = ['core-host']

/**
 * The one seam that starts a core: better-sqlite3 must match the ABI of the process that loads it. A packaged app
 * carries it built for Electron and uses a utility process; a checkout has it built for Node and names that Node.
 */
export const startCore = (program: CoreProgram, events: CoreEvents): CoreProcess =>
  program.node === null ? inUtility(program, events) : inNode(program, program.node, events)

function inUtility({ entry, env }: CoreProgram, events: CoreEvents): CoreProcess {
  const child = utilityProcess.fork(entry, ARGS, { env, serviceName: 'Régie core', stdio: 'inherit' })
  child.on('message', (message: FromHost) => events.message(message))
  child.once('exit', (code) => events.gone(`exit ${code}`))
  return {
    pid: () => child.pid ?? null,
    send: (message) => child.postMessage(message),
    line: (id, port) => child.postMessage({ kind: 'line', id } satisfies ToHost, [port]),
    kill: () => void child.kill(),
  }
}

function inNode({ entry, env }: CoreProgram, node: string, events: CoreEvents): CoreProcess {
  const child = fork(entry, ARGS, { execPath: node, execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env })
  const ports = new Map<number, MessagePortMain>()
  const send = (message: ToHost): void => {
    if (child.connected) child.send(message, () => undefined)
  }
  let over = false
  const gone = (how: string): void => {
    if (over) return
    over = true
    // The page learns it from the end of its port, and asks for another.
    for (const port of ports.values()) port.close()
    ports.clear()
    events.gone(how)
  }
  child.on('message', (message: FromHost) => {
    if (message.kind === 'frame') ports.get(message.id)?.postMessage(message.bytes)
    else if (message.kind === 'line-ended') ports.get(message.id)?.close()
    else events.message(message)
  })
  child.on('error', () => gone('it could not be started'))
  child.on('exit', (code, signal) => {
    const how = signal ?? `exit ${code}`
    // Its last word may still be in the channel.
    if (child.connected) child.once('disconnect', () => gone(how))
    else gone(how)
  })
  return {
    pid: () => child.pid ?? null,
    send,
    line: (id, port) => {
      ports.set(id, port)
      send({ kind: 'line', id })
      port.on('message', ({ data }: { data: unknown }) => {
        // Anything else than bytes is for the core to refuse; it must not reach the channel as a structure.
        send({ kind: 'frame', id, bytes: data instanceof Uint8Array ? data : new Uint8Array() })
      })
      port.on('close', () => {
        if (ports.delete(id)) send({ kind: 'line-ended', id })
      })
      port.start()
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
