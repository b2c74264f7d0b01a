import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TableVersion, Warehouse, WarehouseSession } from '#core/connectors/types.ts'

export const rowsOf = (count: number, text = 'r'): string => `SELECT range::VARCHAR AS id, '${text}' || range AS body, range % 7 AS n, CASE WHEN range % 2 = 0 THEN NULL ELSE '' END AS gap, now() AS stamped FROM range(${count})`

/** What every warehouse must do. `open` gives an empty one. */
export function warehouseContract(name: string, open: () => Promise<Warehouse>): void {
  describe(`warehouse contract: ${name}`, () => {
    let warehouse: Warehouse
    let session: WarehouseSession
    beforeEach(async () => {
      warehouse = await open()
      session = await warehouse.open()
    })
    afterEach(async () => {
      await session.close()
      await warehouse.close()
    })

    const stage = (select: string, runId = 'r1', table = 't'): Promise<TableVersion> => session.stage(table, select, { runId, hashExcludes: ['stamped'] })
    const count = async (relation: string): Promise<number> => {
      const fresh = await warehouse.open()
      try {
        return (await fresh.rows<{ n: number }>(`SELECT count(*) AS n FROM ${relation}`))[0]?.n ?? -1
      } finally {
        await fresh.close()
      }
    }
    const publish = (versions: readonly TableVersion[], fence = 1, runId = 'r1'): Promise<readonly TableVersion[]> => warehouse.publish(versions, { runId, fence })

    it('shows nothing before the publish and all of it afterwards', async () => {
      const staged = await stage(rowsOf(1000))
      expect(staged).toMatchObject({ table: 't', version: 1, rows: 1000, state: 'staged' })
      await expect(count('t')).rejects.toMatchObject({ code: 'WAREHOUSE_QUERY_FAILED' })
      await publish([staged])
      expect(await count('t')).toBe(1000)
      expect(await warehouse.tables()).toMatchObject([{ name: 't', kind: 'table', current: { version: 1, state: 'current' } }])
    })

    it('hashes content whatever the order of rows and without the excluded columns', async () => {
      const one = await stage(rowsOf(500), 'a')
      const two = await stage(`${rowsOf(500)} ORDER BY id DESC`, 'b')
      const other = await stage(rowsOf(500, 'x'), 'c')
      expect(two.contentHash).toBe(one.contentHash)
      expect(other.contentHash).not.toBe(one.contentHash)
    })

    it('tells a doubled row and NULL from the empty string', async () => {
      const hash = async (select: string, run: string): Promise<string> => (await stage(select, run)).contentHash
      const once = await hash("SELECT 'a' AS x", '1')
      expect(await hash("SELECT 'a' AS x UNION ALL SELECT 'a'", '2')).not.toBe(once)
      expect(await hash("SELECT ''::VARCHAR AS x", '3')).not.toBe(await hash('SELECT NULL::VARCHAR AS x', '4'))
    })

    it('replaces what the same run staged before', async () => {
      const first = await stage(rowsOf(10))
      const second = await stage(rowsOf(20))
      expect(await warehouse.version('t', first.version)).toBeNull()
      expect((await warehouse.versions('t')).map((version) => version.rows)).toEqual([20])
      await expect(publish([first])).rejects.toMatchObject({ code: 'TABLE_VERSION_MISSING' })
      await publish([second])
      expect(await count('t')).toBe(20)
    })

    it('keeps the version before, and swaps it back', async () => {
      const [one] = await publish([await stage(rowsOf(10), 'a')])
      await publish([await stage(rowsOf(20), 'b')], 2, 'b')
      expect((await warehouse.versions('t')).map((version) => version.state)).toEqual(['current', 'previous'])
      await publish([one as TableVersion], 3, 'c')
      expect(await count('t')).toBe(10)
      expect((await warehouse.versions('t')).map((version) => [version.version, version.state])).toEqual([[2, 'previous'], [1, 'current']])
    })

    it('publishes the same version twice without harm', async () => {
      const staged = await stage(rowsOf(10))
      await publish([staged])
      await publish([staged])
      expect((await warehouse.versions('t')).map((version) => version.state)).toEqual(['current'])
    })

    it('refuses a holder that a newer one has overtaken, and leaves all tables as they were', async () => {
      await publish([await stage(rowsOf(10), 'a', 'first')], 5)
      const late = [await stage(rowsOf(11), 'b', 'other'), await stage(rowsOf(12), 'b', 'first')]
      await expect(publish(late, 4, 'b')).rejects.toMatchObject({ code: 'PUBLISH_FENCED' })
      expect(await count('first')).toBe(10)
      expect((await warehouse.tables()).map((table) => table.name)).toEqual(['first'])
    })

    it('refuses when the gates saw another hash', async () => {
      const staged = await stage(rowsOf(10))
      await expect(publish([{ ...staged, sha256: '0'.repeat(64) }])).rejects.toMatchObject({ code: 'STAGED_DATA_CHANGED' })
      await expect(count('t')).rejects.toMatchObject({ code: 'WAREHOUSE_QUERY_FAILED' })
    })

    it('lets an open session read on as of its start', async () => {
      await publish([await stage(rowsOf(10), 'a')])
      const early = await warehouse.open()
      await publish([await stage(rowsOf(20), 'b')], 2, 'b')
      expect(await early.rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 10 }])
      expect(await count('t')).toBe(20)
      await early.close()
    })

    it('reads a staged version by its relation', async () => {
      const staged = await stage(rowsOf(10))
      expect(await session.rows(`SELECT count(*) AS n FROM ${await session.relation('t', staged.version)}`)).toEqual([{ n: 10 }])
      await expect(session.relation('t', 99)).rejects.toMatchObject({ code: 'TABLE_VERSION_MISSING' })
    })

    it('shows views over published tables, and views over views', async () => {
      await warehouse.defineViews([{ name: 'v', sql: 'SELECT id FROM t WHERE n = 0' }, { name: 'w', sql: 'SELECT count(*) AS c FROM v' }])
      await publish([await stage(rowsOf(70))])
      expect(await count('v')).toBe(10)
      const fresh = await warehouse.open()
      expect(await fresh.rows('SELECT c FROM w')).toEqual([{ c: 10 }])
      await fresh.close()
    })

    it('gives plain JSON values and binds parameters', async () => {
      const rows = await session.rows(
        "SELECT $a AS a, 9007199254740993::BIGINT AS big, 5::BIGINT AS small, DATE '2026-11-21' AS d, TIMESTAMP '2026-11-21 10:58:14.123' AS t, 1.5::DECIMAL(4,2) AS dec, NULL AS gone, [1, 2] AS list, true AS yes",
        { a: "it's" },
      )
      expect(rows).toEqual([{ a: "it's", big: '9007199254740993', small: 5, d: '2026-11-21', t: '2026-11-21T10:58:14.123Z', dec: 1.5, gone: null, list: [1, 2], yes: true }])
    })

    it('streams in chunks', async () => {
      let rows = 0
      let largest = 0
      for await (const chunk of session.chunks(rowsOf(50_000))) {
        rows += chunk.length
        largest = Math.max(largest, chunk.length)
      }
      expect(rows).toBe(50_000)
      expect(largest).toBeLessThanOrEqual(4096)
    })

    it('interrupts a statement when aborted', async () => {
      const abort = new AbortController()
      const endless = session.rows('SELECT sum(a.range * b.range) AS s FROM range(1000000) a, range(1000000) b', {}, abort.signal)
      setTimeout(() => abort.abort(), 50)
      await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(await session.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
    })

    it('exports CSV and Parquet', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'regie-export-'))
      try {
        expect(await session.exportTo("SELECT 1 AS a, 'x, \"y\"\nz' AS b", join(folder, 'e.csv'))).toBe(1)
        expect(readFileSync(join(folder, 'e.csv'), 'utf8').trimEnd()).toBe('a,b\n1,"x, ""y""\nz"')
        expect(await session.exportTo(rowsOf(100), join(folder, 'e.parquet'))).toBe(100)
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  })
}
