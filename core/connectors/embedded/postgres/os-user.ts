import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, parse } from 'node:path'

/** The operating-system user that the server runs as; null = the user of this process. */
export interface OsUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
  /** Started with the one capability that lets it enter folders which are closed to it, and with no other. */
  readonly entersAll?: boolean
}

/** util-linux; changes the user and keeps chosen capabilities. */
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv']
const CAPABILITY = '-all,+dac_read_search'

/** Users that may run a server when this process is root (PostgreSQL refuses root), best first. */
const CANDIDATES = ['postgres', 'nobody']

/** Reads /etc/passwd; undefined = this process is root and no usable user exists. */
export function serverUser(uid: number | undefined = process.getuid?.(), passwd = '/etc/passwd'): OsUser | null | undefined {
  if (uid === undefined) return null
  const users = existsSync(passwd) ? parsePasswd(readFileSync(passwd, 'utf8')) : []
  // initdb looks its own user up; a container's bare uid has no entry and can't run it.
  if (uid !== 0) return users.length === 0 || users.some((user) => user.uid === uid) ? null : undefined
  for (const name of CANDIDATES) {
    const user = users.find((candidate) => candidate.name === name && candidate.uid !== 0)
    if (user) return user
  }
  return undefined
}

function parsePasswd(text: string): OsUser[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }))
}

/** First folder on the way to `path` (itself included) that `user` may not enter; null when all are open. */
export function firstClosedFolder(path: string, user: OsUser): string | null {
  if (user.entersAll) return null
  const folders: string[] = []
  for (let folder = path; ; folder = dirname(folder)) {
    folders.unshift(folder)
    if (folder === parse(folder).root) break
  }
  for (const folder of folders) {
    if (!existsSync(folder)) return null
    const { mode, uid, gid } = statSync(folder)
    const bits = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode
    if ((bits & 1) === 0) return folder
  }
  return null
}

/**
 * The same user, able to enter closed folders (a home below /root or a private temporary folder), where root may give it
 * that: Linux with setpriv and CAP_DAC_READ_SEARCH. The server can then read what root can read; it listens on a
 * private socket only. null where that can't be had.
 */
export function enteringAll(user: OsUser): OsUser | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const able = { ...user, entersAll: true }
  const { file, args } = startedAs(able, '/bin/true', [])
  return file !== '/bin/true' && spawnSync(file, args, { stdio: 'ignore' }).status === 0 ? able : null
}

/** What to spawn so that a program runs as that user. */
export function startedAs(user: OsUser | null, file: string, args: readonly string[]): { readonly file: string; readonly args: string[]; readonly options: { uid?: number; gid?: number } } {
  if (!user) return { file, args: [...args], options: {} }
  const setpriv = user.entersAll ? SETPRIV.find((path) => existsSync(path)) : undefined
  if (setpriv === undefined) return { file, args: [...args], options: { uid: user.uid, gid: user.gid } }
  const as = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', '--inh-caps', CAPABILITY, '--ambient-caps', CAPABILITY, '--bounding-set', CAPABILITY]
  return { file: setpriv, args: [...as, '--', file, ...args], options: {} }
}
