import Database from 'better-sqlite3'
import { setTimeout as pause } from 'node:timers/promises'
import { Cancelled } from '#core/base/errors.ts'
import type { Clock } from '#core/base/clock.ts'
import { FolderInUse } from './errors.ts'

/**
 * A lock between processes that the operating system frees when its holder dies, on every platform: an
 * exclusive SQLite transaction on an own file. (PID files can't tell a dead holder from a reused number.)
 * Returns the unlocking function. Throws FolderInUse after `waitMs`.
 */
export async function lockFile(file: string, options: { clock: Clock; waitMs: number; why: string; signal?: AbortSignal }): Promise<() => void> {
  const deadline = options.clock.monotonic() + options.waitMs
  const db = new Database(file, { timeout: 0 })
  for (;;) {
    try {
      db.exec('BEGIN EXCLUSIVE')
      return () => db.close()
    } catch (error) {
      const busy = (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false
      if (!busy || options.clock.monotonic() >= deadline || options.signal?.aborted) {
        db.close()
        if (options.signal?.aborted) throw new Cancelled()
        throw busy ? new FolderInUse(file, options.why) : error
      }
      await pause(20)
    }
  }
}
