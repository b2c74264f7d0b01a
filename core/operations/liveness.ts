import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who holds a lease: enough to tell on the same machine, at once, whether it still lives. */
export interface Holder {
  readonly pid: number
  /** Start of that process in kernel ticks since boot; null where the system doesn't tell. A reused pid has another. */
  readonly started: string | null
  readonly host: string
  /** Machine, boot and pid namespace, hashed: only within the same can a pid be judged. */
  readonly boot: string
  /** This engine, among several in one process. */
  readonly token: string
}

/** `here`: that very process runs. `gone`: it can't come back. `unknown`: only its heartbeats can tell. */
export type Presence = 'here' | 'gone' | 'unknown'

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

/** Field 22 of /proc/<pid>/stat, counted after the command's closing bracket (the command may hold blanks). */
function startOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

function bootIdentity(): string {
  let namespace = ''
  try {
    namespace = readlinkSync('/proc/self/ns/pid')
  } catch {
    // not Linux: the host's name alone separates machines
  }
  const parts = [hostname(), read('/proc/sys/kernel/random/boot_id') ?? process.platform, namespace]
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)
}

/** A new identity for an engine of this process. */
export function newHolder(): Holder {
  return { pid: process.pid, started: startOf(process.pid), host: hostname(), boot: bootIdentity(), token: randomBytes(8).toString('hex') }
}

/** Engines of this very process that are open: a lease of one that is closed has no holder any more. */
const open = new Set<string>()
export const announce = (holder: Holder): void => void open.add(holder.token)
export const withdraw = (holder: Holder): void => void open.delete(holder.token)

/** Judges by the process table of this machine. */
export const systemProcesses: Processes = {
  look(holder) {
    if (holder.boot !== bootIdentity()) return 'unknown'
    if (holder.pid === process.pid && holder.started === startOf(process.pid)) return open.has(holder.token) ? 'here' : 'gone'
    try {
      process.kill(holder.pid, 0)
    } catch (error) {
      // EPERM: it runs, as another user
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
    }
    const started = startOf(holder.pid)
    if (holder.started === null || started === null) return 'unknown'
    return started === holder.started ? 'here' : 'gone'
  },
}
