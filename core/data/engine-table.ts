import type { Warehouse, WarehouseSession } from '#core/connectors/types.ts'
import { DataUnknown } from './errors.ts'
import { sqlShelf, type SqlRow } from './sql-shelf.ts'
import { identifier, kindOf, literal } from './sql.ts'
import type { DataColumn, DataVersion, Shelf } from './types.ts'

/** A published table in one of its versions, or a view, in the warehouse's own engine. */
export async function warehouseTable(warehouse: Warehouse, name: string, version: string | undefined, signal: AbortSignal): Promise<Shelf> {
  const found = (await warehouse.tables()).find((one) => one.name === name)
  const kept = await warehouse.versions(name)
  if (!found && kept.length === 0) throw new DataUnknown('warehouse', name)
  const versions = kept.flatMap((one): DataVersion[] =>
    one.state === 'dropped' ? [] : [{ version: String(one.version), state: one.state, at: one.at, rows: one.rows, bytes: one.bytes, runId: one.runId }],
  )
  const wanted = version ?? versions.find(({ state }) => state === 'current')?.version ?? null
  if (wanted !== null && !versions.some((one) => one.version === wanted)) throw new DataUnknown('warehouse', `${name} version ${wanted}`)
  const session = await opened(warehouse, signal)
  return await closing(session, async () => {
    if (wanted === null) return await relationShelf(session, { from: identifier(name), order: 'columns', versions: [], version: null }, signal)
    return await relationShelf(session, { from: await session.relation(name, Number(wanted)), order: 'file', versions, version: wanted }, signal)
  })
}

/** A Parquet or CSV file on this machine. */
export async function fileTable(warehouse: Warehouse, path: string, versions: readonly DataVersion[], version: string | null, signal: AbortSignal, format = path): Promise<Shelf> {
  const session = await opened(warehouse, signal)
  const parquet = format.endsWith('.parquet')
  const from = parquet ? `read_parquet(${literal('file', path)})` : `(SELECT *, row_number() OVER () AS file_row_number FROM read_csv(${literal('file', path)}, all_varchar = true, parallel = false, max_line_size = 16777216, buffer_size = 16777216))`
  return await closing(session, () => relationShelf(session, { from, order: 'file', versions, version }, signal))
}

async function opened(warehouse: Warehouse, signal: AbortSignal): Promise<WarehouseSession> {
  const session = await warehouse.open({ signal })
  // pages of an unsorted file must not overlap; an engine without the setting keeps the order anyway
  await session.run('SET preserve_insertion_order = true').catch(() => {})
  return session
}

async function closing(session: WarehouseSession, make: () => Promise<Shelf>): Promise<Shelf> {
  try {
    return await make()
  } catch (thrown) {
    await session.close()
    throw thrown
  }
}

interface Relation {
  readonly from: string
  /** file: rows have a place in a file; columns: their order is that of all their values. */
  readonly order: 'file' | 'columns'
  readonly versions: readonly DataVersion[]
  readonly version: string | null
}

async function relationShelf(session: WarehouseSession, { from, order, versions, version }: Relation, signal: AbortSignal): Promise<Shelf> {
  const described = await session.rows<{ column_name: string; column_type: string; null: string }>(`DESCRIBE SELECT * FROM ${from}`, undefined, signal)
  const columns = described
    .filter((one) => one.column_name !== 'file_row_number')
    .map((one): DataColumn => ({ name: one.column_name, type: one.column_type, kind: kindOf(one.column_type), nullable: one.null !== 'NO', personal: false }))
  const all = columns.map(({ name }) => `CAST(${identifier(name)} AS VARCHAR)`)
  return sqlShelf({
    description: { columns, versions, version },
    from,
    ties: order === 'file' ? { sorted: ['file_row_number'], unsorted: [] } : { sorted: all, unsorted: all },
    query: (sql, stop) => session.rows<SqlRow>(sql, undefined, stop),
    write: (select, _columns, file, stop) => session.exportTo(select, file, stop),
    close: () => session.close(),
  })
}
