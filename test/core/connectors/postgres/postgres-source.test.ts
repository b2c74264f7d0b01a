import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '#core/connectors/postgres/postgres-source.ts'
import { openTableLoader } from '#core/connectors/postgres/table-loader.ts'
import { bytes, sourceDatabaseContract, text } from '#test/contracts/source-database.ts'
import { machinePostgresBin, startMachinePostgres, type MachinePostgres } from '#test/support/machine-postgres.ts'
import { notRun } from '#test/support/not-run.ts'

const bin = machinePostgresBin()
if (!bin) notRun('PostgreSQL connector against the machine’s own server', 'no PostgreSQL programs are installed')

if (bin) {
  sourceDatabaseContract(
    'the machine’s own PostgreSQL',
    async () => {
      const server = await startMachinePostgres(bin)
      const source = openPostgres({ connection: server.connection, server: 'machine' })
      const writer = await openTableLoader(server.connection, 'machine')
      return {
        source,
        writer,
        async close() {
          await writer.close()
          await source.close()
          await server.stop()
        },
      }
    },
    { abortWithinMs: 2_000, writesDuringSnapshot: true, showsActivity: true },
  )

  describe('PostgreSQL connector', () => {
    let server: MachinePostgres
    beforeAll(async () => {
      server = await startMachinePostgres(bin)
    })
    afterAll(() => server.stop())

    it('breaks off text that is no UTF-8, which only an SQL_ASCII database can hold', async () => {
      const admin = await openTableLoader(server.connection, 'machine')
      await admin.run("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
      const connection = { ...server.connection, database: 'ascii' }
      const writer = await openTableLoader(connection, 'ascii')
      await writer.run(`CREATE TABLE raw (id integer, note text); INSERT INTO raw VALUES (1, 'fine'), (2, convert_from('\\xff41'::bytea, 'SQL_ASCII'))`)
      const source = openPostgres({ connection, server: 'ascii' })
      expect(await text(await source.copyOut('SELECT * FROM raw WHERE id = 1'))).toBe('1,fine\n')
      await expect(source.copyOut('SELECT * FROM raw').then(bytes)).rejects.toMatchObject({ code: 'POSTGRES_INVALID_TEXT' })
      await source.close()
      await writer.close()
      await admin.close()
    })

    it('destroys the stream with a typed error when the connection breaks', async () => {
      const source = openPostgres({ connection: server.connection, server: 'machine' })
      const admin = await openTableLoader(server.connection, 'machine')
      const stream = await source.copyOut("SELECT g, repeat('x', 1000) FROM generate_series(1, 100000) g")
      let ended = false
      stream.on('end', () => (ended = true))
      // the first bytes only: the server can't have sent all of it when its backend is ended
      await once(stream, 'readable')
      await admin.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY (%'")
      await expect(bytes(stream).then(({ length }) => length)).rejects.toMatchObject({ code: 'POSTGRES_UNREACHABLE', retry: 'later' })
      expect(ended).toBe(false)
      expect(await source.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }])
      await admin.close()
      await source.close()
    })

    it('says that nobody answers, without the password', async () => {
      const port = await new Promise<number>((resolve) => {
        const probe = createServer().listen(0, '127.0.0.1', () => {
          const address = probe.address()
          probe.close(() => resolve(typeof address === 'object' && address ? address.port : 1))
        })
      })
      const source = openPostgres({ connection: { host: '127.0.0.1', port, user: 'u', database: 'd', password: 'hunter2-secret' }, server: 'prod' })
      const failure = await source.query('SELECT 1', []).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'POSTGRES_UNREACHABLE', retry: 'later' })
      expect(JSON.stringify([String(failure), failure, (failure as Error).stack])).not.toContain('hunter2')
      await source.close()
    })

    it('says that the login was refused', async () => {
      const source = openPostgres({ connection: { ...server.connection, database: 'nosuch' }, server: 'machine' })
      await expect(source.query('SELECT 1', [])).rejects.toMatchObject({ code: 'POSTGRES_REFUSED' })
      await source.close()
    })
  })
}
