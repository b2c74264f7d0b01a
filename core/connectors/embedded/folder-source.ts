import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { Cancelled, isCancellation, RegieError } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import { SourceFileMissing, SourceFileUnreadable } from '#core/connectors/errors.ts'
import type { SourceDatabase, SystemDescription } from '#core/connectors/types.ts'
import { DuckDbEngine, named, quoted } from './duckdb-engine.ts'
import { checkCompressed, dialectOf, matches, readHeader, stampOf } from './folder-files.ts'
import type { FolderMapping, FolderPart } from './folder-mapping.ts'

export interface FolderSourceOptions {
  readonly folder: string
  readonly mapping: FolderMapping
  readonly scratch: string
  readonly memoryLimitMb?: number
}

/** Longest row that is read, bytes; the reader keeps several buffers of that size per file. */
const LONGEST_ROW = 24 * 1024 * 1024
/** Rows that are told of before a file is given up. */
const MOST_REJECTS = 20

/**
 * A folder of files as a relational source: each table is a view over the files that the mapping names, read anew by
 * every statement, in the order of the files' rows; nothing is copied. Rows go out as text in memory, so that no
 * identifier of a person is spilled. A statement that met a broken row, a damaged file, or one that changed meanwhile,
 * fails at its end: no row is lost in silence.
 * Throws SourceFileMissing, SourceFileUnreadable with the file, and with the rows where the reader knows them.
 */
