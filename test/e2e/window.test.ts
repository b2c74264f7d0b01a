import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { shipped } from '#core/base/package-root.ts'
import { doorMissing } from './door.ts'
import { openDisplay, type Display } from './display.ts'
import { coreOf, electronPath, launchWindow, leave, switches } from './electron.ts'
import { prepareRegie, type Prepared } from './serve.mjs'

const LONG = 120_000
type Asked = typeof globalThis & { asked: string[]; answer: number }

describe.runIf(!doorMissing('window'))('the desktop window', () => {
  let display: Display | null
  let prepared: Prepared
  let app: ElectronApplication | null = null
  let page: Page

  beforeAll(async () => {
    display = await openDisplay()
    prepared = prepareRegie()
  }, LONG)
  afterEach(async () => {
    if (app) await leave(app)
    app = null
  }, LONG)
  afterAll(() => {
    prepared?.remove()
    display?.close()
  }, LONG)

  const open = async (args: readonly string[] = []): Promise<ElectronApplication> => {
    app = await launchWindow({ env: { ...prepared.env, ...display?.env }, args: ['--lang=en-GB', `--workspace=${prepared.workspace}`, ...args] })
    page = await app.firstWindow()
    page.setDefaultTimeout(30_000)
    await page.locator('.head h1').waitFor()
    return app
  }
  const hash = (): Promise<string> => page.evaluate(() => location.hash)
  const menu = (window: ElectronApplication): Promise<string[]> => window.evaluate(({ Menu }) => (Menu.getApplicationMenu()?.items ?? []).map(({ label }) => label))
  /** What a click in the menu does. */
  const click = (window: ElectronApplication, label: string): Promise<void> =>
    window.evaluate(({ Menu }, wanted) => {
      for (const { submenu } of Menu.getApplicationMenu()?.items ?? []) for (const item of submenu?.items ?? []) if (item.label === wanted && item.visible) item.click()
    }, label)
  /** Answers questions instead of a person, and remembers what was asked. */
  const answering = (window: ElectronApplication, answer: number): Promise<void> =>
    window.evaluate(({ dialog }, given) => {
      Object.assign(globalThis, { asked: [], answer: given })
      dialog.showMessageBox = (...asked: unknown[]) => {
        const { message } = asked.at(-1) as { message: string }
        ;(globalThis as Asked).asked.push(message)
        return Promise.resolve({ response: (globalThis as Asked).answer, checkboxChecked: false })
      }
    }, answer)
  /** Starts the program a second time, as a person or the system does. */
  const again = (args: readonly string[], home: string | undefined = prepared.home): Promise<number | null> =>
    new Promise((resolve) => {
      const second = spawn(electronPath() ?? '', [...switches, shipped('dist', 'electron', 'main.cjs'), ...args], { env: { ...prepared.env, ...display?.env, REGIE_HOME: home, REGIE_CORE_NODE: process.execPath }, stdio: 'ignore' })
      second.on('exit', resolve)
    })

  it('is one for a home: a second start brings it to the front and hands its link over', { timeout: LONG }, async () => {
    const window = await open()
    await window.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
    expect(await again(['regie://audit?q=sandbox'])).toBe(0)
    await expect.poll(hash).toBe('#/audit?q=sandbox')
    expect(await window.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
    expect(await window.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true)
    expect(await again(['regie://settings/..%2f..'])).toBe(0)
    expect(await hash()).toBe('#/audit?q=sandbox')
  })

  it('opens at the place that a link names', { timeout: LONG }, async () => {
    await open(['regie://pipelines/reviews'])
    await expect.poll(hash).toBe('#/pipelines/reviews')
  })

  it('has menus that go everywhere, in the language of the page', { timeout: LONG }, async () => {
    const window = await open()
    expect(await menu(window)).toEqual(['File', 'Edit', 'View', 'Go', 'Window', 'Help'])
    await click(window, 'Audit log')
    await expect.poll(hash).toBe('#/audit')
    await click(window, 'Settings')
    await page.getByText('Français', { exact: true }).click()
    await expect.poll(() => menu(window)).toEqual(['Fichier', 'Édition', 'Affichage', 'Aller à', 'Fenêtre', 'Aide'])
    await page.getByText('English', { exact: true }).click()
    await expect.poll(() => menu(window)).toContain('File')
  })

  it('keeps its place, its size and its zoom over a restart', { timeout: LONG }, async () => {
    const window = await open()
    await window.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 120, y: 90, width: 1300, height: 760 }))
    await click(window, 'Larger')
    await click(window, 'Larger')
    const bounds = await window.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
    await leave(window)
    app = null
    expect(JSON.parse(readFileSync(join(prepared.home, 'window', 'state.json'), 'utf8'))).toMatchObject({ zoom: 1 })
    const later = await open()
    expect(await later.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toEqual(bounds)
    await expect.poll(() => later.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomLevel())).toBe(1)
    await click(later, 'Actual size')
    expect(await later.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomLevel())).toBe(0)
  })

  it('goes dark with the system', { timeout: LONG }, async () => {
    const window = await open()
    // Playwright's own wish would hide the system's.
    await page.emulateMedia({ colorScheme: null })
    const dark = (): Promise<boolean> => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
    await window.evaluate(({ nativeTheme }) => (nativeTheme.themeSource = 'dark'))
    await expect.poll(dark).toBe(true)
    await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark')
    await window.evaluate(({ nativeTheme }) => (nativeTheme.themeSource = 'light'))
    await expect.poll(dark).toBe(false)
  })

  it('asks before it is quit while something runs, stays when told so, and resumes at the next start what it stopped', { timeout: 240_000 }, async () => {
    const window = await open()
    await page.evaluate(() => (location.hash = '#/pipelines/reviews?plan=true'))
    await page.getByRole('button', { name: 'Run the plan' }).click()
    await page.locator('.head .pill').waitFor()
    const run = await hash()
    await answering(window, 0)
    await window.evaluate(({ app: desktop }) => desktop.quit())
    await expect.poll(() => window.evaluate(() => (globalThis as Asked).asked)).toEqual(['An operation is still running.'])
    expect(await page.locator('.head .pill').first().innerText()).toBe('Running')
    await leave(window)
    app = null
    await open()
    await page.evaluate((where) => (location.hash = where), run)
    await expect.poll(() => page.locator('.head .pill').first().innerText(), { timeout: 120_000, interval: 250 }).toBe('Succeeded')
  })

  it('ends without a question when the system or the terminal says so, though something runs', { timeout: LONG }, async () => {
    const window = await open()
    const { pid } = await coreOf(page)
    await page.evaluate(() => (location.hash = '#/pipelines/reviews?plan=true'))
    await page.getByRole('button', { name: 'Run the plan' }).click()
    await page.locator('.head .pill').waitFor()
    const ended = window.waitForEvent('close')
    process.kill(window.process().pid ?? 0, 'SIGTERM')
    await ended
    app = null
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false)
  })

  it('starts its core again when it is killed, and tells the page', { timeout: LONG }, async () => {
    await open()
    const { pid } = await coreOf(page)
    process.kill(pid, 'SIGKILL')
    await page.getByText('The core is restarting; the page reconnects by itself.').waitFor()
    await expect.poll(() => page.locator('.banner').count(), { timeout: 60_000 }).toBe(0)
    expect((await coreOf(page)).pid).not.toBe(pid)
    await page.getByText('25 of 25 tables loaded').waitFor()
  })

  it('takes its core with it, and leaves nothing running', { timeout: LONG }, async () => {
    const window = await open()
    const { pid } = await coreOf(page)
    await leave(window)
    app = null
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false)
  })

  it('survives the death of its page', { timeout: LONG }, async () => {
    const window = await open()
    const before = await coreOf(page)
    await window.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer())
    /** What the page says; null while it is dead or loads. */
    const ask = (script: string): Promise<unknown> =>
      window.evaluate(async ({ BrowserWindow }, text) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        if (!contents || contents.isCrashed() || contents.isLoading()) return null
        return Promise.race([contents.executeJavaScript(text), new Promise((resolve) => setTimeout(() => resolve(null), 1000))])
      }, script)
    await expect.poll(() => ask('document.querySelector(".head h1") !== null'), { timeout: 30_000 }).toBe(true)
    expect(await ask('regieShell.about().then(({ corePid }) => corePid)')).toBe(before.pid)
  })

  it('shows the whole of an answer of a megabyte, and drops what is no frame', { timeout: LONG }, async () => {
    await open()
    const outcome = await page.evaluate(() => new Promise((resolve) => {
      const { regieShell } = window as Window & { regieShell?: { connect(id: number): void } }
      window.addEventListener('message', ({ data, ports: [port] }) => {
        if (data?.regie !== 'line' || data.id !== 777 || !port) return
        port.addEventListener('close', () => resolve('cut'))
        port.start()
        port.postMessage({ not: 'bytes' })
        port.postMessage(new Uint8Array(1_000_000))
      })
      regieShell?.connect(777)
      setTimeout(() => resolve('open'), 10_000)
    }))
    expect(outcome).toBe('cut')
    // only that line: the page's own still answers
    await page.evaluate(() => (location.hash = '#/audit'))
    await page.locator('.dt-row').first().waitFor()
    expect(await page.locator('.banner').count()).toBe(0)
  })

  it('says why, and ends, where it can keep no state', { timeout: LONG }, async () => {
    const home = join(prepared.home, '..', 'broken')
    writeFileSync(home, 'a file where a folder should be')
    const failed = await again([`--workspace=${prepared.workspace}`], join(home, 'below'))
    expect(failed).toBe(1)
  })
})
