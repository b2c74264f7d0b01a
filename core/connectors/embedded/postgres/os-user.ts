import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, parse } from 'node:path'

/** The operating-system user that the server runs as; null = the user of this process. */
export interface OsUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

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