export async function openFolderSource({ folder, mapping, scratch, memoryLimitMb = 1024 }: FolderSourceOptions): Promise<SourceDatabase> {
  const present = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name).toSorted()
  const engine = await DuckDbEngine.open({ scratch, memoryLimitMb, keepOrder: true })
  const counts = new Map<string, number>()
  /** File → the table that named it first, and what it was like when it was opened. */
  const files = new Map<string, { readonly table: string; readonly stamp: string }>()
  const readers = new Map<string, Promise<string>>()
  let whole: Promise<void> | null = null

  /** The relation of one file: by the names in its own header, so that files may order their columns differently. */
  function readerOf(part: FolderPart, name: string, table: string): Promise<string> {
    const path = quoted(join(folder, name))
    if (part.format === 'parquet') return Promise.resolve(`read_parquet(${path})`)
    const dialect = dialectOf(part)
    const key = JSON.stringify([name, dialect])
    const reader = readers.get(key) ?? readHeader(folder, name, table, dialect).then((columns) => csvReader(path, columns, dialect))
    readers.set(key, reader)
    return reader
  }

  async function selectOf(part: FolderPart, table: string): Promise<string[]> {
    const names = present.filter((name) => matches(name, part.files))
    if (names.length === 0 && !part.optional) throw new SourceFileMissing(table, part.files)
    if (names.length === 0) return []
    for (const name of names) if (!files.has(name)) files.set(name, { table, stamp: await stampOf(folder, name) })
    const relations = await Promise.all(names.map((name) => readerOf(part, name, table)))
    await Promise.all(relations.map((relation, index) => expectColumns(relation, relations[0] as string, table, names[index] as string, names[0] as string)))
    const select = `SELECT * FROM (WITH file AS (${relations.map((relation) => `SELECT * FROM ${relation}`).join(' UNION ALL BY NAME ')}) ${part.select})`
    await engine.rows(`DESCRIBE ${select}`).catch((error: unknown) => {
      throw readable(error, table, names[0] as string)
    })
    return [select]
  }

  /** A column that one file of several lacks would be NULL in silence. */
  async function expectColumns(relation: string, first: string, table: string, name: string, firstName: string): Promise<void> {
    if (relation === first) return
    const columns = async (one: string): Promise<Set<string>> => new Set((await engine.rows<{ column_name: string }>(`DESCRIBE FROM ${one}`)).map((row) => row.column_name))
    const [mine, wanted] = await Promise.all([columns(relation), columns(first)])
    for (const column of wanted) if (!mine.has(column)) throw new SourceFileUnreadable(table, name, `it has no column ${column}, which ${firstName} has`)
    for (const column of mine) if (!wanted.has(column)) throw new SourceFileUnreadable(table, name, `it has a column ${column}, which ${firstName} has not`)
  }

  try {
    for (const [table, { columns, from }] of Object.entries(mapping.tables)) {
      const empty = `SELECT ${Object.entries(columns).map(([name, type]) => `NULL::${type} AS ${named(name)}`).join(', ')} WHERE false`
      const parts: string[] = []
      for (const part of from) parts.push(...(await selectOf(part, table)))
      const cast = Object.entries(columns).map(([name, type]) => `CAST(${named(name)} AS ${type}) AS ${named(name)}`)
      const view = `CREATE VIEW ${named(table)} AS SELECT ${cast.join(', ')} FROM (${[empty, ...parts].join(' UNION ALL BY NAME ')})`
      await engine.run(view).catch((error: unknown) => {
        throw readable(error, table, basename(folder))
      })
    }
  } catch (error) {
    engine.close()
    throw error
  }

  const checkWhole = (): Promise<void> =>
    (whole ??= Promise.all([...files].map(([name, { table }]) => checkCompressed(folder, name, table))).then(
      () => {},
      (error: unknown) => {
        whole = null
        throw error
      },
    ))

  /** Rows of a statement; its end is an error when what was read isn't all there is. */
  async function* read(sql: string, parameters: Readonly<Record<string, Json>> | undefined, signal?: AbortSignal): AsyncGenerator<Record<string, Json>[]> {
    if (signal?.aborted) throw new Cancelled('Reading from a folder was cancelled.')
    await checkWhole()
    try {
      yield* engine.chunks(sql, signal, {
        parameters,
        async atEnd(rows) {
          const [told] = await rows<{ n: number }>("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'reject_errors'")
          if (told?.n) throwRejects(await rows<Reject>(REJECTS), files)
          for (const [name, { table, stamp }] of files) if ((await stampOf(folder, name)) !== stamp) throw new SourceFileUnreadable(table, name, 'it changed while it was read')
        },
      })
    } catch (error) {
      throw readable(error, 'of the statement', basename(folder), files)
    }
  }

  async function rowsOf(sql: string, parameters?: Readonly<Record<string, Json>>, signal?: AbortSignal): Promise<Record<string, Json>[]> {
    const rows: Record<string, Json>[] = []
    for await (const chunk of read(sql, parameters, signal)) rows.push(...chunk)
    return rows
  }

  /** The files have no statistics, so their rows are counted, once. */
  async function countOf(table: string, signal?: AbortSignal): Promise<number> {
    const known = counts.get(table) ?? Number((await rowsOf(`SELECT count(*) AS n FROM ${named(table)}`, undefined, signal))[0]?.n)
    counts.set(table, known)
    return known
  }

  const source: SourceDatabase = {
    async describe(): Promise<SystemDescription> {
      return { system: 'postgresql', engine: `files in ${basename(folder)} (${mapping.title})`, state: 'up', note: 'Files stand in for the source database.', capabilities: { snapshot: false, cancel: 'query' } }
    },

    async tables(signal) {
      const tables = []
      for (const [name, { columns }] of Object.entries(mapping.tables)) {
        tables.push({ name, columns: Object.entries(columns).map(([column, type]) => ({ name: column, type: type.toLowerCase(), nullable: true })), rows: await countOf(name, signal) })
      }
      return tables
    },

    async query<T extends Record<string, unknown>>(sql: string, parameters: readonly unknown[], signal?: AbortSignal) {
      const bound = parameters.length === 0 ? undefined : Object.fromEntries(parameters.map((value, index) => [String(index + 1), value as Json]))
      return (await rowsOf(sql, bound, signal)) as Record<string, unknown>[] as T[]
    },

    async copyOut(sql, signal) {
      if (signal?.aborted) throw new Cancelled('Reading from a folder was cancelled.')
      return Readable.from(csv(read(sql, undefined, signal)), { objectMode: false, highWaterMark: 1 << 18 })
    },

    // A file that changes under the reader fails the statement that reads it.
    snapshot: (work) => work(source),

    async close() {
      engine.close()
    },
  }
  return source
}

