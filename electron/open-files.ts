import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { dialog, type BrowserWindow } from 'electron'
import { isOpenable, OPENABLE } from './arguments.ts'
import type { Words } from './copy.ts'

/** Held in the page's memory while it is scored. */
const LARGEST = 256 * 1024 * 1024

/** Asks which files; none when the person changes their mind. */
export async function chooseFiles(window: BrowserWindow, t: Words): Promise<readonly string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title: t.openTitle, properties: ['openFile', 'multiSelections'], filters: [{ name: t.tables, extensions: [...OPENABLE] }] })
  return canceled ? [] : filePaths
}

/** Gives files to the page by name and content: no path crosses. Says which could not be read, and why. */
export async function handFiles(window: BrowserWindow, paths: readonly string[], t: Words): Promise<void> {
  for (const path of paths.filter(isOpenable)) {
    const name = basename(path)
    try {
      if (statSync(path).size > LARGEST) await dialog.showMessageBox(window, { type: 'warning', message: t.tooLarge(name), detail: t.tooLargeDetail })
      else window.webContents.send('regie:file', { name, bytes: new Uint8Array(readFileSync(path)) })
    } catch {
      await dialog.showMessageBox(window, { type: 'warning', message: t.unreadable(name), detail: t.unreadableDetail })
    }
  }
}
