import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import type { DesktopShell } from '#core/api/client/index.ts'
import { shipped } from '#core/base/package-root.ts'

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
  readonly env: Readonly<Record<string, string | undefined>>
  /** Switches of Chromium, and arguments of Régie. */
  readonly args?: readonly string[]
  /** Another program, such as a packaged app, which carries its own shell. */
  readonly executable?: string
  readonly shell?: string | null
}

/** As root Chromium's sandbox can't work: then, and only then, it goes without. */
export const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** Starts the desktop app as `npm start` does: its core in this Node. */
export function launchWindow({ env, args = [], executable = electronPath() ?? '', shell = shipped('dist', 'electron', 'main.cjs') }: WindowOptions): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: executable,
    args: [...switches, ...(shell === null ? [] : [shell]), ...args],
    env: defined({ REGIE_CORE_NODE: process.execPath, ...env }),
    timeout: 60_000,
  })
}

/** The core behind a window's page. Rejects while there is none. */
export async function coreOf(page: Page): Promise<{ pid: number }> {
  const { corePid } = await page.evaluate(() => (window as Window & { regieShell?: DesktopShell }).regieShell?.about() ?? Promise.reject(new Error('not a window')))
  if (corePid === null) throw new Error('no core now')
  return { pid: corePid }
}

/** Ends it as a person does who answers that it may stop what runs. */
export async function leave(app: ElectronApplication): Promise<void> {
  const ended = app.waitForEvent('close')
  await app.evaluate(({ app: desktop, dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })
    desktop.quit()
  })
  await ended
}

const defined = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
