import { Socket } from 'node:net'
import { presentable } from '#core/api/errors.ts'
import type { Regie } from '#core/api/regie.ts'
import { adopt } from './listen.ts'
import { firstStart } from './first-start.ts'
import type { FromHost, HostConfig, ToHost } from './host-messages.ts'
import { createWebServer, type WebServer } from './web-server.ts'

/** Longest wait for running steps to let go at the end, ms; what is cut then is resumed at the next start. */
const CLOSE_MS = 15_000

/**
 * The core's own process: opens the program, serves the connections that the supervisor hands over, resumes
 * what an earlier process left. `report` writes an undeclared error down. Ends when the supervisor says so or is gone, whatever killed it.
 */
export function hostCore(open: (config: HostConfig) => Promise<Regie>, page: string, report: (error: unknown) => string): void {
  let regie: Regie | null = null
  let web: WebServer | null = null
  let closing = false

  // The terminal's ^C reaches every process of the group; the supervisor decides what it means.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => void close())
  process.on('disconnect', () => void close())
  process.on('uncaughtException', (error) => {
    report(error)
    process.exit(1)
  })

  process.on('message', (message: ToHost, handle: unknown) => {
    if (message.kind === 'start') void start(message)
    else if (message.kind === 'connection' && handle instanceof Socket) {
      if (web) adopt(web, handle)
      else handle.destroy()
    } else if (message.kind === 'close') void close()
  })

  async function start({ port, token, config }: Extract<ToHost, { kind: 'start' }>): Promise<void> {
    try {
      regie = await open(config)
      if (closing) return await regie.close()
      web = createWebServer(regie, { port, token }, page)
      web.http.emit('listening')
      tell({ kind: 'ready' })
      const recovered = await regie.engine.recover()
      if (config.firstStart !== null) void bringToLife(regie, config.firstStart, recovered.map(({ runId }) => runId))
    } catch (error) {
      const failure = presentable(error, report)
      if (process.connected) process.send?.({ kind: 'failed', failure } satisfies FromHost, () => process.exit(1))
      else process.exit(1)
    }
  }

  /** Runs that an earlier process left come first: they hold the locks. */
  async function bringToLife(program: Regie, environment: string, recovered: readonly string[]): Promise<void> {
    try {
      for (const runId of recovered) await program.engine.wait(runId)
      await firstStart(program, environment, { onRun: (run) => tell({ kind: 'run', run }), onEvent: (event) => tell({ kind: 'event', event }) })
    } catch (error) {
      if (!closing) report(error)
    }
  }

  async function close(): Promise<void> {
    if (closing) return
    closing = true
    setTimeout(() => process.exit(1), CLOSE_MS).unref()
    web?.close()
    await regie?.close().catch(report)
    process.exit(0)
  }
}

function tell(message: FromHost): void {
  if (process.connected) process.send?.(message)
}
