import { appendFileSync } from 'node:fs'
import type { Probe } from '#core/operations/journal.ts'

/**
 * Probe of a process that the kill harness started: notes every race point that it passes (REGIE_PROBES=<file>) and
 * dies at one of them (REGIE_KILL=<name>), as if the plug were pulled: no handler, no flush, no exit code of its own.
 */
export function killProbe(env: Readonly<Record<string, string | undefined>>): Probe {
  const { REGIE_PROBES: file, REGIE_KILL: name } = env
  return (point) => {
    if (file) appendFileSync(file, `${point}\n`)
    if (point === name) process.kill(process.pid, 'SIGKILL')
  }
}
