import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { SourceFileUnreadable } from '#core/connectors/errors.ts'
import type { FolderPart } from './folder-mapping.ts'

/** A header longer than this is none, bytes. */
const LONGEST_HEADER = 1 << 20

export interface Dialect {
  readonly delimiter: string
  /** '' where nothing is quoted. */
  readonly quote: string
  readonly encoding: FolderPart['encoding']
}

export const dialectOf = (part: FolderPart): Dialect => ({
  delimiter: part.delimiter ?? (part.format === 'tsv' ? '\t' : ','),
  quote: part.quote ?? (part.format === 'tsv' ? '' : '"'),
  encoding: part.encoding,
})

/** `*` matches anything but nothing else is special. */
export function matches(name: string, pattern: string): boolean {
  const expression = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')
  return new RegExp(`^${expression}$`).test(name)
}

const isGzip = (name: string): boolean => name.toLowerCase().endsWith('.gz')

/** Column names of a text file's first row. Throws SourceFileUnreadable. */
export async function readHeader(folder: string, name: string, table: string, { delimiter, quote, encoding }: Dialect): Promise<readonly string[]> {
  const unreadable = (problem: string, cause?: unknown): SourceFileUnreadable => new SourceFileUnreadable(table, name, problem, cause)
  const decoder = new TextDecoder(encoding === 'latin-1' ? 'latin1' : encoding, { fatal: true })
  const raw = createReadStream(join(folder, name), { highWaterMark: 1 << 16 })
  const bytes = isGzip(name) ? raw.pipe(createGunzip()) : raw
  raw.on('error', (error) => bytes.destroy(error))
  let text = ''
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      text += decoder.decode(chunk, { stream: true })
      const names = firstRow(text, delimiter, quote)
      if (names) return checked(names, unreadable)
      if (text.length > LONGEST_HEADER) throw unreadable('its first row has no end')
    }
  } catch (error) {
    if (error instanceof SourceFileUnreadable) throw error
    throw unreadable(reasonOf(error), error)
  } finally {
    raw.destroy()
  }
  const names = firstRow(`${text}\n`, delimiter, quote)
  if (text.trim() === '' || !names) throw unreadable('it has no header')
  return checked(names, unreadable)
}

function checked(names: readonly string[], unreadable: (problem: string) => SourceFileUnreadable): readonly string[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw unreadable(`it has two columns ${twice}`)
  return names
}

/** Fields of the first row, null while its end has not come. */
function firstRow(text: string, delimiter: string, quote: string): string[] | null {
  const names: string[] = []
  let field = ''
  let quoted = false
  for (let index = 0; index < text.length; index += 1) {
    const mark = text[index] as string
    if (quote !== '' && mark === quote) {
      if (quoted && text[index + 1] === quote) {
        field += quote
        index += 1
      } else quoted = !quoted
    } else if (!quoted && (mark === delimiter || mark === '\n')) {
      names.push(mark === '\n' ? field.replace(/\r$/, '') : field)
      field = ''
      if (mark === '\n') return names
    } else field += mark
  }
  return null
}

/**
 * Reads a compressed file to its end: DuckDB takes a cut or damaged one for a short one, without a word.
 * Throws SourceFileUnreadable.
 */
export async function checkCompressed(folder: string, name: string, table: string): Promise<void> {
  if (!isGzip(name)) return
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    await pipeline(createReadStream(join(folder, name), { highWaterMark: 1 << 18 }), createGunzip({ chunkSize: 1 << 18 }), nowhere)
  } catch (error) {
    throw new SourceFileUnreadable(table, name, reasonOf(error), error)
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'Z_BUF_ERROR') return 'the compressed file is cut short'
  if (code.startsWith('Z_')) return 'the compressed file is damaged'
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'its text is not in the encoding that the mapping names'
  return code || 'it could not be read'
}

/** What tells that a file was written meanwhile; 'gone' when it is not there. */
export const stampOf = (folder: string, name: string): Promise<string> => stat(join(folder, name)).then(({ size, mtimeMs, ino }) => `${size}:${mtimeMs}:${ino}`, () => 'gone')
