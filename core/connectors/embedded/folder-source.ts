import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import type { Json } from '#core/base/json.ts'
import { isCancellation, RegieError } from '#core/base/errors.ts'
import { SourceFileMissing, SourceFileUnreadable } from '#core/connectors/errors.ts'
import type { SourceDatabase, SystemDescription } from '#core/connectors/types.ts'
import { DuckDbEngine, named, quoted } from './duckdb-engine.ts'
import type { FolderMapping, FolderPart } from './folder-mapping.ts'

export interface FolderSourceOptions {
  readonly folder: string
  readonly mapping: FolderMapping
  readonly scratch: string
  readonly memoryLimitMb?: number
}

/** Longest row that is read, bytes; the reader keeps several buffers of that size per file. */
const LONGEST_ROW = 24 * 1024 * 1024

/**
 * A folder of files as a relational source: each table is a view over the files that the mapping names, read anew by
 * every statement; nothing is copied. Rows go out as text in memory, so that no identifier of a person is spilled.
 * Throws SourceFileMissing, SourceFileUnreadable (with the file, and the line where the reader knows it).
 */
export async function openFolderSource({ folder, mapping, scratch, memoryLimitMb = 1024 }: FolderSourceOptions): Promise<SourceDatabase> {
  const present = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name).toSorted()
  const engine = await DuckDbEngine.open({ scratch, memoryLimitMb })
  const counts = new Map<string, number>()

  const typed = async <T>(table: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw readable(error, table, folder)
    }
  }

  try {
    for (const [table, { columns, from }] of Object.entries(mapping.tables)) {
      const empty = `SELECT ${Object.entries(columns).map(([name, type]) => `NULL::${type} AS ${named(name)}`).join(', ')} WHERE false`
      const parts = from.flatMap((part) => {
        const files = present.filter((name) => matches(name, part.files))
        if (files.length === 0 && !part.optional) throw new SourceFileMissing(table, part.files)
        return files.length === 0 ? [] : [`SELECT * FROM (WITH file AS (FROM ${reader(part, files.map((name) => join(folder, name)))}) ${part.select})`]
      })
      const cast = Object.entries(columns).map(([name, type]) => `CAST(${named(name)} AS ${type}) AS ${named(name)}`)
      await typed(table, () => engine.run(`CREATE VIEW ${named(table)} AS SELECT ${cast.join(', ')} FROM (${[empty, ...parts].join(' UNION ALL BY NAME ')})`))
    }
  } catch (error) {
    engine.close()
    throw error
  }

  /** Rows of a table: the files have no statistics, so they are counted, once. */
  async function rowsOf(table: string, signal?: AbortSignal): Promise<number> {
    const known = counts.get(table)
    if (known !== undefined) return known
    const [found] = await typed(table, () => engine.rows<{ n: number }>(`SELECT count(*) AS n FROM ${named(table)}`, undefined, signal))
    counts.set(table, found?.n ?? 0)
    return found?.n ?? 0
  }

  const source: SourceDatabase = {
    async describe(): Promise<SystemDescription> {
      return { system: 'postgresql', engine: `files in ${basename(folder)} (${mapping.title})`, state: 'up', note: 'Files stand in for the source database.', capabilities: { snapshot: false, cancel: 'query' } }
    },

    async tables(signal) {
      const tables = []
      for (const [name, { columns }] of Object.entries(mapping.tables)) {
        tables.push({ name, columns: Object.entries(columns).map(([column, type]) => ({ name: column, type: type.toLowerCase(), nullable: true })), rows: await rowsOf(name, signal) })
      }
      return tables
    },

    query: <T extends Record<string, unknown>>(sql: string, parameters: readonly unknown[], signal?: AbortSignal) =>
      typed('the query', () => engine.rows(sql, Object.fromEntries(parameters.map((value, index) => [String(index + 1), value as Json])), signal)) as Promise<unknown> as Promise<T[]>,

    async copyOut(sql, signal) {
      return Readable.from(csv(engine.chunks(sql, signal), (error) => readable(error, 'the statement', folder)), { objectMode: false })
    },

    // Files don't change under a reader the way tables do: every statement reads them as they are.
    snapshot: (work) => work(source),

    async close() {
      engine.close()
    },
  }
  return source
}

/** Lines of COPY's CSV: NULL is nothing, an empty string is `""`. */
async function* csv(chunks: AsyncIterable<readonly Record<string, Json>[]>, failure: (error: unknown) => unknown): AsyncGenerator<Buffer> {
  try {
    for await (const rows of chunks) yield Buffer.from(rows.map((row) => `${Object.values(row).map(field).join(',')}\n`).join(''))
  } catch (error) {
    throw failure(error)
  }
}

function field(value: Json): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 't' : 'f'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === '' || /[",\n\r\\]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function reader(part: FolderPart, files: readonly string[]): string {
  const list = `[${files.map(quoted).join(', ')}]`
  if (part.format === 'parquet') return `read_parquet(${list}, union_by_name = true)`
  const delimiter = part.delimiter ?? (part.format === 'tsv' ? '\t' : ',')
  const quote = part.quote ?? (part.format === 'tsv' ? '' : '"')
  return `read_csv(${list}, header = true, all_varchar = true, auto_detect = true, delim = ${quoted(delimiter)}, quote = ${quoted(quote)}, escape = ${quoted(quote)}, encoding = ${quoted(part.encoding)}, strict_mode = true, sample_size = 1000, max_line_size = ${LONGEST_ROW}, buffer_size = ${LONGEST_ROW})`
}

/** Whether a folder with these files holds at least one that the mapping knows. */
export function folderMatches(mapping: FolderMapping, names: readonly string[]): boolean {
  return Object.values(mapping.tables).some(({ from }) => from.some((part) => names.some((name) => matches(name, part.files))))
}

/** `*` matches anything but nothing else is special. */
function matches(name: string, pattern: string): boolean {
  const expression = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')
  return new RegExp(`^${expression}$`).test(name)
}

/** The reader's complaint, with the file it names and without any content of the row. */
function readable(error: unknown, table: string, folder: string): unknown {
  if (!(error instanceof RegieError) || error.code !== 'WAREHOUSE_QUERY_FAILED' || isCancellation(error)) return error
  const text = error.cause instanceof Error ? error.cause.message : error.message
  if (text.startsWith('Out of Memory')) return error
  const file = /file[^"']{0,20}["']([^"'\n]+)["']/i.exec(text)?.[1]
  const line = /(?:on Line|Line:)\s*(\d+)/i.exec(text)?.[1]
  const reason = /invalid unicode|not utf-8|byte sequence/i.test(text)
    ? 'its text is not in the encoding that the mapping names'
    : (/Referenced column "([^"]+)" not found/.exec(text)?.[1]?.replace(/^/, 'it has no column ') ?? text.split('\n')[0]?.replaceAll(/(Original Line:|").*$/g, '').trim() ?? 'unknown')
  return new SourceFileUnreadable(table, file ? basename(file) : basename(folder), `${reason}${line ? ` (line ${line})` : ''}.`, error)
}
