import { execFile } from 'node:child_process'
import { constants, existsSync } from 'node:fs'
import { access, open, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { DoctorCheck, Finding } from '#core/api/regie.ts'
import { iso, type Clock } from '#core/base/clock.ts'
import { RegieError } from '#core/base/errors.ts'
import { shipped } from '#core/base/package-root.ts'
import { findBinaries } from '#core/connectors/embedded/postgres/binaries.ts'
import { serverUser } from '#core/connectors/embedded/postgres/os-user.ts'
import { dated } from './dated.ts'

const GIGABYTE = 1024 ** 3
/** A sandbox with its pipeline's output, twice over. */
const ENOUGH_BYTES = 2 * GIGABYTE
const TOO_LITTLE_BYTES = GIGABYTE / 4
/** Released after this: a clock that stands before it was never set. */
const BUILT_AFTER = Date.UTC(2025, 0, 1)
const ANSWER_MS = 10_000
const SLOW_WRITE_MS = 50

/** What the machine must offer, checked without opening the program: works on a home that can't be opened. */
export async function examineMachine(home: string, clock: Clock): Promise<DoctorCheck[]> {
  const looks = [nodeVersion, versions, () => homeFolder(home), () => privateFiles(home), () => freeSpace(home), () => diskSpeed(home, clock), () => clockSet(clock), () => database(home), desktop, browser]
  return Promise.all(looks.map((look) => dated('machine', clock, look)))
}

async function nodeVersion(): Promise<Finding> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const good = major > 20 || (major === 20 && minor >= 19)
  return { check: 'node', title: 'Node', state: good ? 'passed' : 'failed', found: process.version, ...(good ? {} : { mend: 'Install Node 20.19 or newer.' }) }
}

/** Native parts are loaded by the process that runs: a wrong ABI shows here, not in the middle of a run. */
async function versions(): Promise<Finding> {
  const check = { check: 'versions', title: 'Native parts' } as const
  try {
    const { default: Database } = await import('better-sqlite3')
    const memory = new Database(':memory:')
    const sqlite = memory.prepare('SELECT sqlite_version()').pluck().get() as string
    memory.close()
    const duckdb = await import('@duckdb/node-api')
    return { ...check, state: 'passed', found: `SQLite ${sqlite}, DuckDB ${duckdb.version()}, ${process.platform} ${process.arch}, ABI ${process.versions.modules}` }
  } catch (error) {
    return { ...check, state: 'failed', found: `A native part can't be loaded (${(error as NodeJS.ErrnoException).code ?? 'unknown'}) by ${process.version}, ABI ${process.versions.modules}`, mend: 'Run npm ci again with this Node.' }
  }
}

