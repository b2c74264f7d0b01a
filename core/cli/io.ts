import type { Writable } from 'node:stream'

/** Where a command writes. The only part of the command line that touches the process's streams. */
export interface Io {
  /** True when people watch: bars and colour; false in a pipe: plain lines. */
  readonly tty: boolean
  readonly colour: boolean
  /** Width of the terminal; 80 in a pipe. */
  readonly columns: () => number
  /** Resolves when the reader takes more: a slow pipe holds the caller, not the memory. */
  out(text: string): Promise<void>
  err(text: string): void
  /** The reader has gone (`| head`): what is written from now on goes nowhere. */
  readonly closed: () => boolean
  /** Called once when the reader goes. */
  onClosed(listener: () => void): void
  /** Resolves when everything written has left, or nobody reads any more. */
  flush(): Promise<void>
}

export interface IoOptions {
  readonly stdout: Writable & { isTTY?: boolean; columns?: number }
  readonly stderr: Writable & { isTTY?: boolean }
  readonly colour: boolean
}

/**
 * A reader that closes the pipe does not end the process: the error is taken here, `closed` turns true and
 * the command decides whether to go on (a run does) or to stop (a listing does).
 */
export function openIo({ stdout, stderr, colour }: IoOptions): Io {
  let closed = false
  const listeners: (() => void)[] = []
  const close = (): void => {
    if (closed) return
    closed = true
    for (const listener of listeners) listener()
  }
  stdout.on('error', close)
  stdout.on('close', close)
  stderr.on('error', () => undefined)

  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      stdout.once('drain', resolve)
      listeners.push(resolve)
      if (closed) resolve()
    })

  return {
    tty: Boolean(stdout.isTTY),
    colour: colour && Boolean(stdout.isTTY),
    columns: () => stdout.columns ?? 80,
    out: async (text) => {
      if (!closed && !stdout.write(text)) await drained()
    },
    err: (text) => void stderr.write(text),
    closed: () => closed,
    onClosed: (listener) => void listeners.push(listener),
    flush: () =>
      new Promise((resolve) => {
        if (closed) return resolve()
        listeners.push(resolve)
        stdout.write('', () => resolve())
      }),
  }
}
