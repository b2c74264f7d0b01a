import type { Json } from '#core/base/json.ts'
import { cellOf } from './cells.ts'
import { profileColumn } from './sql-profile.ts'
import { cellsSql, exportedSql, orderSql, whereSql } from './sql.ts'
import type { DataColumn, DataDescription, Shelf } from './types.ts'

export type SqlRow = Record<string, Json>

/** Something with rows behind an engine that speaks SQL. */
export interface SqlTable {
  readonly description: DataDescription
  /** What stands after FROM. */
  readonly from: string
  /** What orders rows that are equal by the sort, and all of them without one; [] = the engine keeps their order. */
  readonly ties: { readonly sorted: readonly string[]; readonly unsorted: readonly string[] }
  query(sql: string, signal: AbortSignal): Promise<readonly SqlRow[]>
  /** Writes the result of a SELECT to a .csv or .parquet file; returns rows. */
  write(select: string, columns: readonly DataColumn[], file: string, signal: AbortSignal): Promise<number>
  close(): Promise<void>
}

/** Filter, sort, page, count and profile in the engine that holds the rows. */
export function sqlShelf(table: SqlTable): Shelf {
  const { description, from, ties } = table
  const { columns } = description
  return {
    description,

    async page({ filters, sort, offset, limit }, signal) {
      const order = orderSql(columns, sort, sort === null ? ties.unsorted : ties.sorted)
      const rows = await table.query(`SELECT ${cellsSql(columns)} FROM ${from}${whereSql(columns, filters)}${order} LIMIT ${limit} OFFSET ${offset}`, signal)
      return rows.map((row) => columns.map(({ kind, personal }, i) => (personal ? null : cellOf(row[`c${i}`], kind))))
    },

    async count(filters, signal) {
      const [found] = await table.query(`SELECT count(*) AS n FROM ${from}${whereSql(columns, filters)}`, signal)
      return Number(found?.n ?? 0)
    },

    profile: (column, filters, signal) => profileColumn({ columns, from, query: (sql, stop) => table.query(sql, stop) }, column, filters, signal),

    async exportTo(file, { filters, sort }, signal) {
      const order = orderSql(columns, sort, sort === null ? ties.unsorted : ties.sorted)
      const shown = columns.filter(({ personal }) => !personal)
      return await table.write(`SELECT ${exportedSql(columns)} FROM ${from}${whereSql(columns, filters)}${order}`, shown, file, signal)
    },

    close: () => table.close(),
  }
}
