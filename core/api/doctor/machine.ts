import { execFile } from 'node:child_process'
import { constants, existsSync } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { DoctorCheck } from '#core/api/regie.ts'
import { iso, type Clock } from '#core/base/clock.ts'
import { RegieError } from '#core/base/errors.ts'
import { shipped } from '#core/base/package-root.ts'
import { findBinaries } from '#core/connectors/embedded/postgres/binaries.ts'
import { serverUser } from '#core/connectors/embedded/postgres/os-user.ts'

const GIGABYTE = 1024 ** 3
/** A sandbox with its pipeline's output, twice over. */
const ENOUGH_BYTES = 2 * GIGABYTE
const TOO_LITTLE_BYTES = GIGABYTE / 4
/** Released after this: a clock that stands before it was never set. */
const BUILT_AFTER = Date.UTC(2025, 0, 1)
const ANSWER_MS = 10_000

/** What the machine must offer, checked without opening the program: works on a home that can't be opened. */
export async function examineMachine(home: string, clock: Clock): Promise<DoctorCheck[]> {
  return Promise.all([nodeVersion(), homeFolder(home), freeSpace(home), clockSet(clock), database(home), desktop(), browser()])
}

async function nodeVersion(): Promise<DoctorCheck> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const good = major > 20 || (major === 20 && minor >= 19)
  return { check: 'node', title: 'Node', state: good ? 'passed' : 'failed', found: process.version, ...(good ? {} : { mend: 'Install Node 20.19 or newer.' }) }
}

async function homeFolder(home: string): Promise<DoctorCheck> {
  const check = { check: 'home', title: 'Home folder' }
  try {
    const { mode } = await stat(home)
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK)
    // Others may pass through: the sandbox database runs as a user of its own.
    const open = process.platform !== 'win32' && (mode & 0o066) !== 0
    const rights = (mode & 0o777).toString(8)
    return open
      ? { ...check, state: 'warning', found: `${home}, mode ${rights}: others may read it`, mend: `chmod 711 ${home}` }
      : { ...check, state: 'passed', found: `${home}, mode ${rights}` }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') return { ...check, state: 'failed', found: `${home} can't be used (${code ?? 'unknown'})`, mend: 'Make it yours, or set REGIE_HOME to a folder that is.' }
    return { ...check, state: 'not-proven', found: `${home} is not there yet`, mend: 'It is made at the first start.' }
  }
}

async function freeSpace(home: string): Promise<DoctorCheck> {
  let folder = home
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const state = free < TOO_LITTLE_BYTES ? 'failed' : free < ENOUGH_BYTES ? 'warning' : 'passed'
  return { check: 'space', title: 'Free space', state, found: `${(free / GIGABYTE).toFixed(1)} GB`, ...(state === 'passed' ? {} : { mend: `Free some space on the disk of ${folder}: 2 GB is comfortable.` }) }
}

async function clockSet(clock: Clock): Promise<DoctorCheck> {
  const now = clock.now()
  const good = now > BUILT_AFTER
  return { check: 'clock', title: 'Clock', state: good ? 'passed' : 'failed', found: iso(now), ...(good ? {} : { mend: "Set the machine's clock." }) }
}

/** Asks the embedded server for its version: the binary is there, whole and runs on this machine. */
async function database(home: string): Promise<DoctorCheck> {
  const check = { check: 'database', title: 'Sandbox database' }
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

async function desktop(): Promise<DoctorCheck> {
  const there = existsSync(shipped('node_modules', 'electron', 'dist'))
  return there
    ? { check: 'desktop', title: 'Desktop window', state: 'passed', found: 'An Electron runtime is installed' }
    : { check: 'desktop', title: 'Desktop window', state: 'not-proven', found: 'No Electron runtime: the console opens in a browser' }
}

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app', '/Applications/Chromium.app']

async function browser(): Promise<DoctorCheck> {
  const found = BROWSERS.find((file) => existsSync(file))
  return found
    ? { check: 'browser', title: 'Chromium', state: 'passed', found }
    : { check: 'browser', title: 'Chromium', state: 'not-proven', found: 'Not found; only the end-to-end tests need it' }
}
