import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { openEmbeddedDatabase, type EmbeddedDatabaseOptions } from '#core/connectors/embedded/postgres/embedded-database.ts'
import { sourceDatabaseContract, type SourceUnderTest } from '#test/contracts/source-database.ts'

async function open(engine: 'server' | 'pglite', extra: Partial<EmbeddedDatabaseOptions> = {}): Promise<SourceUnderTest> {
  const home = mkdtempSync(join(tmpdir(), 'regie-'))
  const database = await openEmbeddedDatabase({ folder: join(home, 'pg'), home, clock: systemClock, server: 'sandbox', engine, ...extra })
  const writer = await database.openLoader()
  return {
    source: database.source,
    writer,
    async close() {
      await writer.close()
      await database.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

sourceDatabaseContract('embedded PostgreSQL 17 over a socket', () => open('server'), { abortWithinMs: 2_000, writesDuringSnapshot: true, showsActivity: true })
sourceDatabaseContract('embedded PostgreSQL 17 over loopback with a password', () => open('server', { transport: 'tcp' }), { abortWithinMs: 2_000, writesDuringSnapshot: true, showsActivity: true })
sourceDatabaseContract('PGlite in a worker', () => open('pglite'), { abortWithinMs: 10_000, writesDuringSnapshot: false, showsActivity: false })

describe('embedded database', () => {
  it('falls back to PGlite with one sentence why, and its description says what that means', async () => {
    const home = mkdtempSync(join(tmpdir(), 'regie-'))
    const said: string[] = []
    const database = await openEmbeddedDatabase({ folder: join(home, 'pg'), home, clock: systemClock, server: 'sandbox', packageFolder: join(home, 'nowhere'), log: (message) => said.push(message) })
    expect(database.fallback).toMatch(/is not installed/)
    expect(said).toHaveLength(1)
    expect((await database.source.describe()).note).toMatch(/abort ends its thread/)
    await database.close()
    rmSync(home, { recursive: true, force: true })
  })

  it('lets no second PGlite open the same folder', async () => {
    const home = mkdtempSync(join(tmpdir(), 'regie-'))
    const options = { folder: join(home, 'pg'), home, clock: systemClock, server: 'sandbox', engine: 'pglite' } as const
    const first = await openEmbeddedDatabase(options)
    await expect(openEmbeddedDatabase(options)).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
    await first.close()
    const again = await openEmbeddedDatabase(options)
    await again.close()
    rmSync(home, { recursive: true, force: true })
  })
})
