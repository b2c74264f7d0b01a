import { desktopShell } from '#core/api/client/index.ts'
import { offerFile } from '#renderer/api/incoming.ts'
import { onLanguage, type Language } from '#renderer/i18n/index.ts'

/** What a person may drop on the page. */
const TAKEN = /\.(?:csv|parquet|dump|sql)$/i
/** The page that takes files. */
const TAKER = '/score'

export interface DesktopParts {
  readonly page: Window
  readonly language: Language
  /** Whether the console has that place. */
  readonly has: (path: string) => boolean
}

/**
 * Joins the page to what is around it: places that the desktop asks for, files that are dropped on it (through either
 * door) or opened by a menu, and the language of menus.
 */
export function joinDesktop({ page, language, has }: DesktopParts): void {
  const shell = desktopShell(page)
  const go = (path: string): void => {
    if (path.startsWith('/')) page.location.hash = path
  }
  const give = (file: File): void => {
    if (!has(TAKER)) return
    offerFile(file)
    go(TAKER)
  }
  shell?.onGo(go)
  shell?.onFile(({ name, bytes }) => give(new File([new Uint8Array(bytes)], name)))
  shell?.language(language)
  onLanguage((chosen) => shell?.language(chosen))

  const files = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
  page.addEventListener('dragover', (event) => {
    if (!files(event)) return
    // A drop that nobody takes must not show the file in the console's place.
    event.preventDefault()
    if (event.dataTransfer) event.dataTransfer.dropEffect = has(TAKER) ? 'copy' : 'none'
  })
  page.addEventListener('drop', (event) => {
    // A part of the page that takes drops itself has said so.
    const taken = event.defaultPrevented
    if (!files(event)) return
    event.preventDefault()
    const [file] = event.dataTransfer?.files ?? []
    if (!taken && file && TAKEN.test(file.name)) give(file)
  })
}
