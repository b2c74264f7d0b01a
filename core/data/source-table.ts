import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { SourceDatabase, Warehouse } from '#core/connectors/types.ts'
import type { PersonalColumns } from './personal.ts'
import { DataUnknown } from './errors.ts'
import { sqlShelf, type SqlRow } from './sql-shelf.ts'
import { identifier, kindOf, literal } from './sql.ts'
import type { DataColumn, Shelf } from './types.ts'

/** A table of the relational source, in read-only sessions. Without a key its rows come in their physical order. */
export async function sourceTable(source: SourceDatabase, warehouse: Warehouse, personal: PersonalColumns, name: string, signal: AbortSignal): Promise<Shelf> {
  const table = (await source.tables(signal)).find((one) => one.name === name)
  if (!table) throw new DataUnknown('PostgreSQL', name)
  const columns = table.columns.map((column): DataColumn => ({ ...column, kind: kindOf(column.type), personal: personal(name, column.name) }))
  const key = (await primaryKey(source, name, signal)).filter((part) => columns.some((column) => column.name === part))
  // an order by a hidden column would tell something of its values
  const order = key.length > 0 && key.every((part) => columns.some((column) => column.name === part && !column.personal)) ? key.map(identifier) : ['ctid']
  return sqlShelf({
    description: { columns, versions: [], version: null },
    from: identifier(name),
    ties: { sorted: order, unsorted: order },
    query: (sql, stop) => source.query<SqlRow>(sql, [], stop),
    write: (select, shown, file, stop) => copyToFile(source, warehouse, select, shown, file, stop),
    close: async () => {},
  })
}

const primaryKey = async (source: SourceDatabase, table: string, signal: AbortSignal): Promise<string[]> =>
  (
    await source.query<{ name: string }>(
      `SELECT a.attname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace s ON s.oid = c.relnamespace
       JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place) ON true JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
       WHERE i.indisprimary AND c.relname = ${literal('table', table)} AND s.nspname = ANY (current_schemas(false)) ORDER BY k.place`,
      [],
      signal,
    )
  ).map((row) => row.name)

/** PostgreSQL's types as the engine that writes Parquet names them; what has no twin stays text. */
function fileType(type: string): string {
  if (/^(smallint|integer|bigint|real|double precision|boolean|date)$/.test(type)) return type.toUpperCase().replace('DOUBLE PRECISION', 'DOUBLE')
  if (type.startsWith('timestamp')) return type.includes('with time zone') ? 'TIMESTAMPTZ' : 'TIMESTAMP'
  return 'VARCHAR'
}

/** COPY straight into the file, or through it into Parquet: rows never gather in memory. */
async function copyToFile(source: SourceDatabase, warehouse: Warehouse, select: string, columns: readonly DataColumn[], file: string, signal: AbortSignal): Promise<number> {
  const csv = file.endsWith('.csv') ? file : `${file}.csv`
  const session = await warehouse.open({ signal })
  try {
    const target = createWriteStream(csv, { mode: 0o600 })
    target.write(`${columns.map(({ name }) => (/[",\n\r]/.test(name) ? identifier(name) : name)).join(',')}\n`)
    await pipeline(await source.copyOut(select, signal), target, { signal })
    const read = `read_csv(${literal('file', csv)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, parallel = false, max_line_size = 33554432, buffer_size = 33554432, columns = {${columns.map(({ name, type }) => `${literal(name, name)}: '${fileType(type)}'`).join(', ')}})`
    if (csv !== file) return await session.exportTo(`SELECT * FROM ${read}`, file, signal)
    const [found] = await session.rows<{ n: number }>(`SELECT count(*) AS n FROM ${read}`, undefined, signal)
    return found?.n ?? 0
  } finally {
    await session.close()
    if (csv !== file) await rm(csv, { force: true })
  }
}
