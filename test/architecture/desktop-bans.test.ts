import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '#core/base/package-root.ts'

/** What may stand in one file only, or in none, with the reason that a person who trips over it reads. */
const BANS: readonly { readonly what: RegExp; readonly only: readonly string[]; readonly why: string }[] = [
  { what: /\bipcMain\b/, only: ['electron/ipc.ts'], why: 'every message of a page is checked for its sender and its shape in electron/ipc.ts' },
  { what: /\bipcRenderer\b/, only: ['electron/preload.ts'], why: 'the page gets named functions, not a channel' },
  { what: /\bopenExternal\s*\(\s*address|shell\.openExternal|\{[^}]*\bshell\b[^}]*\}\s*from 'electron'/, only: ['electron/external.ts'], why: 'an address may start a program: electron/external.ts looks at it first' },
  { what: /\.(?:inner|outer)HTML\b|\bdangerouslySetInnerHTML\s*[=:]|\binsertAdjacentHTML\b|\bdocument\.write\b/, only: [], why: 'text from a system under watch would become markup' },
  { what: /\b(?:eval|new Function)\s*\(/, only: [], why: 'text would become code' },
  { what: /\bfile:\/\//, only: ['electron/lockdown.ts', 'electron/page-files.ts'], why: 'the page has a scheme of its own' },
  { what: /nodeIntegration\w*:\s*true|contextIsolation:\s*false|sandbox:\s*false|webSecurity:\s*false|enableRemoteModule|@electron\/remote/, only: [], why: 'a page would reach the machine' },
]

const ROOMS = ['core', 'electron', 'renderer'] as const

const broken = (path: string, text: string): string[] => BANS.filter(({ what, only }) => !only.includes(path) && what.test(text)).map(({ why }) => `${path}: ${why}`)

describe('what would let a page out', () => {
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(packageRoot, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:[cm]?[jt]sx?|html)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  )

  it('stands in no source but where it is checked', () => {
    expect(files.length).toBeGreaterThan(200)
    // Comments may speak of it.
    const text = (file: string): string => readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|[^:])\/\/[^\n]*/g, '$1')
    expect(files.flatMap((file) => broken(relative(packageRoot, file).split('\\').join('/'), text(file)))).toEqual([])
  })

  it.each([
    ['electron/desktop.ts', "import { ipcMain } from 'electron'"],
    ['electron/window.ts', "shell.openExternal('https://x')"],
    ['electron/menu.ts', "import { app, shell } from 'electron'"],
    ['renderer/pages/run/log.tsx', 'line.innerHTML = message'],
    ['renderer/ui/text.tsx', '<b dangerouslySetInnerHTML={{ __html: text }} />'],
    ['electron/window.ts', 'webPreferences: { contextIsolation: false }'],
    ['core/cli/main.ts', 'new Function(text)'],
  ])('is seen when it is planted in %s', (path, text) => expect(broken(path, text)).toHaveLength(1))
})
