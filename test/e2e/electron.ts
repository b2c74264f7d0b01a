import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import { packageRoot, shipped } from '#core/base/package-root.ts'

/**
 * The Electron to try the window in: $ELECTRON_PATH, else the one that the electron package has fetched, else what
 * test/lab/get-electron.sh made. Null where there is none: nothing is downloaded.
 */
export function electronPath(): string | null {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return [process.env.ELECTRON_PATH, fetched(), join(cache, 'regie-test', 'electron', 'electron')].find((path) => path && existsSync(path)) ?? null
}

function fetched(): string | null {
  const folder = shipped('node_modules', 'electron')
  const name = join(folder, 'path.txt')
  return existsSync(name) ? join(folder, 'dist', readFileSync(name, 'utf8').trim()) : null
}

export interface WindowOptions {
  readonly executable: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Switches of Chromium, then arguments of Régie. */
  readonly args?: readonly string[]
  /** App folder or file; the repository's own by default. */
  readonly app?: string
}

/** Starts the desktop app as a user does. As root Chromium's sandbox can't work: then, and only then, it goes without. */
export function launchElectron({ executable, env, args = [], app = packageRoot }: WindowOptions): Promise<ElectronApplication> {
  const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return _electron.launch({ executablePath: executable, args: [...switches, app, ...args], env: defined(env), timeout: 60_000 })
}

const defined = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
