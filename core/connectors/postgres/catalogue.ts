import type { ColumnDescription } from '#core/connectors/types.ts'

export interface TableRow extends Record<string, unknown> {
  readonly name: string
  readonly rows: number
  readonly column: string
  readonly type: string
  readonly nullable: boolean
}

/** Base tables of the search path with their columns in order; one row per column. */
export const TABLES_SQL = `
SELECT c.relname AS name, c.reltuples::float8 AS rows, a.attname AS column,
       format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY (current_schemas(false))
ORDER BY c.relname, a.attnum`

export interface TableDescription {
  readonly name: string
  readonly columns: readonly ColumnDescription[]
  readonly rows: number
}

export function tablesFrom(rows: readonly TableRow[]): TableDescription[] {
  const tables = new Map<string, { name: string; columns: ColumnDescription[]; rows: number }>()
  for (const row of rows) {
    const table = tables.get(row.name) ?? { name: row.name, columns: [], rows: row.rows }
    table.columns.push({ name: row.column, type: row.type, nullable: row.nullable })
    tables.set(row.name, table)
  }
  return [...tables.values()]
}
