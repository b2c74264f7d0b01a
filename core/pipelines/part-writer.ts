import { open, readFile, rm, mkdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { isCancellation, RegieError } from '#core/base/errors.ts'
import type { WarehouseSession } from '#core/connectors/types.ts'
import type { Pseudonymiser } from './csv/pseudonymiser.ts'
import { RowTransform, type Piece, type RowCounts } from './csv/row-transform.ts'
import { RawFileRefused } from './errors.ts'
import { keyColumn, rawKey, type RawPart } from './raw-store.ts'
import { spillFolder } from './spill.ts'
import { name, text } from './sql.ts'
import type { Work } from './step-kind.ts'

/** The CSV reader's limit for one row, bytes; raised for files with longer ones. */
const LINE_BYTES = 2_000_000
/** Parts that wait for their conversion before reading pauses. */
const MOST_WAITING = 3

export interface PartWriterOptions {
  readonly work: Work<'extract'>
  readonly table: string
  /** Columns as they come: those to be replaced first. */
  readonly selected: readonly string[]
  /** Columns as the files have them. */
  readonly columns: readonly string[]
  /** The leading columns, in their order. */
  readonly pseudonymised: readonly { readonly column: string; readonly domain: string; readonly by: Pseudonymiser }[]
  readonly session: WarehouseSession
  readonly oneAtATime: <T>(convert: () => Promise<T>) => Promise<T>
  readonly signal: AbortSignal
}

interface OpenPart {
  readonly path: string
  readonly handle: FileHandle
  readonly rowsBefore: number
  bytes: number
}

/**
 * Turns one table's CSV stream into Parquet objects: pseudonymised bytes go to a scratch file; every full part is
 * converted and put while the next one is read. Nothing is on the disk before its pseudonyms are.
 */
export class PartWriter {
  readonly #options: PartWriterOptions
  readonly #transform: RowTransform
  readonly #parts: Promise<RawPart>[] = []
  readonly #limit: number
  #file: OpenPart | null = null
  #rowsClosed = 0
  #waiting = 0

  constructor(options: PartWriterOptions) {
    this.#options = options
    this.#transform = new RowTransform(options.table, options.pseudonymised.map(({ by }) => by))
    this.#limit = options.work.step.partMegabytes << 20
  }

  get counts(): RowCounts {
    return this.#transform.counts
  }

  /** Reads the stream to its end. */
  async take(stream: Readable, onChunk: (writer: PartWriter) => void): Promise<void> {
    try {
      for await (const chunk of stream) {
        const piece = this.#transform.push(chunk as Buffer)
        if (!piece) continue
        await this.#write(piece)
        onChunk(this)
      }
      await this.#write(this.#transform.end())
      onChunk(this)
    } catch (thrown) {
      stream.destroy()
      await this.#discard()
      throw thrown
    }
  }

  /** All parts, converted and put. */
  async finish(): Promise<RawPart[]> {
    // an empty table has one part without rows: a reader needs its columns
    if (this.#file === null && this.#parts.length === 0) await this.#open()
    if (this.#file) await this.#close(this.counts.rows)
    return await Promise.all(this.#parts)
  }

  async #write({ bytes, rowEnd }: Piece): Promise<void> {
    if (bytes.length === 0) return
    const file = this.#file ?? (await this.#open())
    if (file.bytes + bytes.length < this.#limit || rowEnd === 0) {
      await file.handle.write(bytes)
      file.bytes += bytes.length
      return
    }
    await file.handle.write(bytes.subarray(0, rowEnd))
    file.bytes += rowEnd
    await this.#close(this.counts.rows)
    if (this.#waiting > MOST_WAITING) await this.#parts.at(-2)
    if (rowEnd < bytes.length) await this.#write({ bytes: bytes.subarray(rowEnd), rowEnd: 0 })
  }

  async #open(): Promise<OpenPart> {
    const { work, table } = this.#options
    await mkdir(spillFolder(work), { recursive: true, mode: 0o700 })
    const path = join(spillFolder(work), `${table}.${this.#parts.length}.csv`)
    this.#file = { path, handle: await open(path, 'w', 0o600), bytes: 0, rowsBefore: this.#rowsClosed }
    return this.#file
  }

  async #close(rows: number): Promise<void> {
    const file = this.#file!
    this.#file = null
    await file.handle.close()
    const part = this.#convert(file.path, rows - file.rowsBefore, this.#parts.length)
    this.#rowsClosed = rows
    this.#waiting++
    part.then(
      () => this.#waiting--,
      () => this.#waiting--,
    )
    this.#parts.push(part)
  }

  async #convert(csv: string, rows: number, index: number): Promise<RawPart> {
    const { work, table, signal, oneAtATime } = this.#options
    const parquet = `${csv}.parquet`
    try {
      await oneAtATime(() => this.#toParquet(csv, parquet))
      await rm(csv, { force: true })
      const key = rawKey(work.step.folder, table, work.context.runId, `${String(index).padStart(4, '0')}.parquet`)
      const body = await readFile(parquet)
      signal.throwIfAborted()
      const { versionId, bytes, sha256 } = await work.context.deps.objects.put(key, body, { signal, metadata: { rows: String(rows) } })
      return { key, versionId, rows, bytes, sha256 }
    } catch (thrown) {
      if (isCancellation(thrown) || (thrown instanceof RegieError && thrown.code !== 'WAREHOUSE_QUERY_FAILED')) throw thrown
      if (signal.aborted) throw signal.reason
      throw new RawFileRefused(table, 'parse')
    } finally {
      await Promise.all([rm(csv, { force: true }), rm(parquet, { force: true })])
    }
  }

  async #toParquet(csv: string, parquet: string): Promise<void> {
    const { session, columns, selected, pseudonymised, signal } = this.#options
    const line = this.counts.longest > LINE_BYTES / 2 ? `, max_line_size = ${this.counts.longest + LINE_BYTES}` : ''
    const keys = new Map(pseudonymised.map(({ column, domain, by }) => [keyColumn(domain), `CASE WHEN ${name(column)} IS NOT NULL THEN ${text(by.keyId)} END AS ${name(keyColumn(domain))}`]))
    // parallel = false: a second reader would take up the file inside a quoted value of several lines, and find no rows there
    await session.run(
      `COPY (SELECT ${[...columns.map(name), ...keys.values()].join(', ')} FROM read_csv(${text(csv)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', new_line = '\\n',
        nullstr = '', allow_quoted_nulls = false, strict_mode = true, parallel = false, columns = {${selected.map((column) => `${text(column)}: 'VARCHAR'`).join(', ')}}${line}))
       TO ${text(parquet)} (FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 2000)`,
      undefined,
      signal,
    )
  }

  async #discard(): Promise<void> {
    const file = this.#file
    this.#file = null
    await Promise.allSettled(this.#parts)
    if (!file) return
    await file.handle.close().catch(() => {})
    await rm(file.path, { force: true })
  }
}
