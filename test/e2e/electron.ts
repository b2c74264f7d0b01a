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

/** As root Chromium's sandbox can't work: then, and only then, it goes without. A virtual screen has no GPU to try. */
export const switches = [...(process.platform === 'linux' ? ['--disable-gpu'] : []), ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]

/** A launch that Playwright loses on a busy machine never answers: it is ended and tried again. */
const LAUNCH_MS = 30_000

/** Starts the desktop app as `npm start` does: its core in this Node. */
export async function launchWindow({ env, args = [], executable = electronPath() ?? '', shell = shipped('dist', 'electron', 'main.cjs') }: WindowOptions): Promise<ElectronApplication> {
  const options = {
    executablePath: executable,
    args: [...switches, ...(shell === null ? [] : [shell]), ...args],
    env: defined({ REGIE_CORE_NODE: process.execPath, ...env }),
    timeout: LAUNCH_MS,
  }
  try {
    return await _electron.launch(options)
  } catch (error) {
    if (!(error instanceof Error && error.name === 'TimeoutError')) throw error
    return _electron.launch(options)
  }
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
