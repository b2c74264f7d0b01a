import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MenuItemConstructorOptions } from 'electron'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOpenable, readArguments } from '#electron/arguments.ts'
import { languageOf, words } from '#electron/copy.ts'
import { keychainState, openKeychain } from '#electron/keychain.ts'
import { placeOf } from '#electron/links.ts'
import { menuTemplate, trayTemplate } from '#electron/menu.ts'
import { pageAnswers } from '#electron/page-files.ts'
import { openSafeStorage, serveScheme, type SafeStorageCalls } from '#electron/runtime.ts'
import { policyFile, updatesAre } from '#electron/updates.ts'
import { placeWindow, readWindowState, writeWindowState, type WindowState } from '#electron/window-state.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-desktop-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('links from outside', () => {
  it.each([
    ['regie://overview', '/'],
    ['regie://runs/20261121_105814_ab12', '/runs/20261121_105814_ab12'],
    ['regie://runs/20261121_105814_ab12?step=gates', '/runs/20261121_105814_ab12?step=gates'],
    ['regie://dashboards/reviews/', '/dashboards/reviews'],
  ])('%s shows %s', (link, path) => expect(placeOf(link)).toBe(path))

  it.each([
    'https://runs/1',
    'regie://elsewhere',
    'regie:runs/1',
    'regie://runs/..%2f..%2fsettings',
    'regie://runs/%3Cscript%3E',
    'regie://runs/1#/settings',
    'regie://me:secret@runs/1',
    'regie://runs:80/1',
    'regie://runs/1?q=%3Cimg%20src%3Dx%3E',
    `regie://runs/${'a'.repeat(3000)}`,
    'nonsense',
    '',
  ])('%s shows nothing', (link) => expect(placeOf(link)).toBeNull())
})

describe('arguments', () => {
  it('finds ours in whatever order Chromium left them', () => {
    const read = readArguments(['/opt/regie', '--allow-file-access', '--workspace=ws', 'regie://audit', '--original-process-start-time=1', 'data/new reviews.CSV', '--first-start=sandbox', '/x/y.txt'], '/home/me')
    expect(read).toEqual({ workspace: '/home/me/ws', firstStart: 'sandbox', link: 'regie://audit', files: ['/home/me/data/new reviews.CSV'] })
  })

  it('takes nothing for granted', () => {
    expect(readArguments(['/opt/regie'], '/')).toEqual({ workspace: null, firstStart: null, link: null, files: [] })
    expect(['a.csv', 'a.parquet', 'a.dump', 'a.sql', 'a.csv.exe', 'csv', '.sh'].map(isOpenable)).toEqual([true, true, true, true, false, false, false])
  })
})

describe('the place of the window', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  it('is where it was', () => expect(placeWindow({ x: 100, y: 50, width: 1300, height: 800 }, [screen])).toEqual({ x: 100, y: 50, width: 1300, height: 800 }))
  it('is in the middle when its screen has gone', () => expect(placeWindow({ x: 3000, y: 50, width: 1300, height: 800 }, [screen])).toEqual({ width: 1440, height: 900 }))
  it('fits the screen', () => {
    expect(placeWindow({ x: 500, y: 400, width: 1800, height: 1000 }, [screen])).toEqual({ x: 120, y: 80, width: 1800, height: 1000 })
    expect(placeWindow(null, [{ ...screen, width: 1280, height: 760 }])).toEqual({ width: 1280, height: 760 })
  })

  const state: WindowState = { bounds: { x: 1, y: 2, width: 1300, height: 800 }, maximized: true, zoom: 1.5, language: 'fr', updates: false }
  it('survives a restart', () => {
    const file = join(folder, 'deep', 'state.json')
    writeWindowState(file, state)
    expect(readWindowState(file)).toEqual(state)
  })
  it.each(['', '{', 'null', '[]', '{"bounds":{"x":"1"},"zoom":"NaN","language":"xx"}'])('is the first one when what was kept is %j', (text) => {
    const file = join(folder, 'bad.json')
    writeFileSync(file, text)
    expect(readWindowState(file)).toEqual({ bounds: null, maximized: false, zoom: 0, language: null, updates: true })
  })
})

