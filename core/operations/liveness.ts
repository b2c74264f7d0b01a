import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who holds a lease: enough to tell on the same machine, at once, whether it still lives. */
export interface Holder {
  readonly pid: number
  /** Start of that process in kernel ticks since boot; null where the system doesn't tell. A reused pid has another. */
  readonly started: string | null
  readonly host: string
  /** Machine and pid namespace, hashed: only within the same can a pid be judged. */
  readonly machine: string
  /** Boot of that machine, hashed: nothing survives another one. Null where the system doesn't tell. */
  readonly boot: string | null
  /** This engine, among several in one process. */
  readonly token: string
}

/**
 * `here`: that very process runs, however busy it is. `paused`: it is stopped, and may or may not go on.
 * `gone`: it can't come back. `unknown`: only its heartbeats can tell.
 */
export type Presence = 'here' | 'paused' | 'gone' | 'unknown'

export interface Processes {
  look(holder: Holder): Presence
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null
  }
}

/** State and start (fields 3 and 22 of /proc/<pid>/stat), counted after the command's closing bracket: it may hold blanks. */
function statOf(pid: number): { readonly state: string; readonly started: string } | null {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields?.[0], fields?.[19]]
  return state === undefined || started === undefined ? null : { state, started }
}

const hashed = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)

function here(): Pick<Holder, 'pid' | 'started' | 'host' | 'machine' | 'boot'> {
  let namespace = ''
  try {
    namespace = readlinkSync('/proc/self/ns/pid')
  } catch {
    // not Linux: one pid namespace
  }
  const boot = read('/proc/sys/kernel/random/boot_id')
  return {
    pid: process.pid,
    started: statOf(process.pid)?.started ?? null,
    host: hostname(),
    machine: hashed(process.platform, hostname(), read('/etc/machine-id') ?? '', namespace),
    boot: boot === null ? null : hashed(boot),
  }
}

/** This process; asked once, as it stays the same. */
const self = here()

/** A new identity for an engine of this process. */
export const newHolder = (): Holder => ({ ...self, token: randomBytes(8).toString('hex') })

/** Engines of this very process that are open: a lease of one that is closed has no holder any more. */
const open = new Set<string>()
export const announce = (holder: Holder): void => void open.add(holder.token)
export const withdraw = (holder: Holder): void => void open.delete(holder.token)

/** States of proc(5): a zombie waits only to be reaped; a stopped or traced process does nothing until it is let go on. */
const DEAD = /[ZXx]/
const STOPPED = /[Tt]/

/** Judges by the process table of this machine. */
export const systemProcesses: Processes = {
  look(holder) {
    if (holder.machine !== self.machine) return 'unknown'
    if (holder.boot !== self.boot) return holder.boot === null || self.boot === null ? 'unknown' : 'gone'
    if (holder.pid === self.pid && holder.started === self.started) return open.has(holder.token) ? 'here' : 'gone'
    try {
      process.kill(holder.pid, 0)
    } catch (error) {
      // EPERM: it runs, as another user
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
    }
    const stat = statOf(holder.pid)
    if (holder.started === null || stat === null) return 'unknown'
    if (stat.started !== holder.started || DEAD.test(stat.state)) return 'gone'
    return STOPPED.test(stat.state) ? 'paused' : 'here'
  },
}