/** Whether a folder with these files holds at least one that the mapping knows. */
export function folderMatches(mapping: FolderMapping, names: readonly string[]): boolean {
  return Object.values(mapping.tables).some(({ from }) => from.some((part) => names.some((name) => matches(name, part.files))))
}

function csvReader(path: string, columns: readonly string[], { delimiter, quote, encoding }: ReturnType<typeof dialectOf>): string {
  const types = columns.map((column) => `${quoted(column)}: 'VARCHAR'`).join(', ')
  return `read_csv(${path}, auto_detect = false, header = true, columns = {${types}}, delim = ${quoted(delimiter)}, quote = ${quoted(quote)}, escape = ${quoted(quote)}, encoding = ${quoted(encoding)}, allow_quoted_nulls = false, strict_mode = true, store_rejects = true, rejects_limit = ${MOST_REJECTS}, max_line_size = ${LONGEST_ROW}, buffer_size = ${LONGEST_ROW})`
}

/** Lines of COPY's CSV: NULL is nothing, an empty string is `""`. */
async function* csv(chunks: AsyncIterable<readonly Record<string, Json>[]>): AsyncGenerator<Buffer> {
  for await (const rows of chunks) yield Buffer.from(rows.map((row) => `${Object.values(row).map(field).join(',')}\n`).join(''))
}

function field(value: Json): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 't' : 'f'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === '' || /[",\n\r\\]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

type Reject = { readonly path: string; readonly rows: number; readonly first: readonly number[]; readonly kinds: readonly string[] }
const REJECTS = `
  SELECT any_value(s.file_path) AS path, count(DISTINCT e.line) AS rows, list_sort(list_distinct(list(e.line)))[:5] AS first, list_sort(list_distinct(list(e.error_type::VARCHAR))) AS kinds
  FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) GROUP BY s.file_path ORDER BY 1`

const PROBLEMS: Readonly<Record<string, string>> = {
  'MISSING COLUMNS': 'too few fields',
  'TOO MANY COLUMNS': 'too many fields',
  'UNQUOTED VALUE': 'a quote where none may be',
  'LINE SIZE OVER MAXIMUM': `more than ${LONGEST_ROW / 1024 / 1024} MB`,
  'INVALID ENCODING': 'text that is not in the encoding that the mapping names',
}

function throwRejects([found]: readonly Reject[], files: ReadonlyMap<string, { readonly table: string }>): void {
  if (!found) return
  const name = basename(found.path)
  const many = found.rows >= MOST_REJECTS ? `at least ${found.rows} rows are` : found.rows === 1 ? 'a row is' : `${found.rows} rows are`
  const kinds = found.kinds.map((kind) => PROBLEMS[kind] ?? kind.toLowerCase()).join('; ')
  throw new SourceFileUnreadable(files.get(name)?.table ?? '', name, `${many} broken (${kinds}), first at row ${found.first.join(', ')}; the header is row 1`, undefined, { rows: found.rows, first: found.first })
}

/** The reader's complaint, with the file it names and without any content of the row. */
function readable(error: unknown, table: string, file: string, files?: ReadonlyMap<string, { readonly table: string }>): unknown {
  if (!(error instanceof RegieError) || error.code !== 'WAREHOUSE_QUERY_FAILED' || isCancellation(error)) return error
  const text = error.message
  if (text.includes('Out of Memory')) return error
  const column = /Referenced column "([^"]+)" not found/.exec(text)?.[1]
  const known = /\(file = (.+)\)/.exec(text)?.[1] ?? ''
  const entry = files?.get(known)
  if (entry) return new SourceFileUnreadable(entry.table, known, 'its rows are not as the mapping says', error.cause)
  const kind = /^The warehouse refused a statement: ([A-Za-z ]+ Error)/.exec(text)?.[1]
  return new SourceFileUnreadable(table, file, column ? `it has no column ${column}` : (kind ?? 'the reader gave up'), error.cause)
}
