/**
 * The desktop window, as thin as it can be: the page comes from dist/page over a scheme of its own, the core runs in
 * a process of its own, and they speak over a message port. Nothing of the core's domains is imported here.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { app, dialog, protocol } from 'electron'
import { homeFolder } from '#core/cli/home.ts'
import { readArguments } from './arguments.ts'
import { Desktop } from './desktop.ts'
import { languageOf, words } from './copy.ts'
import { LINK_SCHEME } from './links.ts'
import { lockDown } from './lockdown.ts'
import { SCHEME } from './page-files.ts'

const { env, platform } = process
const cwd = process.cwd()
const root = join(__dirname, '..', '..')
const home = homeFolder({ env, platform, cwd, uid: process.getuid?.() })
/** Without a home there is no lock, and what has no lock would take itself for the second. */
function canLive(): boolean {
  try {
    mkdirSync(home, { recursive: true, mode: 0o711 })
    mkdirSync(join(home, 'window'), { recursive: true, mode: 0o700 })
    return true
  } catch (error) {
    const t = words[languageOf(env.LANGUAGE ?? env.LANG ?? '')]
    dialog.showErrorBox(t.noHome(home), `${error instanceof Error ? error.message : ''}\n\n${t.noHomeDetail}`)
    return false
  }
}

// Chromium's own files, and the lock that lets one window live: one of each for every home.
app.setPath('userData', join(home, 'window'))
protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }])

if (!canLive()) {
  app.exit(1)
} else if (!app.requestSingleInstanceLock()) {
  // The first one has our arguments now.
  app.exit(0)
} else {
  lockDown()
  // On Linux the package's own desktop file does it.
  if (app.isPackaged && platform !== 'linux') app.setAsDefaultProtocolClient(LINK_SCHEME)
  const unpacked = join(root.replace(/app\.asar$/, 'app.asar.unpacked'), 'dist', 'core', 'regie.js')
  const started = readArguments(process.argv, cwd)
  const desktop = new Desktop({
    home,
    root,
    actor: env.REGIE_ACTOR ?? userInfo().username,
    core: { entry: existsSync(unpacked) ? unpacked : join(root, 'dist', 'core', 'regie.js'), node: env.REGIE_CORE_NODE ?? null, env: { ...env, REGIE_HOME: home } },
    started: { ...started, firstStart: started.firstStart ?? (app.isPackaged ? 'sandbox' : null) },
  })
  void app.whenReady().then(() => desktop.start())
}
