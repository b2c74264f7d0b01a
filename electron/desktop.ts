import { join } from 'node:path'
import { app, dialog, Menu, nativeImage, powerMonitor, protocol, safeStorage, Tray, type BrowserWindow } from 'electron'
import type { RunningRun } from '#core/serve/host-messages.ts'
import { readArguments, type Arguments } from './arguments.ts'
import { languageOf, words, type Language, type Words } from './copy.ts'
import { CoreHost } from './core-host.ts'
import type { CoreProgram } from './core-process.ts'
import { answerPage, onPage } from './ipc.ts'
import { keychainState } from './keychain.ts'
import { placeOf } from './links.ts'
import { menuTemplate, trayTemplate, type MenuActions } from './menu.ts'
import { chooseFiles, handFiles } from './open-files.ts'
import { pageAnswers, SCHEME } from './page-files.ts'
import { openSafeStorage, serveScheme } from './runtime.ts'
import { lookForUpdates, updatesAre } from './updates.ts'
import { createWindow } from './window.ts'
import { readWindowState, writeWindowState, type WindowState } from './window-state.ts'

export interface DesktopOptions {
  /** Folder of all state. */
  readonly home: string
  readonly actor: string
  /** Folder that holds dist/. */
  readonly root: string
  readonly core: CoreProgram
  readonly started: Arguments
}

/** How often a window that is moved or resized is written down, ms. */
const SAVE_MS = 500

/** The desktop app: one window, one core, and what the system offers around them. */
export class Desktop {
  readonly #options: DesktopOptions
  readonly #stateFile: string
  #state: WindowState
  #window: BrowserWindow | null = null
  #tray: Tray | null = null
  #host: CoreHost | null = null
  #running: readonly RunningRun[] = []
  #leaving: 'no' | 'asked' | 'yes' = 'no'
  #saving: NodeJS.Timeout | undefined

  constructor(options: DesktopOptions) {
    this.#options = options
    this.#stateFile = join(options.home, 'window', 'state.json')
    this.#state = readWindowState(this.#stateFile)
  }

