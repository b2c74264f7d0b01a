import { existsSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { shipped } from '#core/base/package-root.ts'
import { notRun } from '#test/support/not-run.ts'
import { chromiumPath, launchChromium } from './chromium.mjs'
import { openDisplay } from './display.ts'
import { coreOf, electronPath, launchWindow, leave } from './electron.ts'
import { prepareRegie, regieFile, startRegie } from './serve.mjs'

/** The two ways in that people have: the same page, the same tests. */
export const doors = ['browser', 'window'] as const
export type DoorKind = (typeof doors)[number]

export interface DoorOptions {
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly locale?: 'en-GB' | 'fr-FR'
  readonly colorScheme?: 'light' | 'dark'
}

/** The core behind the page. */
export interface CoreBehind {
  /** Rejects while there is none. */
  health(): Promise<{ readonly pid: number }>
  /** kill -9; the process that was hit. */
  kill(): Promise<number>
}

export interface Door {
  readonly kind: DoorKind
  readonly page: Page
  readonly regie: CoreBehind
  /** Goes to a path of the console ('/audit') and waits for its heading. */
  go(path: string): Promise<void>
  close(): Promise<void>
}

/** Says once per run, and per door, what this machine lacks for it; in CI that is a failure. */
export function doorMissing(kind: DoorKind): boolean {
  const what = kind === 'browser' ? 'the console in a browser' : 'the console in an Electron window'
  if (!existsSync(regieFile) || !existsSync(shipped('dist', 'page', 'index.html'))) return notRun(what, 'not built: npm run build')
  if (kind === 'browser') return chromiumPath() === null && notRun(what, 'no Chromium; set CHROMIUM_PATH or install it')
  if (!existsSync(shipped('dist', 'electron', 'main.cjs'))) return notRun(what, 'not built: npm run build')
  return electronPath() === null && notRun(what, 'no Electron; set ELECTRON_PATH, or run test/lab/get-electron.sh')
}

/** The real console over a real core and a sandbox of its own, in a browser or in the desktop window. */
export async function openDoor(kind: DoorKind, { viewport = { width: 1280, height: 800 }, locale = 'en-GB', colorScheme = 'light' }: DoorOptions = {}): Promise<Door> {
  const open = kind === 'browser' ? openBrowser : openWindow
  const door = await open({ viewport, locale, colorScheme })
  door.page.setDefaultTimeout(20_000)
  return {
    kind,
    ...door,
    go: async (path) => {
      await door.page.evaluate((hash) => {
        location.hash = hash
      }, `#${path}`)
      await door.page.locator('.head h1').waitFor()
    },
  }
}

type Opened = Pick<Door, 'page' | 'regie' | 'close'>

const killing = (health: CoreBehind['health']): CoreBehind => ({
  health,
  kill: async () => {
    const { pid } = await health()
    process.kill(pid, 'SIGKILL')
    return pid
  },
})

async function openBrowser({ viewport, locale, colorScheme }: Required<DoorOptions>): Promise<Opened> {
  const regie = await startRegie()
  const browser = await launchChromium(chromiumPath() ?? '')
  const context = await browser.newContext({ viewport, locale, colorScheme })
  const page = await context.newPage()
  await page.goto(regie.url)
  return {
    page,
    regie: killing(() => regie.health()),
    close: async () => {
      await browser.close()
      await regie.close()
    },
  }
}

async function openWindow({ viewport, locale, colorScheme }: Required<DoorOptions>): Promise<Opened> {
  const display = await openDisplay()
  if (!display) throw new Error('no display and no Xvfb: install xvfb')
  const prepared = prepareRegie()
  const app = await launchWindow({ env: { ...prepared.env, ...display.env }, args: [`--lang=${locale}`, `--workspace=${prepared.workspace}`] })
  const page = await app.firstWindow()
  await page.emulateMedia({ colorScheme })
  await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height), viewport)
  return {
    page,
    regie: killing(() => coreOf(page)),
    close: async () => {
      await leave(app)
      prepared.remove()
      display.close()
    },
  }
}
