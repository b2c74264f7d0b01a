import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnyWork } from './step-kind.ts'

/* Intermediate files: made from durable things, so they need not outlive the process; rebuilt when absent. */

/** Folder of this run's intermediate files. */
export const spillFolder = ({ context }: Pick<AnyWork, 'context'>): string => join(context.deps.scratch, context.runId)

export const spillFile = (work: Pick<AnyWork, 'context'>, stepId: string): string => join(spillFolder(work), `${stepId}.parquet`)

export const exists = async (file: string): Promise<boolean> => (await stat(file).catch(() => null)) !== null

/** Writes a file whole or not at all: `write` gets another name, which takes its place at the end. */
export async function writeSpill(file: string, write: (draft: string) => Promise<void>): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
  const draft = `${file}.draft`
  try {
    await write(draft)
    await rename(draft, file)
  } catch (thrown) {
    await rm(draft, { force: true })
    throw thrown
  }
}

/** Removes what other runs left: the locks let only one run of an environment work at a time. */
export async function clearOldSpills({ context }: Pick<AnyWork, 'context'>): Promise<void> {
  const { scratch } = context.deps
  const names = await readdir(scratch).catch(() => [])
  await Promise.all(names.filter((name) => /^\d{8}_\d{6}_/.test(name) && name !== context.runId).map((name) => rm(join(scratch, name), { recursive: true, force: true })))
}

/** True when a step that reads this one's output has finished: then its intermediate file may be gone. */
export function readersFinished(work: AnyWork, reads: (step: AnyWork['step']) => readonly string[]): boolean {
  return work.steps
    .filter((step) => reads(step).includes(work.step.id))
    .some((step) => {
      try {
        work.context.output(step.id)
        return true
      } catch {
        return false
      }
    })
}
