/**
 * The whole of what the page gets from the desktop (see DesktopShell in core/api/client): named functions with plain
 * values, no ipcRenderer, no event object, no path. A sandboxed script may load nothing: only types are imported.
 */
import { contextBridge, ipcRenderer } from 'electron'
import type { DesktopInfo, DesktopShell } from '#core/api/client/index.ts'

// Listening from the first moment: what comes before is lost for good.
ipcRenderer.on('regie:line', (event, id: number) => window.postMessage({ regie: 'line', id }, window.location.origin, event.ports))

type Place = Parameters<Parameters<DesktopShell['onGo']>[0]>[0]
type OpenedFile = Parameters<Parameters<DesktopShell['onFile']>[0]>[0]
/** What came before the page listened; a page that is reloaded hears nothing twice. */
function latest<T>(channel: string): (listener: (value: T) => void) => void {
  let listening: ((value: T) => void) | null = null
  const early: T[] = []
  ipcRenderer.on(channel, (_, value: T) => (listening ? listening(value) : early.push(value)))
  return (listener) => {
    listening = listener
    for (const value of early.splice(0)) listener(value)
  }
}

const shell: DesktopShell = {
  connect: (id) => ipcRenderer.send('regie:connect', id),
  onGo: latest<Place>('regie:go'),
  onFile: latest<OpenedFile>('regie:file'),
  language: (language) => ipcRenderer.send('regie:language', language),
  about: () => ipcRenderer.invoke('regie:about') as Promise<DesktopInfo>,
}
contextBridge.exposeInMainWorld('regieShell', shell)
