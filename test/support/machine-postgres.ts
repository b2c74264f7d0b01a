import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemClock } from '#core/base/clock.ts'
import { ensureCluster, SUPERUSER } from '#core/connectors/embedded/postgres/cluster.ts'
import { serverUser } from '#core/connectors/embedded/postgres/os-user.ts'
import { startPostmaster, stopPostmaster } from '#core/connectors/embedded/postgres/postmaster.ts'
import type { PostgresConnection } from '#core/connectors/postgres/connection.ts'

export interface MachinePostgres {
  readonly connection: PostgresConnection
  stop(): Promise<void>
}

/** bin/ folder of the newest PostgreSQL that this machine has installed, or null. */
export function machinePostgresBin(): string | null {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : []
  for (const version of versions) if (existsSync(join(root, version, 'bin', 'initdb'))) return join(root, version, 'bin')
  try {
    const found = dirname(realpathSync(execFileSync('which', ['postgres'], { encoding: 'utf8' }).trim()))
    return existsSync(join(found, 'initdb')) ? found : null
  } catch {
    return null
  }
}

/** A throw-away server from the machine's own programs; never the one that may run as a service. */
export async function startMachinePostgres(bin: string): Promise<MachinePostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'regie-pg-'))
  const user = serverUser() ?? null
  chmodSync(folder, 0o711)
  const run = join(folder, 'run')
  mkdirSync(run, { mode: 0o700 })
  if (user) chownSync(run, user.uid, user.gid)
  const binaries = { root: dirname(bin), initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), packageVersion: 'machine' }
  const data = await ensureCluster({ folder, binaries, user, password: null })
  const server = await startPostmaster({ data, binaries, user, clock: systemClock, socketFolder: run, port: 5432, logFile: join(folder, 'log') })
  return {
    connection: { host: run, port: server.port, user: SUPERUSER, database: 'postgres' },
    async stop() {
      await stopPostmaster(data, systemClock)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
