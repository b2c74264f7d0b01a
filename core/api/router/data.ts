import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { never, os } from '#core/api/context.ts'
import { presentable, TableUnknown } from '#core/api/errors.ts'
import { writeExport } from '#core/api/export-table.ts'
import type { Warehouse } from '#core/connectors/types.ts'
import { DATA_SYSTEMS } from '#core/data/types.ts'

/** The published table or view of that name. Throws TABLE_UNKNOWN: nothing else ever reaches a statement. */
async function published(warehouse: Warehouse, table: string) {
  const tables = await warehouse.tables()
  const found = tables.find((one) => one.name === table)
  if (!found) throw new TableUnknown(table, tables.map((one) => one.name))
  return found
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** Bytes of a file that one event carries. */
const PART = 384 * 1024

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

  tree: os.data.tree.handler(async ({ input, context: { regie }, signal }) =>
    Promise.all(
      DATA_SYSTEMS.map(async (system) => {
        try {
          const { items, more } = await regie.data.list(input.environment, system, signal)
          return { system, items, more, failure: null }
        } catch (thrown) {
          return { system, items: [], more: false, failure: presentable(thrown, (error) => regie.incident(error, 'data.tree')) }
        }
      }),
    ),
  ),
  describe: os.data.describe.handler(({ input, context, signal }) => context.regie.data.describe(input, signal)),
  page: os.data.page.handler(async ({ input: { filters, sort, offset, limit, ...at }, context, signal }) => ({ rows: await context.regie.data.page(at, { filters, sort, offset, limit }, signal) })),
  count: os.data.count.handler(async ({ input: { filters, ...at }, context, signal }) => ({ rows: await context.regie.data.count(at, filters, signal) })),
  profile: os.data.profile.handler(async function* ({ input: { filters, columns, ...at }, context, signal }) {
    yield* context.regie.data.profile(at, filters, columns, signal)
  }),

  export: os.data.export.handler(async ({ input: { table: name, filters, sort, file, replace, ...at }, context: { regie }, signal }) => {
    if (at.system === 'warehouse' && at.version === undefined) await published((await regie.environment(at.environment)).warehouse, name)
    return writeExport({ file, replace, signal }, (part) => regie.data.exportTo({ ...at, name }, { filters, sort }, part, signal))
  }),

  download: os.data.download.handler(async function* ({ input: { filters, sort, format, ...at }, context: { regie }, signal }) {
    yield* regie.data.temporary(at.environment, format, async function* (file) {
      const rows = await regie.data.exportTo(at, { filters, sort }, file, signal)
      const { size } = await stat(file)
      yield { kind: 'file' as const, rows, bytes: size }
      for await (const chunk of createReadStream(file, { highWaterMark: PART, signal: signal ?? never() })) yield { kind: 'part' as const, base64: (chunk as Buffer).toString('base64') }
    })
  }),
}
