import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export interface Surroundings {
  /** Environment variables; the command line's root is the only place that reads them. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly platform: NodeJS.Platform
  /** Undefined where the system has no such thing (Windows). */
  readonly uid: number | undefined
}

/** REGIE_HOME, else where the system keeps such state: for root on Linux /var/lib, for a user below their home. */
export function homeFolder({ env, platform, uid, cwd }: Surroundings): string {
  const own = env.HOME ?? env.USERPROFILE ?? cwd
  if (env.REGIE_HOME) return resolve(cwd, env.REGIE_HOME)
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(own, 'AppData', 'Local'), 'Regie')
  if (platform === 'darwin') return join(own, 'Library', 'Application Support', 'Regie')
  if (platform === 'linux' && uid === 0) return '/var/lib/regie'
  return join(env.XDG_DATA_HOME ?? join(own, '.local', 'share'), 'regie')
}

const FILE = 'regie.yaml'
const remembered = (home: string): string => join(home, 'workspace.json')

/**
 * The workspace that a command means: the one named, else the one that the current folder lies in, else the
 * one that was named last on this home, else the one that `regie start` makes. Null when there is none.
 */
export function findWorkspace(home: string, cwd: string, named?: string): string | null {
  if (named !== undefined) return resolve(cwd, named)
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, FILE))) return folder
    if (dirname(folder) === folder) break
  }
  const last = readRemembered(home)
  if (last !== null && existsSync(join(last, FILE))) return last
  const own = join(home, 'workspace')
  return existsSync(join(own, FILE)) ? own : null
}

/** Keeps the workspace for commands that name none. */
export function rememberWorkspace(home: string, folder: string): void {
  if (readRemembered(home) === folder) return
  mkdirSync(home, { recursive: true, mode: 0o711 })
  const draft = `${remembered(home)}.${process.pid}`
  writeFileSync(draft, JSON.stringify({ folder }) + '\n', { mode: 0o600 })
  renameSync(draft, remembered(home))
}

function readRemembered(home: string): string | null {
  try {
    const { folder } = JSON.parse(readFileSync(remembered(home), 'utf8')) as { folder?: unknown }
    return typeof folder === 'string' ? folder : null
  } catch {
    return null
  }
}
