/**
 * The desktop window, as thin as it can be: it shows the console that `regie start` serves on loopback.
 * The link with its token comes through the environment, never through the argument list.
 * Runs in the Electron runtime only; nothing of the core is imported here.
 */
import { app, BrowserWindow, session, shell } from 'electron'

const link = process.env.REGIE_CONSOLE_LINK
if (!link) {
  console.error('REGIE_CONSOLE_LINK is not set: start the window with `npm start`.')
  app.exit(2)
} else {
  const origin = new URL(link).origin
  delete process.env.REGIE_CONSOLE_LINK
  void app.whenReady().then(() => open(link, origin))
  app.on('window-all-closed', () => app.quit())
}

function open(url: string, origin: string): void {
  // The console needs no camera, location, clipboard read or notification right yet.
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))

  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1180,
    minHeight: 720,
    show: false,
    title: 'Régie',
    webPreferences: { contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, spellcheck: false },
  })
  window.setMenuBarVisibility(false)
  window.once('ready-to-show', () => window.show())

  // The page stays on its own origin; a link to elsewhere opens in the system's browser, https only.
  window.webContents.on('will-navigate', (event, target) => {
    if (new URL(target).origin !== origin) event.preventDefault()
  })
  window.webContents.setWindowOpenHandler(({ url: target }) => {
    if (new URL(target).protocol === 'https:') void shell.openExternal(target)
    return { action: 'deny' }
  })
  window.webContents.on('will-attach-webview', (event) => event.preventDefault())
  void window.loadURL(url)
}
