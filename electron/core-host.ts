import { MessageChannelMain, type WebContents } from 'electron'
import type { Failure } from '#core/base/errors.ts'
import type { FromHost, HostConfig, RunningRun } from '#core/serve/host-messages.ts'
import { restartDelay } from '#core/serve/restart-delay.ts'
import { startCore, type CoreProcess, type CoreProgram } from './core-process.ts'

export interface CoreHostEvents {
  readonly running: (runs: readonly RunningRun[]) => void
  /** It never came up: nothing to show. A core that was up once is started again for ever. */
  readonly failed: (failure: Failure | null, how: string) => void
}

const STEADY_MS = 60_000
const CLOSE_MS = 20_000
const ASK_MS = 10_000
/** Counted in questions, not in time: a laptop that slept must not find its core guilty of the night. */
const UNANSWERED = 6
/** Pages that ask for a line while there is no core; a page asks again when its time is over. */
const MOST_WAITING = 16

/** Keeps a core running and hands pages their lines to it. A core that dies takes its lines with it; pages ask again. */
export class CoreHost {
  readonly #program: CoreProgram
  readonly #config: HostConfig
  readonly #events: CoreHostEvents
  #core: CoreProcess | null = null
  #ready = false
  #everReady = false
  #closing: (() => void) | null = null
  #restarts = 0
  #lines = 0
  #waiting: { id: number; page: WebContents }[] = []

  constructor(program: CoreProgram, config: HostConfig, events: CoreHostEvents) {
    this.#program = program
    this.#config = config
    this.#events = events
  }

  pid(): number | null {
    return this.#core?.pid() ?? null
  }

  start(): void {
    const startedAt = process.hrtime.bigint()
    let failure: Failure | null = null
    let unanswered = 0
    const core = startCore(this.#program, {
      message: (message: FromHost) => {
        unanswered = 0
        if (message.kind === 'failed') failure = message.failure
        else if (message.kind === 'running') this.#events.running(message.runs)
        else if (message.kind === 'ready') this.#becomeReady()
      },
      gone: (how) => {
        clearInterval(timer)
        this.#core = null
        this.#ready = false
        this.#events.running([])
        if (this.#closing) return this.#closing()
        if (!this.#everReady) return this.#events.failed(failure, how)
        if (process.hrtime.bigint() - startedAt > BigInt(STEADY_MS) * 1_000_000n) this.#restarts = 0
        setTimeout(() => {
          if (!this.#closing) this.start()
        }, restartDelay(this.#restarts++))
      },
    })
    this.#core = core
    const timer = setInterval(() => {
      if (unanswered >= UNANSWERED) return core.kill()
      unanswered += 1
      core.send({ kind: 'ping' })
    }, ASK_MS)
    core.send({ kind: 'start', access: null, config: this.#config })
  }

  /** A page asks for a line; `id` is its own number for it. */
  connect(id: number, page: WebContents): void {
    if (this.#ready) return this.#hand(id, page)
    this.#waiting.push({ id, page })
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift()
  }

  /** The machine goes to sleep or wakes up. */
  power(state: 'suspend' | 'resume'): void {
    this.#core?.send({ kind: 'power', state })
  }

  /** Asks the core to end and waits for it. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#closing = resolve
      if (!this.#core) return resolve()
      this.#core.send({ kind: 'close' })
      const core = this.#core
      setTimeout(() => core.kill(), CLOSE_MS)
    })
  }

  #becomeReady(): void {
    this.#ready = true
    this.#everReady = true
    for (const { id, page } of this.#waiting.splice(0)) this.#hand(id, page)
  }

  #hand(id: number, page: WebContents): void {
    if (page.isDestroyed()) return
    const { port1, port2 } = new MessageChannelMain()
    this.#lines += 1
    this.#core?.line(this.#lines, port1)
    page.postMessage('regie:line', id, [port2])
  }
}
