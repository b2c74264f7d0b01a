import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#core/base/clock.ts'
import type { Binaries } from './binaries.ts'
import { serverEnvironment } from './cluster.ts'
import { EmbeddedServerFailed } from './errors.ts'
import { startedAs, type OsUser } from './os-user.ts'

/** Lines of postmaster.pid that we use (PostgreSQL ≥ 10). */
export interface PostmasterFile {
  readonly pid: number
  readonly port: number
  readonly socketFolder: string
  readonly ready: boolean
}

export function readPostmaster(data: string): PostmasterFile | null {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 1) return null
  return { pid, port: Number(lines[3] ?? 0), socketFolder: lines[4] ?? '', ready: (lines[7] ?? '').trim() === 'ready' }
}

/** Whether a process of that number runs. One that has ended and waits for its parent (a zombie) does not. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    // "pid (name) state …": the name may hold anything, so look behind its last parenthesis.
    return /^.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

/**
 * Whether that living process is the server of `data`. A PID may have been given to another program since:
 * on Linux the server's working folder is its data folder; elsewhere a living PID is taken for it.
 */
export function isServerOf(data: string, pid: number): boolean {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return true
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')
  } catch {
    return false
  }
}

/**
 * Settings of a sandbox server: fast bulk loads, nothing that only replication or archiving needs.
 * fsync stays on (switching it off gained 0.1 s). A point-in-time drill needs a restart with `replica`.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  max_connections: '40',
  shared_buffers: '128MB',
  maintenance_work_mem: '256MB',
  wal_buffers: '16MB',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  // Statements may carry values of rows: the log keeps errors without them.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  cluster_name: 'regie-sandbox',
}

export interface StartOptions {
  readonly data: string
  readonly binaries: Binaries
  readonly user: OsUser | null
  readonly clock: Clock
  readonly socketFolder: string | null
  readonly port: number
  readonly logFile: string
  readonly timeoutMs?: number
}

/** Starts the server detached (it must outlive a killed parent without damage) and waits until it accepts connections. */
export async function startPostmaster(options: StartOptions): Promise<PostmasterFile> {
  const { data, binaries, user, clock, socketFolder, port } = options
  const listen = socketFolder ? { listen_addresses: '', unix_socket_directories: socketFolder, unix_socket_permissions: '0700' } : { listen_addresses: '127.0.0.1', unix_socket_directories: '' }
  const settings = Object.entries({ ...SETTINGS, ...listen, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // A pipe to us would break when we die; the server writes to a file of its own.
  const log = openSync(options.logFile, 'a', 0o600)
  const logStart = statSync(options.logFile).size
  const started = startedAs(user, binaries.postgres, ['-D', data, ...settings])
  const child = spawn(started.file, started.args, {
    cwd: data,
    env: serverEnvironment(binaries.root),
    stdio: ['ignore', log, log],
    detached: true,
    windowsHide: true,
    ...started.options,
  })
  closeSync(log)
  let ended: string | null = null
  child.once('error', (error) => (ended = error.message))
  child.once('exit', (code, signal) => (ended = `ended with ${signal ?? `code ${code}`}`))
  child.unref()
  const deadline = clock.monotonic() + (options.timeoutMs ?? 60_000)
  for (;;) {
    const file = readPostmaster(data)
    if (file?.ready && file.pid === child.pid) return file
    if (ended !== null) throw new EmbeddedServerFailed(`The embedded PostgreSQL server did not start (${String(ended)})`, readFileSync(options.logFile).subarray(logStart).toString())
    if (clock.monotonic() > deadline) throw new EmbeddedServerFailed('The embedded PostgreSQL server was not ready in time', readFileSync(options.logFile).subarray(logStart).toString())
    await pause(5)
  }
}

/** Fast shutdown (open transactions are rolled back), then waits for the process to end; after 30 s immediate. */
export async function stopPostmaster(data: string, clock: Clock): Promise<void> {
  const file = readPostmaster(data)
  if (!file || !isServerOf(data, file.pid)) return
  process.kill(file.pid, 'SIGINT')
  const start = clock.monotonic()
  let forced = false
  while (isServerOf(data, file.pid)) {
    if (!forced && clock.monotonic() - start > 30_000) {
      forced = true
      process.kill(file.pid, 'SIGQUIT')
    }
    await pause(5)
  }
}

/** Removes a pid file whose server is gone but whose number lives on in another program (PostgreSQL would refuse to start). */
export function dropStalePidFile(data: string): void {
  const file = readPostmaster(data)
  if (file && !isServerOf(data, file.pid)) rmSync(join(data, 'postmaster.pid'), { force: true })
}
