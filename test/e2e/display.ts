import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'

/** A screen to put windows on: the machine's own, or a virtual one that `close` takes away. */
export interface Display {
  readonly env: Readonly<Record<string, string>>
  close(): void
}

const OWN: Display = { env: {}, close: () => undefined }
const SCREEN = ['-screen', '0', '1920x1200x24', '-nolisten', 'tcp', '-displayfd', '3']

/**
 * A virtual screen of its own for every caller, so that nobody's windows cover another's; the machine's own
 * outside Linux, or with REGIE_TEST_DISPLAY=own (to watch). Null where Linux has neither.
 */
export async function openDisplay(): Promise<Display | null> {
  if (process.platform !== 'linux') return OWN
  if (process.env.REGIE_TEST_DISPLAY === 'own') return process.env.DISPLAY ? OWN : null
  const server = spawn('Xvfb', SCREEN, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const number = await displayNumber(server)
  return number === null ? null : { env: { DISPLAY: `:${number}` }, close: () => void server.kill('SIGTERM') }
}

/** The server writes the number that it took when it takes connections. */
function displayNumber(server: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    let text = ''
    const channel = server.stdio[3] as Readable
    channel.setEncoding('utf8')
    channel.on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) resolve(text.trim())
    })
    server.on('error', () => resolve(null))
    server.on('exit', () => resolve(null))
  })
}
