import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { isCancellation, RegieError } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import type { Warehouse, WarehouseSession } from '#core/connectors/types.ts'
import { ScoreFileBroken, ScoreFileEmpty, ScoreFileMissing, ScoreFileTooWide, ScoreFileUnknown } from './errors.ts'

/** Columns that a file may have, and bytes of a row. */
export const MOST_COLUMNS = 2000
const LONGEST_ROW = 16 << 20
const HEADER_BYTES = 1 << 20

export interface ColumnChoice {
  readonly text: string
  readonly rating: string | null
  readonly hasImage: string | null
  readonly hasOrders: string | null
}

export type InputFile = {
  readonly file: string
  readonly format: 'csv' | 'parquet'
  readonly bytes: number
  /** ms since 1970, whole. */
  readonly modifiedMs: number
  readonly delimiter: string
  readonly columns: readonly string[]
}

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Looks at a file's first and last bytes and its columns; rows are not read. Throws SCORE_FILE_*. */
export async function inspectFile(warehouse: Warehouse, file: string, signal?: AbortSignal): Promise<InputFile> {
  const name = basename(file)
  const handle = await open(file).catch(() => {
    throw new ScoreFileMissing(file)
  })
  try {
    const { size, mtimeMs } = await handle.stat()
    if (size === 0) throw new ScoreFileEmpty(name, 'bytes')
    const head = Buffer.alloc(Math.min(size, HEADER_BYTES))
    await handle.read(head, 0, head.length, 0)
    const tail = Buffer.alloc(Math.min(size, 4))
    await handle.read(tail, 0, tail.length, size - tail.length)
    const base = { file, bytes: size, modifiedMs: Math.floor(mtimeMs) }
    if (head.subarray(0, 4).toString('latin1') === 'PAR1') {
      if (size < 12 || tail.toString('latin1') !== 'PAR1') throw new ScoreFileBroken(name, 'it is a Parquet file that was cut short')
      const columns = await parquetColumns(warehouse, file, signal)
      if (columns.length > MOST_COLUMNS) throw new ScoreFileTooWide(name, MOST_COLUMNS)
      return { ...base, format: 'parquet', delimiter: '', columns }
    }
    if (!/\.(csv|tsv|txt)$/i.test(file)) throw /\.parquet$/i.test(file) ? new ScoreFileBroken(name, 'it does not begin as a Parquet file') : new ScoreFileUnknown(name)
    return { ...base, format: 'csv', ...headerOf(name, head, size) }
  } finally {
    await handle.close()
  }
}

async function parquetColumns(warehouse: Warehouse, file: string, signal?: AbortSignal): Promise<string[]> {
  const session = await warehouse.open({ signal })
  try {
    return (await session.rows<{ column_name: string }>(`DESCRIBE FROM read_parquet(${literal(file)})`, undefined, signal)).map((one) => one.column_name)
  } catch (thrown) {
    if (isCancellation(thrown)) throw thrown
    throw new ScoreFileBroken(basename(file), 'its Parquet footer is broken')
  } finally {
    await session.close()
  }
}

/** The first line as names, with the delimiter that parts most of them. */
function headerOf(name: string, head: Buffer, size: number): { delimiter: string; columns: string[] } {
  const end = lineEnd(head)
  if (end < 0 && size > head.length) throw new ScoreFileTooWide(name, MOST_COLUMNS)
  let line: string
  try {
    line = new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(0, end < 0 ? head.length : end)).replace(/\r$/, '')
  } catch {
    throw new ScoreFileBroken(name, 'its header is no UTF-8 text', [1])
  }
  const [delimiter, columns] = [',', ';', '\t', '|'].map((one): [string, string[]] => [one, fieldsOf(line, one)]).reduce((best, one) => (one[1].length > best[1].length ? one : best))
  if (columns.length > MOST_COLUMNS) throw new ScoreFileTooWide(name, MOST_COLUMNS)
  if (columns.some((column) => column === '')) throw new ScoreFileBroken(name, 'a column of its header has no name', [1])
  if (new Set(columns.map((column) => column.toLowerCase())).size !== columns.length) throw new ScoreFileBroken(name, 'two columns of its header have the same name', [1])
  return { delimiter, columns }
}

/** End of the first line; a line break inside quotes is none. -1: there is none here. */
function lineEnd(bytes: Buffer): number {
  let quoted = false
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x22) quoted = !quoted
    else if (bytes[i] === 0x0a && !quoted) return i
  }
  return -1
}

function fieldsOf(line: string, delimiter: string): string[] {
  const fields = ['']
  let quoted = false
  for (const character of line) {
    if (character === '"') quoted = !quoted
    else if (character === delimiter && !quoted) fields.push('')
    else fields[fields.length - 1] += character
  }
  return fields.map((field) => field.trim())
}

/** What stands after FROM to read the file's rows in their order; CSV values are text. `rejects`: broken rows are set aside. */
export function relationOf({ file, format, delimiter, columns }: InputFile, rejects = false): string {
  if (format === 'parquet') return `read_parquet(${literal(file)})`
  const types = columns.map((column) => `${literal(column)}: 'VARCHAR'`).join(', ')
  return `read_csv(${literal(file)}, auto_detect = false, header = true, delim = ${literal(delimiter)}, quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, strict_mode = true, max_line_size = ${LONGEST_ROW}, buffer_size = ${2 * LONGEST_ROW}${rejects ? ', store_rejects = true, rejects_limit = 1000' : ''}, columns = {${types}})`
}

/**
 * A session that keeps the order of rows: scores are put beside the rows by their place. One thread: with several the
 * engine joins by place what its threads happened to read at the same time.
 */
