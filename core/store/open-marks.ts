import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Marks set by this process and not taken back yet: a pid alone can be a dead process's, used again. */
const ours = new Set<string>()
let count = 0

const folderOf = (file: string): string => `${file}.open`

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export interface OpenMarks {
  /** Marks whose process still lives, without our own last one. */
  readonly living: readonly string[]
  /** Marks of processes that died without closing. */
  readonly dead: readonly string[]
}

/** Who has the store open: one file `<pid>-<n>` per open store in `<file>.open/`. */
export function readMarks(file: string): OpenMarks {
  const folder = folderOf(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const living: string[] = []
  const dead: string[] = []
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const pid = Number.parseInt(name, 10)
    const lives = pid === process.pid ? ours.has(path) : isAlive(pid)
    ;(lives ? living : dead).push(path)
  }
  return { living, dead }
}

/** Says that this process has the store open; the returned function takes it back. */
export function setMark(file: string): () => void {
  const path = join(folderOf(file), `${process.pid}-${count++}`)
  mkdirSync(folderOf(file), { recursive: true, mode: 0o700 })
  writeFileSync(path, '')
  ours.add(path)
  return () => {
    ours.delete(path)
    rmSync(path, { force: true })
  }
}

/** Forgets processes that died, once the store was checked. */
export function clearMarks(marks: readonly string[]): void {
  for (const path of marks) rmSync(path, { force: true })
}
