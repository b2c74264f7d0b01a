import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Probe } from '#core/operations/journal.ts'

/**
 * Probe of a process that a fault test started. Notes every race point that it passes (REGIE_PROBES=<file>); dies at
 * one of them (REGIE_KILL=<name>), as if the plug were pulled: no handler, no flush, no exit code of its own; or waits
 * there (REGIE_HOLD=<name>) until the file REGIE_GO exists.
 */
export function killProbe(env: Readonly<Record<string, string | undefined>>): Probe {
  const { REGIE_PROBES: file, REGIE_KILL: kill, REGIE_HOLD: hold, REGIE_GO: go = '' } = env
  return (point) => {
    if (file) appendFileSync(file, `${point}\n`)
    if (point === kill) process.kill(process.pid, 'SIGKILL')
    return point === hold ? until(go) : undefined
  }
}

async function until(file: string): Promise<void> {
  while (!existsSync(file)) await pause(20)
}