export async function openOrdered(warehouse: Warehouse, signal?: AbortSignal): Promise<WarehouseSession> {
  const session = await warehouse.open({ signal })
  await session.run('SET preserve_insertion_order = true; SET threads = 1')
  return session
}

const PROBLEMS: Readonly<Record<string, string>> = {
  'MISSING COLUMNS': 'a row has too few fields',
  'TOO MANY COLUMNS': 'a row has too many fields',
  'UNQUOTED VALUE': 'a quote stands where none may',
  'LINE SIZE OVER MAXIMUM': 'a row is longer than 16 MB',
  'INVALID ENCODING': 'its text is no valid UTF-8',
  'INVALID STATE': 'a quote never closes',
}

/** Reads every row once; returns how many. Throws SCORE_FILE_BROKEN with the first broken rows, SCORE_FILE_EMPTY. */
export async function checkRows(session: WarehouseSession, input: InputFile, columns: ColumnChoice, signal: AbortSignal): Promise<number> {
  const name = basename(input.file)
  try {
    // the text is really read: a Parquet file may be broken in a part that a count never looks at
    const [found] = await session.rows<{ n: number; m: number | null }>(`SELECT count(*) AS n, sum(length(${textSql(columns)})) AS m FROM ${relationOf(input, true)}`, undefined, signal)
    if (input.format === 'csv') {
      const broken = await session.rows<{ line: number; kind: string }>('SELECT line, error_type::VARCHAR AS kind FROM reject_errors ORDER BY line LIMIT 5', undefined, signal)
      if (broken[0]) throw new ScoreFileBroken(name, `${PROBLEMS[broken[0].kind] ?? broken[0].kind.toLowerCase()} (row ${broken.map(({ line }) => line).join(', ')}; the header is row 1)`, broken.map(({ line }) => line))
    }
    if (!found || found.n === 0) throw new ScoreFileEmpty(name, 'rows')
    return found.n
  } catch (thrown) {
    throw brokenBy(thrown, name)
  }
}

/** The engine's refusal to read rows as one of ours; it may not quote a row. */
export function brokenBy(thrown: unknown, name: string): unknown {
  if (!(thrown instanceof RegieError) || thrown.code !== 'WAREHOUSE_QUERY_FAILED' || isCancellation(thrown)) return thrown
  const text = thrown.message
  const problem = /line size|buffer/i.test(text) ? 'a row is longer than 16 MB' : /unicode|utf-?8|encod/i.test(text) ? 'its text is no valid UTF-8' : 'its rows are cut short or damaged'
  return new ScoreFileBroken(name, problem)
}

/** Whether the file is still the one that was planned. */
export async function isSame({ file, bytes, modifiedMs }: InputFile): Promise<boolean> {
  const now = await stat(file).catch(() => null)
  return now !== null && now.size === bytes && Math.floor(now.mtimeMs) === modifiedMs
}

const textSql = ({ text }: ColumnChoice): string => `CAST(${identifier(text)} AS VARCHAR)`

/** The four inputs of a score; what is no rating from 1 to 5 counts as none, an empty or negative word as false. */
export function inputsSql(columns: ColumnChoice): string {
  const yes = (column: string | null): string => (column === null ? 'false' : `coalesce(lower(trim(CAST(${identifier(column)} AS VARCHAR))) NOT IN ('', '0', '0.0', 'false', 'f', 'no', 'n', 'null', 'none', '[]'), false)`)
  const stars = columns.rating === null ? 'NULL' : `TRY_CAST(${identifier(columns.rating)} AS DOUBLE)`
  return `${textSql(columns)} AS body, CASE WHEN ${stars} IN (1, 2, 3, 4, 5) THEN CAST(${stars} AS INTEGER) ELSE 0 END AS rating, ${yes(columns.hasImage)} AS has_image, ${yes(columns.hasOrders)} AS has_orders`
}

const GUESSES: Readonly<Record<keyof ColumnChoice, readonly RegExp[]>> = {
  text: [/^(description|r_desc|review_?text|review_?body|text|body|comment|content|review)$/i, /(desc|text|body|comment|content)/i],
  rating: [/^(rating|stars?|overall|score|star_rating)$/i, /(rating|stars)/i],
  hasImage: [/^has_?(images?|pictures?|photos?)$/i, /(image|picture|photo|_img)/i],
  hasOrders: [/^has_?orders?$/i, /^(verified_purchase|verified|orders?)$/i],
}

/** Which column is most likely meant; null where none is. */
export function guessColumns(columns: readonly string[]): { readonly [role in keyof ColumnChoice]: string | null } {
  const guess = (role: keyof ColumnChoice): string | null => GUESSES[role].flatMap((pattern) => columns.filter((column) => pattern.test(column)))[0] ?? null
  return { text: guess('text') ?? (columns.length === 1 ? (columns[0] ?? null) : null), rating: guess('rating'), hasImage: guess('hasImage'), hasOrders: guess('hasOrders') }
}

/** First rows, for the choice of columns; long texts are cut. */
export async function sampleRows(warehouse: Warehouse, input: InputFile, limit: number, signal?: AbortSignal): Promise<Json[][]> {
  const session = await openOrdered(warehouse, signal)
  try {
    const shown = input.columns.slice(0, 40)
    const rows = await session.rows<Record<string, Json>>(`SELECT ${shown.map((column, i) => `left(CAST(${identifier(column)} AS VARCHAR), 200) AS c${i}`).join(', ')} FROM ${relationOf(input)} LIMIT ${limit}`, undefined, signal)
    return rows.map((row) => shown.map((_, i) => row[`c${i}`] ?? null))
  } catch (thrown) {
    throw brokenBy(thrown, basename(input.file))
  } finally {
    await session.close()
  }
}
