import { app, session, type Session } from 'electron'
import { openExternal } from './external.ts'
import { PAGE_ORIGIN } from './page-files.ts'

/** What the page may do with the machine: put text on the clipboard, and tell that a run has ended. */
const ALLOWED: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'notifications'])

const ours = (address: string | undefined): boolean => address !== undefined && (address === PAGE_ORIGIN || address.startsWith(`${PAGE_ORIGIN}/`))

/** Nothing is granted to any page but ours, and little to ours. */
export function denyPermissions(of: Session): void {
  of.setPermissionRequestHandler((contents, permission, answer) => answer(ALLOWED.has(permission) && ours(contents.getURL())))
  of.setPermissionCheckHandler((_contents, permission, origin) => ALLOWED.has(permission) && ours(origin))
  of.setDevicePermissionHandler(() => false)
}

/** The page speaks over its port; a request to any host leaves nothing of this machine. */
export function denyNetwork(of: Session): void {
  of.webRequest.onBeforeRequest({ urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file://*/*', 'ftp://*/*'] }, (_details, answer) => answer({ cancel: true }))
}

/** Holds for every page that is ever made, whoever makes it: it stays where it is, opens no window, embeds nothing. */
export function lockPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void }, target: string): void => {
      if (!ours(target)) event.preventDefault()
    }
    contents.on('will-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      openExternal(url)
      return { action: 'deny' }
    })
  })
}

/** All of it, before the first page is made. */
export function lockDown(): void {
  lockPages()
  void app.whenReady().then(() => {
    denyPermissions(session.defaultSession)
    denyNetwork(session.defaultSession)
    // What is fetched in the background is ours as well: no dictionary from a server.
    session.defaultSession.setSpellCheckerEnabled(false)
  })
}
