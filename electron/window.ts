import { join } from 'node:path'
import { BrowserWindow, screen } from 'electron'
import { PAGE_URL } from './page-files.ts'
import { placeWindow, SMALLEST, type WindowState } from './window-state.ts'

/** The console's window. Everything that could let a page out is named, though most of it is the default. */
export function createWindow(state: WindowState): BrowserWindow {
  const window = new BrowserWindow({
    ...placeWindow(state.bounds, screen.getAllDisplays().map(({ workArea }) => workArea)),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Régie',
    backgroundColor: '#1D1E21',
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  if (state.maximized) window.maximize()
  window.once('ready-to-show', () => {
    window.webContents.setZoomLevel(state.zoom)
    window.show()
  })
  void window.loadURL(PAGE_URL)
  return window
}
