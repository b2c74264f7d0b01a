import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SourceDatabase } from '#core/connectors/types.ts'
import type { TableLoader } from '#core/connectors/postgres/table-loader.ts'

export interface SourceUnderTest {
  readonly source: SourceDatabase
  /** Writes beside the source, for preparing and for changing data under a reader. */
  readonly writer: TableLoader
  close(): Promise<void>
}

/** What engines do differently, as data. */
export interface SourceExpectations {
  /** A statement is stopped on the server within this time, ms. */
  readonly abortWithinMs: number
  /** Others may write while a snapshot is open. */
  readonly writesDuringSnapshot: boolean
  /** The server shows what runs (pg_stat_activity). */
  readonly showsActivity: boolean
}

/** Everything a SourceDatabase promises; run against every engine behind the port. */
export function sourceDatabaseContract(name: string, open: () => Promise<SourceUnderTest>, expected: SourceExpectations): void {
  describe(`SourceDatabase: ${name}`, () => {
    let under: SourceUnderTest
    let source: SourceDatabase

    beforeAll(async () => {
      under = await open()
      source = under.source
      await under.writer.run(`
        CREATE TABLE thing (id integer PRIMARY KEY, label varchar(40) NOT NULL, note text, price numeric);
        INSERT INTO thing VALUES (1, 'plain', NULL, 1.5), (2, 'empty', '', NULL), (3, 'odd', E'a,"b"\\nc\\td\\\\e', 0), (4, 'wide', '日本語 😍 𠮷', 2);
        CREATE TABLE nothing (id integer);
        CREATE TABLE many AS SELECT g AS id, repeat('x', 200) AS filler FROM generate_series(1, 200000) g`)
    })
    afterAll(async () => {
      await under.close()
    })

    it('says what it is', async () => {
      const description = await source.describe()
      expect(description).toMatchObject({ system: 'postgresql', state: 'up' })
      expect(description.engine).toMatch(/PostgreSQL|PGlite/)
      expect(Object.keys(description.capabilities)).toEqual(expect.arrayContaining(['cancel', 'snapshot']))
    })

    it('lists tables with their columns in order', async () => {
      const tables = await source.tables()
      expect(tables.map(({ name: table }) => table)).toEqual(['many', 'nothing', 'thing'])
      expect(tables.find(({ name: table }) => table === 'thing')?.columns).toEqual([
        { name: 'id', type: 'integer', nullable: false },
        { name: 'label', type: 'character varying(40)', nullable: false },
        { name: 'note', type: 'text', nullable: true },
        { name: 'price', type: 'numeric', nullable: true },
      ])
    })

    it('answers a query with parameters', async () => {
      expect(await source.query('SELECT label FROM thing WHERE id = $1', [2])).toEqual([{ label: 'empty' }])
    })

    it('only reads', async () => {
      await expect(source.query("INSERT INTO thing VALUES (9, 'no')", [])).rejects.toMatchObject({ code: 'POSTGRES_DENIED' })
      expect(await source.query('SELECT id FROM thing WHERE id = 9', [])).toEqual([])
    })

    it('copies NULL, empty text and odd characters as CSV', async () => {
      const csv = await text(await source.copyOut('SELECT * FROM thing ORDER BY id'))
      expect(csv).toBe('1,plain,,1.5\n2,empty,"",\n3,odd,"a,""b""\nc\td\\e",0\n4,wide,日本語 😍 𠮷,2\n')
    })

    it('copies nothing from an empty table', async () => {
      expect(await text(await source.copyOut('SELECT * FROM nothing'))).toBe('')
    })

    it('copies a row of 20 MB', async () => {
      const stream = await source.copyOut("SELECT 1, repeat('é', 10 * 1024 * 1024), 2")
      expect((await bytes(stream)).length).toBe(20 * 1024 * 1024 + '1,,2\n'.length)
    })

    it('copies all rows when the reader is slow', async () => {
      const stream = await source.copyOut('SELECT * FROM many')
      let size = 0
      for await (const chunk of stream) {
        if (size === 0) await pause(150)
        size += (chunk as Buffer).length
      }
      expect(size).toBe(200_000 * 202 + (9 + 90 * 2 + 900 * 3 + 9_000 * 4 + 90_000 * 5 + 100_001 * 6))
    })

    it('refuses at once when already aborted', async () => {
      await expect(source.copyOut('SELECT * FROM many', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
      await expect(source.query('SELECT 1', [], AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
    })

    it('stops a running statement on abort and can be used afterwards', async () => {
      const controller = new AbortController()
      const started = performance.now()
      const query = source.query('SELECT count(*) FROM generate_series(1, 500) a, many b, many c', [], controller.signal)
      setTimeout(() => controller.abort(), 100)
      await expect(query).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(performance.now() - started).toBeLessThan(100 + expected.abortWithinMs)
      expect(await source.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }])
    })

    it('destroys the stream on abort, never ends it', async () => {
      const controller = new AbortController()
      const stream = await source.copyOut('SELECT * FROM many', controller.signal)
      let ended = false
      stream.on('end', () => (ended = true))
      stream.once('data', () => {
        stream.pause()
        controller.abort()
      })
      const [error] = (await once(stream, 'error')) as [unknown]
      expect(error).toMatchObject({ code: 'CANCELLED' })
      expect(ended).toBe(false)
      if (expected.showsActivity) {
        await pause(100)
        expect(await under.writer.rows("SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%'")).toEqual([])
      }
    })

    it('frees its connection when a reader goes away', async () => {
      for (let i = 0; i < 6; i++) {
        const stream = await source.copyOut('SELECT * FROM many')
        await once(stream, 'readable')
        stream.destroy()
        await once(stream, 'close')
      }
      expect(await text(await source.copyOut('SELECT 7'))).toBe('7\n')
    })

    it('never shows half a stream as a whole one', async () => {
      let rows = 0
      let ended = false
      const failed = source.copyOut('SELECT id, 1 / (150000 - id) AS x FROM many ORDER BY id').then(async (stream) => {
        stream.on('end', () => (ended = true))
        for await (const chunk of stream) rows += (chunk as Buffer).length
      })
      await expect(failed).rejects.toMatchObject({ code: 'POSTGRES_QUERY_FAILED', data: { sqlState: '22012' } })
      expect(ended).toBe(false)
    })

    it('names a missing column and a missing table', async () => {
      await expect(source.copyOut('SELECT nosuch FROM thing').then(text)).rejects.toMatchObject({ code: 'POSTGRES_COLUMN_MISSING', data: { column: 'nosuch' } })
      await expect(source.copyOut('SELECT * FROM nosuch').then(text)).rejects.toMatchObject({ code: 'POSTGRES_TABLE_MISSING', data: { table: 'nosuch' } })
    })

    it('keeps values of rows out of errors', async () => {
      const failure = await source.query("SELECT 'ada@example.org'::integer", []).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'POSTGRES_QUERY_FAILED' })
      expect(JSON.stringify([String(failure), failure, String((failure as Error).cause)])).not.toContain('ada@')
    })

    it('reads one snapshot on several streams', async () => {
      const counts = await source.snapshot(async (reader) => {
        const before = await reader.query<{ n: number }>('SELECT count(*)::integer AS n FROM thing', [])
        if (expected.writesDuringSnapshot) await under.writer.run("INSERT INTO thing VALUES (100, 'late')")
        const streams = await Promise.all(['thing', 'many', 'thing', 'nothing'].map((table) => reader.copyOut(`SELECT * FROM ${table}`).then(bytes)))
        const after = await reader.query<{ n: number }>('SELECT count(*)::integer AS n FROM thing', [])
        return { before: before[0]!.n, after: after[0]!.n, same: streams[0]!.equals(streams[2]!), sizes: streams.map((all) => all.length > 0) }
      })
      expect(counts).toEqual({ before: 4, after: 4, same: true, sizes: [true, true, true, false] })
      if (expected.writesDuringSnapshot) {
        expect(await source.query('SELECT count(*)::integer AS n FROM thing', [])).toEqual([{ n: 5 }])
        await under.writer.run('DELETE FROM thing WHERE id = 100')
      }
    })

    it('ends a snapshot whose work fails, and says why', async () => {
      await expect(source.snapshot((reader) => reader.query('SELECT nosuch', []))).rejects.toMatchObject({ code: 'POSTGRES_COLUMN_MISSING' })
      expect(await source.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }])
    })

    it('loads a table whole or not at all', async () => {
      const load = (rows: string): Promise<number> => under.writer.load({ before: ['CREATE TABLE filled (id integer, note text)'], into: 'filled (id, note)', chunks: [Buffer.from(rows)], after: [] })
      await expect(load('1\ta\nnot a number\tb\n')).rejects.toMatchObject({ code: 'POSTGRES_QUERY_FAILED' })
      expect(await load('1\ta\n2\t\\N\n3\t\\\\\n')).toBe(3)
      expect(await text(await source.copyOut('SELECT * FROM filled'))).toBe('1,a\n2,\n3,\\\n')
    })
  })
}

export async function bytes(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

export const text = async (stream: Readable): Promise<string> => (await bytes(stream)).toString('utf8')
