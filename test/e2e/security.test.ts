import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DesktopShell } from '#core/api/client/index.ts'
import { packageRoot } from '#core/base/package-root.ts'
import { doorMissing } from './door.ts'
import { openDisplay, type Display } from './display.ts'
import { launchWindow, leave } from './electron.ts'
import { prepareRegie, type Prepared } from './serve.mjs'

type Shelled = Window & { regieShell?: DesktopShell }

/** The twenty items of Electron's security list, each tried in the real window (22.3.25), or read where it can't be. */
describe.runIf(!doorMissing('window'))("Electron's security list", () => {
  let display: Display | null
  let prepared: Prepared
  let app: ElectronApplication
  let page: Page
  /** A server that a hostile page would call: it counts. */
  let elsewhere: Server
  let called = 0
  const address = (): string => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`

  beforeAll(async () => {
    elsewhere = createServer((_, response) => {
      called += 1
      response.setHeader('access-control-allow-origin', '*').end('reached')
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    display = await openDisplay()
    prepared = prepareRegie()
    app = await launchWindow({ env: { ...prepared.env, ...display?.env }, args: [`--workspace=${prepared.workspace}`] })
    await app.evaluate(({ shell }) => {
      const opened: string[] = []
      Object.assign(globalThis, { opened })
      shell.openExternal = (url) => {
        opened.push(url)
        return Promise.resolve()
      }
    })
    page = await app.firstWindow()
    page.setDefaultTimeout(30_000)
    await page.locator('.head h1').waitFor()
  }, 120_000)
  afterAll(async () => {
    if (app) await leave(app)
    prepared?.remove()
    display?.close()
    elsewhere?.close()
  }, 60_000)

  const preferences = (): Promise<Record<string, unknown>> => app.evaluate(({ BrowserWindow }) => {
    const contents: unknown = BrowserWindow.getAllWindows()[0]?.webContents
    return { ...(contents as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences() }
  })
  const stays = async (): Promise<void> => {
    await page.waitForTimeout(300)
    expect(page.url()).toMatch(/^regie-app:\/\/console\//)
    expect(await page.locator('.head h1').count()).toBe(1)
  }

  it('1 loads only our own files: every request of the page is of its own scheme', async () => {
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(request.url()))
    await page.reload()
    await page.locator('.head h1').waitFor()
    expect(loaded.length).toBeGreaterThan(3)
    expect(loaded.filter((url) => !/^(?:regie-app:\/\/console\/|data:)/.test(url))).toEqual([])
    const before = called
    const reached = await app.evaluate(async ({ net }, url) => new Promise((resolve) => {
      const request = net.request(url)
      request.on('response', () => resolve('reached'))
      request.on('error', (error) => resolve(error.message))
      request.end()
    }), address())
    expect(reached).toMatch(/BLOCKED/)
    expect(called).toBe(before)
  })

  it('2 has no Node.js in the page, its workers or its frames', async () => {
    const { nodeIntegration, nodeIntegrationInWorker, nodeIntegrationInSubFrames } = await preferences()
    expect([nodeIntegration, nodeIntegrationInWorker, nodeIntegrationInSubFrames].filter(Boolean)).toEqual([])
    expect(await page.evaluate(() => ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in globalThis))).toEqual([])
  })

  it('3 isolates the preload script: the page can change nothing of it', async () => {
    expect((await preferences()).contextIsolation).toBe(true)
    const after = await page.evaluate(() => {
      const shell = (window as Shelled).regieShell
      const changed = Reflect.set(shell ?? {}, 'connect', () => 'mine')
      const removed = Reflect.deleteProperty(window, 'regieShell')
      return !changed && !removed && (window as Shelled).regieShell === shell
    })
    expect(after).toBe(true)
  })

  it('4 runs the page in the sandbox', async () => {
    expect((await preferences()).sandbox).toBe(true)
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  it('5 grants no permission that the console does not need', async () => {
    const states = await page.evaluate(async () => {
      const ask = async (name: string): Promise<string> => (await navigator.permissions.query({ name: name as PermissionName }).catch(() => ({ state: 'unknown' }))).state
      return Promise.all(['geolocation', 'camera', 'microphone', 'midi', 'clipboard-read'].map(ask))
    })
    expect(states.filter((state) => state === 'granted')).toEqual([])
    const camera = await page.evaluate(() => navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'given', (error: Error) => error.name))
    expect(camera).not.toBe('given')
    const place = await page.evaluate(() => new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('given'), ({ code }) => resolve(code))))
    expect(place).toBe(1)
  })

  it('6 keeps the same-origin policy', async () => {
    expect((await preferences()).webSecurity).toBe(true)
    expect(await page.evaluate(() => fetch('file:///etc/hosts').then(() => 'read', () => 'refused'))).toBe('refused')
  })

  it('7 has a content security policy that runs no inline script and no text as code', async () => {
    // In a turn of its own: what a debugger evaluates may evaluate.
    const ran = await page.evaluate(() => new Promise((resolve) => setTimeout(() => {
      const script = document.createElement('script')
      script.textContent = 'window.injected = 1'
      document.body.append(script)
      script.remove()
      let evaluated = false
      try {
        evaluated = Reflect.construct(Function, ['return true'])() as boolean
      } catch {
        evaluated = false
      }
      resolve({ injected: 'injected' in window, evaluated })
    })))
    expect(ran).toEqual({ injected: false, evaluated: false })
    const before = called
    expect(await page.evaluate((url) => fetch(url).then(() => 'reached', () => 'refused'), address())).toBe('refused')
    expect(await page.evaluate((url) => new Promise((resolve) => {
      const image = new Image()
      image.addEventListener('load', () => resolve('reached'))
      image.addEventListener('error', () => resolve('refused'))
      image.src = url
    }), address())).toBe('refused')
    expect(called).toBe(before)
  })

  it('8 runs no insecure content', async () => expect((await preferences()).allowRunningInsecureContent).not.toBe(true))

  it('9 has no experimental features', async () => expect((await preferences()).experimentalFeatures).not.toBe(true))

  it('10 switches no feature of Blink on', async () => {
    const { enableBlinkFeatures } = await preferences()
    expect(enableBlinkFeatures ?? '').toBe('')
    expect(await app.evaluate(({ app: desktop }) => desktop.commandLine.hasSwitch('enable-blink-features'))).toBe(false)
  })

  it('11 lets no <webview> open windows: there is no <webview>', async () => {
    expect((await preferences()).webviewTag).not.toBe(true)
    expect(await page.evaluate(() => 'loadURL' in document.createElement('webview'))).toBe(false)
  })

  it('12 refuses a <webview> even where a page would be given one', async () => {
    const refused = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      let prevented = false
      contents?.emit('will-attach-webview', { preventDefault: () => (prevented = true) }, {}, {})
      return prevented
    })
    expect(refused).toBe(true)
  })

  it('13 stays where it is: no link, no script, no dropped file leads it away', async () => {
    for (const target of [address(), 'https://example.org/', 'file:///etc/hosts', 'regie-app://other/index.html', 'data:text/html,hello']) {
      await page.evaluate((url) => {
        location.assign(url)
      }, target).catch(() => undefined)
      await stays()
    }
    expect((await preferences()).navigateOnDragDrop).not.toBe(true)
  })

  it('14 opens no window', async () => {
    expect(await page.evaluate((url) => window.open(url) === null, address())).toBe(true)
    expect(await page.evaluate(() => window.open('about:blank') === null)).toBe(true)
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  it('15 hands only https links to the system', async () => {
    await page.evaluate(() => {
      for (const url of ['https://example.org/manual', 'http://example.org/', 'file:///etc/passwd', 'smb://host/share', 'ms-msdt:/id', 'javascript:alert(1)', 'https://user:secret@example.org/']) window.open(url)
    })
    await expect.poll(() => app.evaluate(() => (globalThis as typeof globalThis & { opened: string[] }).opened)).toEqual(['https://example.org/manual'])
  })

  it('16 ships a current Electron: the one that is pinned is of this year’s line, and is not the one of this test', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> }
    expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/)
    expect(Number(devDependencies.electron?.split('.')[0])).toBeGreaterThanOrEqual(45)
  })

  it('17 hears its own page only: another page, a frame inside it, and nonsense are dropped', async () => {
    const answers = await app.evaluate(async ({ ipcMain, BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      const lines: unknown[] = []
      const post = contents?.postMessage.bind(contents)
      if (contents) contents.postMessage = (channel: string, id: unknown, ports?: Electron.MessagePortMain[]) => {
        lines.push(id)
        post?.(channel, id, ports)
      }
      const from = (url: string, own = true): unknown => ({ senderFrame: own ? contents?.mainFrame : { url }, sender: contents })
      // the main frame of our page, and frames that are not
      ipcMain.emit('regie:connect', from('https://evil.example/', false), 9001)
      ipcMain.emit('regie:connect', from('regie-app://console/index.html', false), 9002)
      ipcMain.emit('regie:connect', { senderFrame: null, sender: contents }, 9003)
      for (const nonsense of [null, -1, 1.5, '1', {}, [1], Number.NaN, undefined]) ipcMain.emit('regie:connect', from(''), nonsense)
      ipcMain.emit('regie:connect', from(''), 9004)
      if (contents && post) contents.postMessage = post
      return lines
    })
    expect(answers).toEqual([9004])
    expect(await page.evaluate(() => (window as Shelled).regieShell?.about().then(() => 'answered'))).toBe('answered')
  })

  it('18 uses a scheme of its own, that reads nothing but the console', async () => {
    expect(page.url()).toMatch(/^regie-app:\/\/console\/index\.html/)
    const status = (path: string): Promise<number> => page.evaluate((url) => fetch(url).then((answer) => answer.status, () => 0), path)
    expect(await status('/index.html')).toBe(200)
    for (const path of ['/../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/assets', '//etc/hosts']) expect(await status(path)).not.toBe(200)
  })

  it('19 flips every fuse that the program does not need (each is read from a fused binary in test/electron/package.test.ts)', () => {
    const config = readFileSync(join(packageRoot, 'electron-builder.yml'), 'utf8')
    expect(config).toMatch(/electronFuses:\n {2}runAsNode: false/)
  })

  it('20 gives the page named functions with plain values, and nothing of Electron', async () => {
    const surface = await page.evaluate(() => Object.entries((window as Shelled).regieShell ?? {}).map(([name, value]) => `${name}: ${typeof value}`))
    expect(surface.toSorted()).toEqual(['about: function', 'connect: function', 'language: function', 'onFile: function', 'onGo: function'])
    const about = await page.evaluate(() => (window as Shelled).regieShell?.about())
    expect(Object.keys(about ?? {}).toSorted()).toEqual(['chromium', 'corePid', 'electron', 'keychain', 'updates'])
    // no keyring in a test's session: said, not hidden
    expect(['none', 'plain', 'protected']).toContain(about?.keychain)
    expect(JSON.stringify(about)).not.toContain(prepared.home)
  })
})
