import { os } from '#core/api/context.ts'
import { TableUnknown } from '#core/api/errors.ts'
import { exportTable } from '#core/api/export-table.ts'
import type { Warehouse } from '#core/connectors/types.ts'

/** The published table or view of that name. Throws TABLE_UNKNOWN: nothing else ever reaches a statement. */
async function published(warehouse: Warehouse, table: string) {
  const tables = await warehouse.tables()
  const found = tables.find((one) => one.name === table)
  if (!found) throw new TableUnknown(table, tables.map((one) => one.name))
  return found
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const data = {
  tables: os.data.tables.handler(async ({ input, context }) => {
    const { warehouse } = await context.regie.environment(input.environment)
    return (await warehouse.tables()).map(({ name, kind, current }) => ({
      name,
      kind,
      rows: current?.rows ?? null,
      version: current?.version ?? null,
      publishedAt: current?.at ?? null,
      runId: current?.runId ?? null,
      contentHash: current?.contentHash ?? null,
    }))
  }),

  rows: os.data.rows.handler(async ({ input, context, signal }) => {
    const { warehouse } = await context.regie.environment(input.environment)
    const { current } = await published(warehouse, input.table)
    const session = await warehouse.open({ signal })
    try {
      const from = quoted(input.table)
      const named = await session.rows<{ column_name: string }>(
        'SELECT column_name FROM information_schema.columns WHERE table_name = $table ORDER BY ordinal_position',
        { table: input.table },
        signal,
      )
      const columns = named.map((column) => column.column_name)
      const rows = await session.rows(`SELECT * FROM ${from} LIMIT ${input.limit} OFFSET ${input.offset}`, {}, signal)
      const total = current?.rows ?? (await session.rows<{ n: number }>(`SELECT count(*) AS n FROM ${from}`, {}, signal))[0]?.n ?? 0
      return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)), total }
    } finally {
      await session.close()
    }
  }),

  export: os.data.export.handler(async ({ input, context, signal }) => {
    const { warehouse } = await context.regie.environment(input.environment)
    await published(warehouse, input.table)
    return exportTable(warehouse, { select: `SELECT * FROM ${quoted(input.table)}`, file: input.file, replace: input.replace, signal })
  }),
}
