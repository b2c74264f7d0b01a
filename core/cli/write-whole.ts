import { open, rename, rm } from 'node:fs/promises'
import { FileUnwritable } from '#core/api/errors.ts'

/** Beside it first, then by rename: half a file never stands under the name. Readable by its owner only. Throws FILE_UNWRITABLE. */
export async function writeFileWhole(file: string, content: string | Buffer): Promise<void> {
  const part = `${file}.${process.pid}.part`
  try {
    const handle = await open(part, 'w', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw new FileUnwritable(file, error)
  }
}