async function homeFolder(home: string): Promise<Finding> {
  const check = { check: 'home', title: 'Home folder' } as const
  try {
    const { mode } = await stat(home)
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK)
    // Others may pass through: the sandbox database runs as a user of its own.
    const readable = process.platform !== 'win32' && (mode & 0o066) !== 0
    const rights = (mode & 0o777).toString(8)
    return readable
      ? { ...check, state: 'warning', found: `${home}, mode ${rights}: others may read it`, mend: `chmod 711 ${home}` }
      : { ...check, state: 'passed', found: `${home}, mode ${rights}` }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') return { ...check, state: 'failed', found: `${home} can't be used (${code ?? 'unknown'})`, mend: 'Make it yours, or set REGIE_HOME to a folder that is.' }
    return { ...check, state: 'not-proven', found: `${home} is not there yet`, mend: 'It is made at the first start.' }
  }
}

/** What holds data or keys is for its owner alone. */
async function privateFiles(home: string): Promise<Finding> {
  const check = { check: 'files', title: 'Files of the home' } as const
  if (process.platform === 'win32') return { ...check, state: 'passed', found: 'They inherit the rights of your profile' }
  const names = ['state.sqlite', 'state.sqlite-wal', 'logs', 'backups', 'vault.key'].filter((name) => existsSync(join(home, name)))
  if (names.length === 0) return { ...check, state: 'not-proven', found: 'Nothing was written yet', mend: 'Files are made at the first start.' }
  const modes = await Promise.all(names.map(async (name) => ({ name, mode: (await stat(join(home, name))).mode })))
  const loose = modes.filter(({ mode }) => (mode & 0o002) !== 0).map(({ name }) => name)
  return loose.length === 0
    ? { ...check, state: 'passed', found: `${names.join(', ')}: others may not write` }
    : { ...check, state: 'failed', found: `Others may write to ${loose.join(', ')}`, mend: `chmod -R o-w ${home}` }
}

/** A commit waits for the disk: what a small write with fsync takes, the middle of five. */
async function diskSpeed(home: string, clock: Clock): Promise<Finding> {
  const check = { check: 'disk-speed', title: 'Speed of the disk' } as const
  if (!existsSync(home)) return { ...check, state: 'not-proven', found: 'The home is not there yet', mend: 'It is made at the first start.' }
  const file = join(home, `.doctor-${process.pid}`)
  try {
    const handle = await open(file, 'w', 0o600)
    const taken: number[] = []
    try {
      for (let i = 0; i < 5; i++) {
        const begun = clock.monotonic()
        await handle.write(Buffer.alloc(4096, i), 0, 4096, 0)
        await handle.datasync()
        taken.push(clock.monotonic() - begun)
      }
    } finally {
      await handle.close()
    }
    const middle = taken.toSorted((a, b) => a - b)[2] ?? 0
    const found = `A small write is on the disk after ${middle.toFixed(1)} ms`
    return middle < SLOW_WRITE_MS ? { ...check, state: 'passed', found } : { ...check, state: 'warning', found, mend: 'Put the home on a local disk: every step of a run waits for this write.' }
  } catch (error) {
    return { ...check, state: 'failed', found: `Nothing can be written to ${home} (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, mend: 'Free some space, or check the rights of the folder.' }
  } finally {
    await rm(file, { force: true })
  }
}

async function freeSpace(home: string): Promise<Finding> {
  let folder = home
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const state = free < TOO_LITTLE_BYTES ? 'failed' : free < ENOUGH_BYTES ? 'warning' : 'passed'
  return { check: 'space', title: 'Free space', state, found: `${(free / GIGABYTE).toFixed(1)} GB`, ...(state === 'passed' ? {} : { mend: `Free some space on the disk of ${folder}: 2 GB is comfortable.` }) }
}

async function clockSet(clock: Clock): Promise<Finding> {
  const now = clock.now()
  const good = now > BUILT_AFTER
  return { check: 'clock', title: 'Clock', state: good ? 'passed' : 'failed', found: `${iso(now)}, zone ${Intl.DateTimeFormat().resolvedOptions().timeZone}`, ...(good ? {} : { mend: "Set the machine's clock." }) }
}

/** Asks the embedded server for its version: the binary is there, whole and runs on this machine. */
async function database(home: string): Promise<Finding> {
  const check = { check: 'database', title: 'Sandbox database' } as const
  try {
    const { postgres } = findBinaries({ user: null, engines: join(home, 'engines') })
    const { stdout } = await promisify(execFile)(postgres, ['--version'], { timeout: ANSWER_MS })
    if (serverUser() !== undefined) return { ...check, state: 'passed', found: stdout.trim() }
    return { ...check, state: 'warning', found: `${stdout.trim()} runs, but not for root`, mend: 'Add an operating-system user postgres; until then PGlite is used.' }
  } catch (error) {
    const why = error instanceof RegieError ? error.what : `the embedded PostgreSQL doesn't run here (${(error as NodeJS.ErrnoException).code ?? 'failed'})`
    return { ...check, state: 'warning', found: `PGlite is used: ${why}`, mend: 'Run npm ci again, with optional packages.' }
  }
}

async function desktop(): Promise<Finding> {
  const there = existsSync(shipped('node_modules', 'electron', 'dist'))
  return there
    ? { check: 'desktop', title: 'Desktop window', state: 'passed', found: 'An Electron runtime is installed' }
    : { check: 'desktop', title: 'Desktop window', state: 'not-proven', found: 'No Electron runtime: the console opens in a browser' }
}

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app', '/Applications/Chromium.app']

async function browser(): Promise<Finding> {
  const found = BROWSERS.find((file) => existsSync(file))
  return found
    ? { check: 'browser', title: 'Chromium', state: 'passed', found }
    : { check: 'browser', title: 'Chromium', state: 'not-proven', found: 'Not found; only the end-to-end tests need it' }
}