describe('the keychain', () => {
  const storage = (over: Partial<SafeStorageCalls> = {}): SafeStorageCalls => ({
    available: async () => true,
    backend: () => 'gnome_libsecret',
    encrypt: async (text) => Buffer.from(`sealed:${text}`),
    decrypt: async (sealed) => sealed.toString().slice('sealed:'.length),
    ...over,
  })

  it('gives back the bytes that it was given', async () => {
    const keychain = openKeychain(storage())
    const bytes = Buffer.from([0, 255, 10, 128])
    const sealed = await keychain.encrypt(bytes)
    expect(sealed.includes(bytes)).toBe(false)
    expect(await keychain.decrypt(sealed)).toEqual(bytes)
    expect(await keychainState(storage())).toBe('protected')
  })

  it('is said to be plain, and refused, where Linux keeps secrets without a keyring', async () => {
    const plain = storage({ backend: () => 'basic_text' })
    expect(await keychainState(plain)).toBe('plain')
    await expect(openKeychain(plain).encrypt(Buffer.from('x'))).rejects.toThrow('without protection')
  })

  it('is said to be absent where there is none, or where it fails to answer', async () => {
    expect(await keychainState(storage({ available: async () => false }))).toBe('none')
    expect(await keychainState(storage({ available: () => Promise.reject(new Error('dbus')) }))).toBe('none')
    await expect(openKeychain(storage({ available: async () => false })).decrypt(Buffer.from('x'))).rejects.toThrow('no keychain')
  })

  it('is asked asynchronously where the runtime can, else at once', async () => {
    const old = { isEncryptionAvailable: () => true, encryptString: (text: string) => Buffer.from(text), decryptString: String }
    const calls = openSafeStorage(old as unknown as Electron.SafeStorage)
    expect([await calls.available(), calls.backend(), (await calls.encrypt('a')).toString(), await calls.decrypt(Buffer.from('b'))]).toEqual([true, 'unknown', 'a', 'b'])
    const late = {
      ...old,
      getSelectedStorageBackend: () => 'kwallet6',
      isAsyncEncryptionAvailable: async () => true,
      encryptStringAsync: async (text: string) => Buffer.from(`async ${text}`),
      decryptStringAsync: async () => ({ shouldReEncrypt: false, result: 'async b' }),
    }
    const asynchronous = openSafeStorage(late as unknown as Electron.SafeStorage)
    expect([asynchronous.backend(), (await asynchronous.encrypt('a')).toString(), await asynchronous.decrypt(Buffer.from('b'))]).toEqual(['kwallet6', 'async a', 'async b'])
  })
})

describe("the page's files", () => {
  let answer: ReturnType<typeof pageAnswers>
  beforeAll(() => {
    mkdirSync(join(folder, 'page', 'assets'), { recursive: true })
    writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>')
    writeFileSync(join(folder, 'page', 'assets', 'a.js'), '1')
    writeFileSync(join(folder, 'outside.txt'), 'outside')
    answer = pageAnswers(join(folder, 'page'))
  })

  it('come with their type under a policy that lets nothing else in', () => {
    const page = answer('regie-app://console/index.html', 'GET')
    expect([page.status, page.headers['content-type'], page.body.toString()]).toEqual([200, 'text/html; charset=utf-8', '<!doctype html>'])
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/)
    expect(answer('regie-app://console/', 'GET').body.toString()).toBe('<!doctype html>')
    expect(answer('regie-app://console/assets/a.js', 'GET').headers['content-type']).toMatch(/^text\/javascript/)
  })

  it.each(['regie-app://console/../outside.txt', 'regie-app://console/%2e%2e/outside.txt', 'regie-app://console/..%2foutside.txt', 'regie-app://other/index.html', 'regie-app://console/assets', 'regie-app://console//index.html', 'no address'])('%s is none', (url) => {
    const none = answer(url, 'GET')
    expect(none.status).toBeGreaterThanOrEqual(400)
    expect(none.body.toString()).not.toContain('outside')
    expect(none.headers['content-security-policy']).toBeDefined()
  })

  it('are read only', () => expect(answer('regie-app://console/', 'POST').status).toBe(405))

  it('are served by protocol.handle where the runtime has it', async () => {
    let handler: ((request: Request) => Response) | null = null
    const protocol = { handle: (_scheme: string, taken: (request: Request) => Response) => (handler = taken) }
    serveScheme(protocol as unknown as Electron.Protocol, 'regie-app', answer)
    const response = handler!(new Request('http://console/nowhere'))
    expect(response.status).toBe(404)
  })
})

