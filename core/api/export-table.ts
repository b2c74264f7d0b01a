import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isCancellation, RegieError } from '#core/base/errors.ts'
import type { Warehouse } from '#core/connectors/types.ts'
import { FileExists, FileKindUnknown, FileUnwritable } from './errors.ts'

export interface Exported {
  readonly file: string
  readonly rows: number
  readonly bytes: number
  /** Of the file as it stands on the disk, hex. */
  readonly sha256: string
}

/**
 * Writes a SELECT of the warehouse to a .parquet or .csv file, as `writeExport` does.
 */
export async function exportTable(
  warehouse: Warehouse,
  { select, ...rest }: { select: string; file: string; replace: boolean; signal?: AbortSignal },
): Promise<Exported> {
  return await writeExport(rest, async (part) => {
    const session = await warehouse.open({ signal: rest.signal })
    try {
      return await session.exportTo(select, part, rest.signal)
    } finally {
      await session.close()
    }
  })
}

/**
 * Writes rows to a .parquet or .csv file: `write` makes another file beside it and returns its rows, which then takes
 * its name, so that nobody ever sees half a file under that name. Size and hash are read back from the disk.
 * Throws FILE_KIND_UNKNOWN, FILE_EXISTS (unless `replace`), FILE_UNWRITABLE; an abort leaves nothing behind.
 */
export async function writeExport({ file, replace, signal }: { file: string; replace: boolean; signal?: AbortSignal }, write: (part: string) => Promise<number>): Promise<Exported> {
  const target = resolve(file)
  const kind = extname(target).toLowerCase()
  if (kind !== '.parquet' && kind !== '.csv') throw new FileKindUnknown(basename(target))
  if (!replace && (await access(target).then(() => true, () => false))) throw new FileExists(target)
  const part = join(dirname(target), `.${basename(target, extname(target))}.${process.pid}.part${kind}`)
  try {
    const rows = await write(part)
    const hash = createHash('sha256')
    await pipeline(createReadStream(part), hash, { signal })
    const { size } = await stat(part)
    const handle = await open(part, 'r+')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, target)
    return { file: target, rows, bytes: size, sha256: hash.digest('hex') }
  } catch (error) {
    await rm(part, { force: true })
    if (error instanceof RegieError || isCancellation(error)) throw error
    throw new FileUnwritable(target, error)
  }
}
