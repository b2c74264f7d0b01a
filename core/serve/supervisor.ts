import { fork, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Clock } from '#core/base/clock.ts'
import { fromFailure, type Failure } from '#core/base/errors.ts'
import type { RunDetail, RunEvent } from '#core/operations/types.ts'
import { linkOf, newToken } from './access.ts'
import { CoreDidNotStart } from './errors.ts'
import type { FromHost, HostConfig, ToHost } from './host-messages.ts'
import { listen } from './listen.ts'
import { restartDelay } from './restart-delay.ts'

export interface SupervisorOptions {
  /** The built program and the arguments that make it a core host. */
  readonly entry: string
  readonly args: readonly string[]
  readonly config: HostConfig
  readonly port: number
  readonly clock: Clock
  /** One line for the operator: the core went, the core is back. */
  readonly say: (line: string) => void
  /** Runs of the first start, for whoever shows them. */
  readonly onRun?: (run: RunDetail) => void
  readonly onEvent?: (event: RunEvent) => void
  /** A core that answers nothing for this long is killed and started again, ms. */
  readonly hungAfterMs?: number
}

export interface Supervised {
  readonly url: string
  readonly port: number
  /** Process of the core that serves now; null between two. */
  readonly corePid: () => number | null
  /** Asks the core to end, waits for it, frees the port. */
  close(): Promise<void>
}

/** Connections that wait while the core starts; a browser gives up later than this. */
const MOST_WAITING = 128
const LONGEST_WAIT_MS = 30_000
const STEADY_MS = 60_000
const CLOSE_MS = 20_000
/** A large statement may hold the core for seconds; nothing that is well holds it for a minute. */
const HUNG_AFTER_MS = 60_000

/**
 * Owns the port and the token, and nothing else that can break: the core runs in a child process and is
 * started again when it dies, behind the same link. The socket stays bound all the while, so nobody can
 * take the port over and be shown the token by a page that reconnects.
 * Resolves when the core serves for the first time; throws PORT_TAKEN, and why the core did not start.
 */
export async function supervise(options: SupervisorOptions): Promise<Supervised> {
  const token = newToken()
  const waiting = new Set<Socket>()
  let core: ChildProcess | null = null
  let ready = false
  let closing = false
  let restarts = 0
  let timer: NodeJS.Timeout | undefined

  /** Handed to the core and not yet taken by it: still ours, unread, and given to the next core if this one dies. */
  const given = new Map<number, Socket>()
  let numbers = 0

  const hand = (socket: Socket): void => {
    waiting.delete(socket)
    const id = (numbers += 1)
    given.set(id, socket)
    // A refusal needs no answer: the channel breaks when the core ends, and what was not taken is handed on then.
    if (core?.connected) core.send({ kind: 'connection', id } satisfies ToHost, socket, { keepOpen: true }, () => undefined)
  }
  const taken = (id: number): void => {
    const socket = given.get(id)
    given.delete(id)
    // Closes our copy only: the core holds its own.
    socket?.destroy()
  }
  const wait = (socket: Socket): void => {
    if (closing || socket.destroyed || waiting.size >= MOST_WAITING) return void socket.destroy()
    waiting.add(socket)
    setTimeout(() => {
      if (waiting.delete(socket)) socket.destroy()
    }, LONGEST_WAIT_MS).unref()
  }
  const listener = await listen(options.port, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('close', () => waiting.delete(socket))
    if (ready) hand(socket)
    else wait(socket)
  })

  /** Starts a core; `first` settles with its first word. Later ones are restarted for ever. */
  const start = (first?: { resolve: () => void; reject: (reason: unknown) => void }): void => {
    const startedAt = options.clock.monotonic()
    let failure: Failure | null = null
    const child = fork(options.entry, [...options.args], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    core = child
    tell(child, { kind: 'start', access: { port: listener.port, token }, config: options.config })
    child.on('error', () => undefined)
    const stopLooking = killWhenHung(child, options.hungAfterMs ?? HUNG_AFTER_MS, () => options.say('The core does not answer any more; it is stopped and started again.'))
    child.on('message', (message: FromHost) => {
      if (message.kind === 'failed') failure = message.failure
      else if (message.kind === 'taken') taken(message.id)
      else if (message.kind === 'run') options.onRun?.(message.run)
      else if (message.kind === 'event') options.onEvent?.(message.event)
      else if (message.kind === 'ready') {
        ready = true
        if (!first && restarts > 0) options.say('The core is back; interrupted runs are resumed.')
        first?.resolve()
        for (const socket of waiting) hand(socket)
      }
    })
    const gone = (code: number | null, signal: NodeJS.Signals | null): void => {
      const served = ready
      stopLooking()
      ready = false
      core = null
      for (const [id, socket] of given) {
        given.delete(id)
        wait(socket)
      }
      if (closing) return
      const how = signal ?? `exit ${code}`
      if (first && !served) return first.reject(failure ? fromFailure(failure) : new CoreDidNotStart(how))
      if (options.clock.monotonic() - startedAt > STEADY_MS) restarts = 0
      const delay = restartDelay(restarts++)
      options.say(failure ? `The core can't start: ${failure.what}` : `The core ended (${how}); it is started again.`)
      timer = setTimeout(() => start(), delay)
    }
    // Its last word may still be in the channel when it has ended.
    child.on('exit', (code, signal) => (child.connected ? child.once('disconnect', () => gone(code, signal)) : gone(code, signal)))
  }

  let closed: Promise<void> | null = null
  const close = (): Promise<void> => (closed ??= end())
  const end = async (): Promise<void> => {
    closing = true
    clearTimeout(timer)
    for (const socket of [...waiting, ...given.values()]) socket.destroy()
    const freed = new Promise<void>((resolve) => listener.server.close(() => resolve()))
    const child = core
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      tell(child, { kind: 'close' })
      const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
      await gone
      clearTimeout(kill)
    }
    await freed
  }

  try {
    await new Promise<void>((resolve, reject) => start({ resolve, reject }))
  } catch (error) {
    await close()
    throw error
  }
  return { url: linkOf(listener.port, token), port: listener.port, corePid: () => core?.pid ?? null, close }
}

function tell(child: ChildProcess, message: ToHost): void {
  // A child that has gone answers with its exit.
  if (child.connected) child.send(message, () => undefined)
}

/** Asks now and then whether the core still turns; ends it when it hasn't answered for `afterMs`. Returns how to stop. */
function killWhenHung(child: ChildProcess, afterMs: number, say: () => void): () => void {
  // Counted in questions, not in time: a laptop that slept must not find its core guilty of the night.
  const questions = 6
  let unanswered = 0
  child.on('message', () => (unanswered = 0))
  const timer = setInterval(() => {
    if (unanswered >= questions) {
      say()
      child.kill('SIGKILL')
      return clearInterval(timer)
    }
    unanswered += 1
    tell(child, { kind: 'ping' })
  }, afterMs / questions)
  timer.unref()
  return () => clearInterval(timer)
}
