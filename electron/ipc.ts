import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import type { DesktopInfo } from '#core/api/client/index.ts'
import { PAGE_ORIGIN } from './page-files.ts'

/* The one file that hears what a page sends. Who asks is checked before anything is looked at. */

/** What the page may ask of the desktop, with what it sends. */
export interface PageAsks {
  readonly 'regie:connect': number
  readonly 'regie:language': string
}

type Sender = Pick<IpcMainEvent | IpcMainInvokeEvent, 'senderFrame' | 'sender'>

/** Our own page in its main frame; not a frame inside it, not a page that a window was led to. */
export function isOurPage({ senderFrame, sender }: Sender): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && senderFrame.url.startsWith(`${PAGE_ORIGIN}/`)
}

const CHECKS: { readonly [Ask in keyof PageAsks]: (value: unknown) => value is PageAsks[Ask] } = {
  'regie:connect': (value): value is number => Number.isSafeInteger(value) && (value as number) > 0,
  'regie:language': (value): value is string => value === 'en' || value === 'fr',
}

/** Hears one ask of the page. What is malformed, or comes from elsewhere, is dropped without an answer. */
export function onPage<Ask extends keyof PageAsks>(ask: Ask, take: (value: PageAsks[Ask], page: WebContents) => void): void {
  ipcMain.on(ask, (event, value: unknown) => {
    if (isOurPage(event) && CHECKS[ask](value)) take(value, event.sender)
  })
}

/** Answers a question of the page that carries nothing. */
export function answerPage(ask: 'regie:about', answer: () => Promise<DesktopInfo>): void {
  ipcMain.handle(ask, (event) => {
    if (!isOurPage(event)) throw new Error('not for this page')
    return answer()
  })
}