  /** After the runtime is ready. */
  start(): void {
    const { root, home, actor, core, started } = this.#options
    serveScheme(protocol, SCHEME, pageAnswers(join(root, 'dist', 'page')))
    this.#host = new CoreHost(core, { home, actor, workspace: started.workspace, firstStart: started.firstStart }, {
      running: (runs) => {
        this.#running = runs
        this.#drawTray()
      },
      failed: (failure, how) => void this.#coreFailed(failure?.what ?? how),
    })
    this.#host.start()

    onPage('regie:connect', (id, page) => this.#host?.connect(id, page))
    onPage('regie:language', (language) => this.#keep({ language: languageOf(language) }))
    answerPage('regie:about', async () => ({
      electron: process.versions.electron,
      chromium: process.versions.chrome,
      keychain: await keychainState(openSafeStorage(safeStorage)),
      updates: this.#updates() === 'on' ? 'on' : 'off',
      corePid: this.#host?.pid() ?? null,
    }))
    powerMonitor.on('suspend', () => this.#host?.power('suspend'))
    powerMonitor.on('resume', () => this.#host?.power('resume'))

    this.#open()
    this.#take(started)
    app.on('second-instance', (_event, argv, cwd) => {
      this.#show()
      this.#take(readArguments(argv, cwd))
    })
    app.on('open-url', (event, link) => {
      event.preventDefault()
      this.#take({ link, files: [] })
    })
    app.on('open-file', (event, path) => {
      event.preventDefault()
      this.#take({ link: null, files: [path] })
    })
    app.on('activate', () => this.#show())
    app.on('window-all-closed', () => app.quit())
    app.on('before-quit', (event) => {
      if (this.#leaving === 'yes') return
      event.preventDefault()
      void this.#leave()
    })
    // ^C of the terminal, or the system going down: nobody may be there to answer, and what stops is resumed.
    process.once('SIGTERM', () => {
      this.#running = []
      this.#leaving = 'no'
      void this.#leave()
    })
    if (this.#updates() === 'on') void lookForUpdates()
  }

  get #t(): Words {
    return words[this.#language]
  }

  get #language(): Language {
    return this.#state.language ?? languageOf(app.getLocale())
  }

  #open(): void {
    const window = (this.#window = createWindow(this.#state))
    const later = (): void => {
      clearTimeout(this.#saving)
      this.#saving = setTimeout(() => this.#remember(), SAVE_MS)
    }
    window.on('resize', later)
    window.on('move', later)
    window.webContents.on('render-process-gone', () => {
      if (!window.isDestroyed() && this.#leaving !== 'yes') window.webContents.reload()
    })
    // Closing the window ends the program: the question comes while there is still a window to ask in.
    window.on('close', (event) => {
      if (this.#leaving === 'yes') return
      event.preventDefault()
      void this.#leave()
    })
    window.on('closed', () => (this.#window = null))
    this.#drawMenu()
    this.#drawTray()
  }

  readonly #actions: MenuActions = {
    go: (path) => {
      this.#show()
      this.#whenLoaded((window) => window.webContents.send('regie:go', path))
    },
    open: () => void this.#chooseFiles(),
    reload: () => this.#window?.webContents.reload(),
    zoom: (step) => {
      const zoom = step === 0 ? 0 : Math.min(5, Math.max(-3, this.#state.zoom + step * 0.5))
      this.#window?.webContents.setZoomLevel(zoom)
      this.#keep({ zoom })
    },
    updates: (on) => this.#keep({ updates: on }),
    show: () => this.#show(),
    quit: () => void this.#leave(),
  }

  async #chooseFiles(): Promise<void> {
    if (this.#window) await handFiles(this.#window, await chooseFiles(this.#window, this.#t), this.#t)
  }

  /** What a command line, a link or a file manager asks for. */
  #take({ link, files }: Pick<Arguments, 'link' | 'files'>): void {
    const place = link === null ? null : placeOf(link)
    if (place !== null) this.#actions.go(place)
    if (files.length > 0) this.#whenLoaded((window) => void handFiles(window, files, this.#t))
  }

  /** What is sent to a page that has no script yet is lost. */
  #whenLoaded(then: (window: BrowserWindow) => void): void {
    const window = this.#window
    if (!window) return
    if (window.webContents.isLoading()) window.webContents.once('did-finish-load', () => then(window))
    else then(window)
  }

  #show(): void {
    const window = this.#window
    if (!window) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  #updates(): 'on' | 'off' | 'policy' {
    return updatesAre({ platform: process.platform, env: process.env, packaged: app.isPackaged, wanted: this.#state.updates })
  }

  #drawMenu(): void {
    const updates = this.#updates()
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(this.#t, this.#actions, { platform: process.platform, updates: updates === 'policy' ? updates : this.#state.updates ? 'on' : 'off' })))
  }

  #drawTray(): void {
    if (!this.#window) return
    this.#tray ??= new Tray(nativeImage.createFromPath(join(this.#options.root, 'electron', 'icons', process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png')))
    const running = this.#running.length
    this.#tray.setToolTip(running === 0 ? 'Régie' : `Régie · ${this.#t.runs(running)}`)
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(this.#t, this.#actions, this.#running)))
    this.#window.setProgressBar(running === 0 ? -1 : 2)
  }

  #keep(change: Partial<WindowState>): void {
    this.#state = { ...this.#state, ...change }
    this.#remember()
    this.#drawMenu()
    this.#drawTray()
  }

  #remember(): void {
    const window = this.#window
    if (window && !window.isDestroyed()) this.#state = { ...this.#state, bounds: window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      writeWindowState(this.#stateFile, this.#state)
    } catch {
      // A full disk costs the window's place, not the window.
    }
  }

  /** Ends the program; asks first while something runs. */
  async #leave(): Promise<void> {
    if (this.#leaving !== 'no') return
    this.#leaving = 'asked'
    if (this.#running.length > 0 && this.#window) {
      const t = this.#t
      const { response } = await dialog.showMessageBox(this.#window, {
        type: 'question',
        message: t.quitQuestion(this.#running.length),
        detail: t.quitDetail,
        buttons: [t.stay, t.quitAnyway],
        defaultId: 0,
        cancelId: 0,
        noLink: true,
      })
      if (response !== 1) {
        this.#leaving = 'no'
        return
      }
    }
    this.#leaving = 'yes'
    clearTimeout(this.#saving)
    this.#remember()
    this.#window?.hide()
    this.#tray?.destroy()
    this.#tray = null
    await this.#host?.close()
    app.exit(0)
  }

  async #coreFailed(why: string): Promise<void> {
    const t = this.#t
    this.#leaving = 'yes'
    const ask = { type: 'error' as const, message: t.coreFailed, detail: `${why}\n\n${t.coreFailedDetail}` }
    await (this.#window ? dialog.showMessageBox(this.#window, ask) : dialog.showMessageBox(ask))
    app.exit(1)
  }
}
