import { Socket } from 'node:net'
import { apiHandler } from '#core/api/index.ts'
import { presentable } from '#core/api/errors.ts'
import type { Regie } from '#core/api/regie.ts'
import { serveWire } from '#core/api/wire/wire-server.ts'
import { adopt } from './listen.ts'
import { firstStart } from './first-start.ts'
import { ipcChannel, type Carried, type HostChannel } from './host-channel.ts'
import type { HostConfig, ToHost } from './host-messages.ts'
import { portWire, RelayedLines, type BytesPort } from './port-wire.ts'
import { tellRunning } from './tell-running.ts'
import { createWebServer, type WebServer } from './web-server.ts'

/** Longest wait for running steps to let go at the end, ms; what is cut then is resumed at the next start. */
const CLOSE_MS = 15_000

/**
 * The core's own process: opens the program, serves the lines and connections that its starter hands over, resumes
 * what an earlier process left. `report` writes an undeclared error down. Ends when the starter says so or is gone,
 * whatever killed it.
 */
export function hostCore(open: (config: HostConfig) => Promise<Regie>, page: string, report: (error: unknown) => string, channel: HostChannel | null = ipcChannel(process)): void {
  if (!channel) throw new Error('a core host is started by another process')
  const relayed = new RelayedLines((message) => channel.send(message))
  const stop = new AbortController()
  let regie: Regie | null = null
  let web: WebServer | null = null
  let openLine: ((port: BytesPort) => void) | null = null
  let closing = false

  // The terminal's ^C reaches every process of the group; the starter decides what it means.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => void close())
  process.on('uncaughtException', (error) => {
    report(error)
    process.exit(1)
  })
  channel.listen({ message: take, gone: () => void close() })

  function take(message: ToHost, carried: Carried): void {
    switch (message.kind) {
      case 'start':
        return void start(message)
      case 'connection':
        return connection(message.id, carried)
      case 'line':
        return line(message.id, carried)
      case 'frame':
        return relayed.frame(message.id, message.bytes)
      case 'line-ended':
        return relayed.ended(message.id)
      case 'ping':
        return channel?.send({ kind: 'pong' })
      case 'power':
        return void power(message.state)
      case 'close':
        return void close()
    }
  }

  /** Not a byte is read before `taken` has left: what dies untaken can be handed to the next core unread. */
  function connection(id: number, carried: Carried): void {
    if (!(carried instanceof Socket)) return
    const serving = web
    if (!serving) return void carried.destroy()
    channel?.send({ kind: 'taken', id }, () => adopt(serving, carried))
  }

  function line(id: number, carried: Carried): void {
    const port = carried instanceof Socket ? null : (carried ?? relayed.open(id))
    if (port && openLine) openLine(port)
    else port?.close()
  }

  async function start({ access, config }: Extract<ToHost, { kind: 'start' }>): Promise<void> {
    try {
      const program = (regie = await open(config))
      if (closing) return await program.close()
      const handler = apiHandler()
      openLine = (port) => void serveWire(portWire(port), handler, { regie: program, actor: program.actor })
      if (access) {
        web = createWebServer(program, access, page)
        web.http.emit('listening')
      } else void tellRunning(program.engine, (runs) => channel?.send({ kind: 'running', runs }), stop.signal).catch(report)
      channel?.send({ kind: 'ready' })
      const recovered = await program.engine.recover()
      program.schedules.serve()
      if (config.firstStart !== null) void bringToLife(program, config.firstStart, recovered.map(({ runId }) => runId))
    } catch (error) {
      const failure = presentable(error, report)
      channel?.send({ kind: 'failed', failure }, () => process.exit(1))
    }
  }

  /** Runs that an earlier process left come first: they hold the locks. */
  async function bringToLife(program: Regie, environment: string, recovered: readonly string[]): Promise<void> {
    try {
      for (const runId of recovered) await program.engine.wait(runId)
      await firstStart(program, environment, { onRun: (run) => channel?.send({ kind: 'run', run }), onEvent: (event) => channel?.send({ kind: 'event', event }) })
    } catch (error) {
      if (!closing) report(error)
    }
  }

  /** A laptop that wakes must not start every run that it missed in one beat: the program decides what is due. */
  async function power(state: 'suspend' | 'resume'): Promise<void> {
    try {
      await (state === 'suspend' ? regie?.power?.suspend() : regie?.power?.resume())
    } catch (error) {
      report(error)
    }
  }

  async function close(): Promise<void> {
    if (closing) return
    closing = true
    stop.abort()
    setTimeout(() => process.exit(1), CLOSE_MS).unref()
    web?.close()
    await regie?.close().catch(report)
    process.exit(0)
  }
}
