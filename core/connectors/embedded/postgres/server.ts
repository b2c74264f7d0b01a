import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#core/base/clock.ts'
import type { PostgresConnection } from '#core/connectors/postgres/connection.ts'
import { findBinaries, type Binaries } from './binaries.ts'
import { ensureCluster, openFoldersFor, SUPERUSER } from './cluster.ts'
import { EmbeddedServerFailed, EmbeddedServerUnavailable } from './errors.ts'
import { lockFile } from './folder-lock.ts'
import { enteringAll, firstClosedFolder, serverUser, type OsUser } from './os-user.ts'
import { dropStalePidFile, isAlive, isServerOf, readPostmaster, startPostmaster, stopPostmaster, type PostmasterFile } from './postmaster.ts'

export interface EmbeddedServerOptions {
  /** Everything of this server: data/, run/, users/, postgres.log. */
  readonly folder: string
  /** REGIE_HOME: folders between it and `folder` are ours to open for the server's user. */
  readonly home: string
  readonly clock: Clock
  /** Default: 'socket' where the path is short enough, else 'tcp' (loopback with a password). */
  readonly transport?: 'socket' | 'tcp'
  /** For tests. */
  readonly user?: OsUser | null
  readonly enterAll?: (user: OsUser) => OsUser | null
  readonly packageFolder?: string
}

export interface EmbeddedServer {
  readonly connection: PostgresConnection
  readonly packageVersion: string
  /** Its server was already running: started by another process, or left by a killed one. */
  readonly adopted: boolean
  readonly pid: number
  /** Leaves; the last one out stops the server. Idempotent. */
  close(): Promise<void>
}

/** sockaddr_un holds 103 (macOS) or 107 bytes; `/.s.PGSQL.5432` takes 14. */
const LONGEST_SOCKET_FOLDER = 88
const SOCKET_PORT = 5432

/**
 * Starts, or joins, the server of `folder`. Processes register in users/<pid>; a dead one's file counts for nothing.
 * Throws EmbeddedServerUnavailable (with the reason) where no server can run.
 */
export async function openEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { folder, home, clock } = options
  let user = options.user === undefined ? serverUser() : options.user
  if (user === undefined) throw new EmbeddedServerUnavailable('PostgreSQL refuses to run as this operating-system user, and no other one (postgres, nobody) exists')
  mkdirSync(join(folder, 'users'), { recursive: true, mode: 0o700 })
  if (user) {
    openFoldersFor(user, foldersBetween(home, folder))
    const closed = firstClosedFolder(folder, user)
    const able = closed ? (options.enterAll ?? enteringAll)(user) : user
    if (!able) throw new EmbeddedServerUnavailable(`user ${user.name}, as which it must run, may not enter ${closed}`)
    user = able
  }
  const binaries = findBinaries({ user, engines: join(home, 'engines'), packageFolder: options.packageFolder })
  const unlock = await lockFile(join(folder, 'start.lock'), { clock, waitMs: 120_000, why: 'it starts or stops the server' })
  try {
    const transport = options.transport ?? (process.platform === 'win32' || Buffer.byteLength(join(folder, 'run')) > LONGEST_SOCKET_FOLDER ? 'tcp' : 'socket')
    const password = transport === 'tcp' ? ownPassword(folder) : null
    const data = await ensureCluster({ folder, binaries, user, password })
    const running = await runningServer(data, clock)
    const server = running ?? (await start({ folder, data, binaries, user, clock, transport }))
    const mine = join(folder, 'users', `${process.pid}-${randomBytes(4).toString('hex')}`)
    writeFileSync(mine, '')
    const secret = server.socketFolder ? undefined : (password ?? ownPassword(folder))
    let closing: Promise<void> | null = null
    const atExit = (): void => leaveAtExit(folder, data, mine)
    process.once('exit', atExit)
    return {
      connection: { host: server.socketFolder || '127.0.0.1', port: server.port, user: SUPERUSER, database: 'postgres', password: secret },
      packageVersion: binaries.packageVersion,
      adopted: running !== null,
      pid: server.pid,
      close: () => {
        process.off('exit', atExit)
        return (closing ??= leave(folder, data, mine, clock))
      },
    }
  } finally {
    unlock()
  }
}

async function leave(folder: string, data: string, mine: string, clock: Clock): Promise<void> {
  const unlock = await lockFile(join(folder, 'start.lock'), { clock, waitMs: 120_000, why: 'it starts or stops the server' })
  try {
    rmSync(mine, { force: true })
    for (const name of readdirSync(join(folder, 'users'))) {
      if (isAlive(Number.parseInt(name, 10))) return
      rmSync(join(folder, 'users', name), { force: true })
    }
    await stopPostmaster(data, clock)
  } finally {
    unlock()
  }
}

/** What can still be done when the process ends without closing: nothing that waits. */
function leaveAtExit(folder: string, data: string, mine: string): void {
  try {
    rmSync(mine, { force: true })
    const others = readdirSync(join(folder, 'users')).some((name) => Number.parseInt(name, 10) !== process.pid && isAlive(Number.parseInt(name, 10)))
    const server = readPostmaster(data)
    if (!others && server && isServerOf(data, server.pid)) process.kill(server.pid, 'SIGINT')
  } catch {
    // The next process adopts the server.
  }
}

/** The server that runs on `data`, waited for while it recovers; null when there is none. Under the lock. */
async function runningServer(data: string, clock: Clock): Promise<PostmasterFile | null> {
  const deadline = clock.monotonic() + 60_000
  for (let file = readPostmaster(data); file && isServerOf(data, file.pid); file = readPostmaster(data)) {
    if (file.ready) return file
    if (clock.monotonic() > deadline) throw new EmbeddedServerUnavailable(`its process ${file.pid} runs but does not become ready`)
    await pause(20)
  }
  return null
}

async function start(options: { folder: string; data: string; binaries: Binaries; user: OsUser | null; clock: Clock; transport: 'socket' | 'tcp' }): Promise<PostmasterFile> {
  const { folder, data, binaries, user, clock } = options
  dropStalePidFile(data)
  const socketFolder = options.transport === 'socket' ? join(folder, 'run') : null
  if (socketFolder) {
    rmSync(socketFolder, { recursive: true, force: true })
    mkdirSync(socketFolder, { mode: 0o700 })
    chmodSync(socketFolder, 0o700)
    if (user) chownSync(socketFolder, user.uid, user.gid)
  }
  const port = socketFolder ? SOCKET_PORT : await freePort()
  // Backends of a killed server may live on for a moment and hold its shared memory.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce()
    } catch (error) {
      const held = error instanceof EmbeddedServerFailed && /shared memory block/.test(String(error.data?.log))
      if (!held || attempt === 50) throw error
      await pause(100)
    }
  }

  function startOnce(): Promise<PostmasterFile> {
    return startPostmaster({ data, binaries, user, clock, socketFolder, port, logFile: join(folder, 'postgres.log') })
  }
}

/** `home` and what lies below it on the way to `folder`. */
function foldersBetween(home: string, folder: string): string[] {
  const folders = [folder]
  for (let up = folder; up !== home && up.startsWith(home); ) {
    up = join(up, '..')
    folders.push(up)
  }
  return folders
}

/** Password of the loopback transport, made once per folder. */
function ownPassword(folder: string): string {
  const file = join(folder, 'password')
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 })
  return readFileSync(file, 'utf8')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