describe('updates', () => {
  const situation = { platform: 'linux' as const, env: {}, packaged: true, wanted: true }
  const policy = (text: string): string => {
    const file = join(folder, 'policy.json')
    writeFileSync(file, text)
    return file
  }
  const none = (): string => join(folder, 'no-policy.json')

  it('come by themselves in a packaged app, unless the person said no', () => {
    expect(updatesAre(situation, none())).toBe('on')
    expect(updatesAre({ ...situation, wanted: false }, none())).toBe('off')
    expect(updatesAre({ ...situation, packaged: false }, none())).toBe('off')
  })
  it('can be switched off for a whole fleet, and stay off when its policy is broken', () => {
    expect(updatesAre(situation, policy('{"updates":"off"}'))).toBe('policy')
    expect(updatesAre(situation, policy('{"updates":'))).toBe('policy')
    expect(updatesAre(situation, policy('{"updates":"on"}'))).toBe('on')
    expect(updatesAre({ ...situation, env: { REGIE_UPDATES: 'off' } }, none())).toBe('policy')
  })
  it('have a policy file that needs an administrator on every system', () => {
    expect(['linux', 'darwin', 'win32'].map((platform) => policyFile(platform as NodeJS.Platform, { ProgramData: 'P' }))).toEqual([
      '/etc/regie/policy.json',
      '/Library/Application Support/Regie/policy.json',
      join('P', 'Regie', 'policy.json'),
    ])
  })
})

describe('menus', () => {
  const did: string[] = []
  const actions = {
    go: (path: string) => did.push(`go ${path}`),
    open: () => did.push('open'),
    reload: () => did.push('reload'),
    zoom: (step: number) => did.push(`zoom ${step}`),
    updates: (on: boolean) => did.push(`updates ${on}`),
    show: () => did.push('show'),
    quit: () => did.push('quit'),
  }
  const labels = (items: readonly MenuItemConstructorOptions[]): string[] => items.flatMap(({ label, submenu }) => [...(label === undefined ? [] : [label]), ...(Array.isArray(submenu) ? labels(submenu) : [])])

  it.each(['linux', 'darwin', 'win32'] as const)('say the same in both languages on %s', (platform) => {
    const [english, french] = (['en', 'fr'] as const).map((language) => labels(menuTemplate(words[language], actions, { platform, updates: 'on' })))
    expect(english).toHaveLength(french?.length ?? 0)
    expect(english?.filter((label, at) => label === french?.[at])).toEqual(['Pipelines'])
  })

  it('go to every place that they name', () => {
    const places = menuTemplate(words.en, actions, { platform: 'linux', updates: 'on' }).find(({ label }) => label === 'Go')?.submenu as MenuItemConstructorOptions[]
    for (const { click } of places) (click as () => void)()
    expect(did.splice(0)).toEqual(['go /', 'go /pipelines', 'go /quality', 'go /audit', 'go /settings'])
  })

  it('say that an organisation has switched updates off, instead of offering them', () => {
    const help = menuTemplate(words.en, actions, { platform: 'linux', updates: 'policy' }).find(({ label }) => label === 'Help')?.submenu as MenuItemConstructorOptions[]
    expect(help[0]).toEqual({ label: words.en.updatesByPolicy, enabled: false })
  })

  it('show in the tray what runs, each a way to its page', () => {
    const run = { runId: 'r1', title: 'Run reviews', environment: 'sandbox', state: 'running', startedAt: null } as const
    const tray = trayTemplate(words.fr, actions, [run, { ...run, runId: 'r2' }])
    expect(tray[0]?.label).toBe('2 opérations en cours')
    ;((tray[2] as { click: () => void }).click)()
    expect(did.splice(0)).toEqual(['go /runs/r2'])
    expect(trayTemplate(words.en, actions, [])[0]?.label).toBe('Nothing runs')
  })

  it('follow the system where nobody chose', () => expect(['fr-CA', 'FR', 'en-GB', 'de'].map(languageOf)).toEqual(['fr', 'fr', 'en', 'en']))
})

describe('the icons', () => {
  it.each(['icon', 'tray', 'trayTemplate', 'trayTemplate@2x'])('%s is a picture', (name) => {
    expect(readFileSync(join(import.meta.dirname, `../../electron/icons/${name}.png`)).subarray(1, 4).toString()).toBe('PNG')
  })
})
