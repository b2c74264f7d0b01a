import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { incidentId } from '#core/api/errors.ts'
import { iso, type Clock } from '#core/base/clock.ts'

/**
 * Writes an error that nobody declared to logs/regie.log of the home, with its stack, and returns the id
 * under which it stands there. Never throws: where the log can't be written the id is still an answer.
 */
export function reportTo(home: string, clock: Clock): (error: unknown) => string {
  return (error) => {
    const id = incidentId()
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    try {
      mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 })
      appendFileSync(join(home, 'logs', 'regie.log'), `${iso(clock.now())} ${id} cli: ${text}\n`, { mode: 0o600 })
    } catch {
      // a full or read-only disk: the sentence that follows still tells that something went wrong
    }
    return id
  }
}
