import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedServerFailed, EmbeddedServerUnavailable } from './errors.ts'
import { startedAs, type OsUser } from './os-user.ts'

export interface ClusterOptions {
  readonly folder: string
  readonly binaries: Binaries
  readonly user: OsUser | null
  /** Set = password login (scram) over TCP; null = Unix socket in a private folder. */
  readonly password: string | null
}

/** Ends the folder of a cluster that initdb has not finished. */
const DRAFT = '.new'

/** The superuser of the cluster. */
export const SUPERUSER = 'regie'

/** Environment of the server's programs: nothing of ours leaks into them. */
export const serverEnvironment = (root: string): NodeJS.ProcessEnv => ({
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(process.platform === 'win32' ? { SystemRoot: 'C:\\Windows' } : { LD_LIBRARY_PATH: join(root, 'lib') }),
})

/**
 * Makes the cluster in `<folder>/data` unless it is there. initdb works under another name that is renamed when
 * it has finished: a kill in between leaves nothing that looks like a cluster.
 */
export async function ensureCluster(options: ClusterOptions): Promise<string> {
  const data = join(options.folder, 'data')
  if (existsSync(join(data, 'PG_VERSION'))) return data
  // A name of its own: the initdb of a killed process may still be at work in its draft, and cleans up behind itself.
  const draft = join(options.folder, `data.${randomBytes(4).toString('hex')}${DRAFT}`)
  for (const left of readdirSync(options.folder).filter((name) => name.endsWith(DRAFT))) discard(join(options.folder, left))
  rmSync(data, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  if (options.user) chownSync(draft, options.user.uid, options.user.gid)
  const passwordFile = join(options.folder, 'password.init')
  if (options.password) {
    writeFileSync(passwordFile, options.password + '\n', { mode: 0o600 })
    if (options.user) chownSync(passwordFile, options.user.uid, options.user.gid)
  }
  try {
    await runInitdb(draft, passwordFile, options)
    renameSync(draft, data)
    return data
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** What somebody still writes to is left for the next time. */
function discard(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
  }
}

async function runInitdb(draft: string, passwordFile: string, { binaries, user, password, folder }: ClusterOptions): Promise<void> {
  const login = password ? ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`] : ['-A', 'trust']
  const started = startedAs(user, binaries.initdb, ['-N', '-D', draft, '-U', SUPERUSER, '-E', 'UTF8', '--locale=C', '--no-instructions', ...login])
  const { code, output } = await run(started.file, started.args, { cwd: folder, env: serverEnvironment(binaries.root), ...started.options })
  if (code === 0) return
  if (/error while loading shared libraries|cannot execute|not found \(required by|could not look up effective user|root/.test(output) || code === null) {
    throw new EmbeddedServerUnavailable(output.trim().split('\n').at(-1) || 'its initdb does not start')
  }
  throw new EmbeddedServerFailed('initdb could not create the sandbox cluster', output)
}

/** Ends with `code` null when the program can't be started at all. */
export function run(file: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number }): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let output = ''
    const collect = (chunk: Buffer): void => void (output += chunk.toString())
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', (error) => resolve({ code: null, output: `${output}${(error as NodeJS.ErrnoException).code ?? error.message}` }))
    child.once('close', (code) => resolve({ code, output }))
  })
}

/** Folders that we own may be entered by the server's user; their contents stay private by their own modes. */
export function openFoldersFor(user: OsUser | null, folders: readonly string[]): void {
  if (!user) return
  for (const folder of folders) {
    if (existsSync(folder)) chmodSync(folder, statSync(folder).mode | 0o011)
  }
}
