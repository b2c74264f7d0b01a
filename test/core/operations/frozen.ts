import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { APPLICATION_ID, versionOf } from '#core/store/migration.ts'

/**
 * A home as a release left it: its schema as SQL and all rows, so that today's program opens exactly what that release
 * wrote. The next release adds a folder beside 0.1.0; none is ever rewritten.
 */
export interface FrozenHome {
  readonly release: string
  readonly storeVersion: number
  /** In the order of creation. */
  readonly schema: readonly { readonly type: string; readonly name: string; readonly sql: string }[]
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>>
  /** Other files of the home, as text. */
  readonly files: Readonly<Record<string, string>>
}
type Cell = string | number | null | { readonly hex: string }

/** Dumps a home that nobody has open. Whoever held a lease is replaced by a holder of no machine. */
export function freeze(home: string, release: string, files: readonly string[]): FrozenHome {
  const db = new Database(join(home, 'state.sqlite'))
  try {
    const schema = db.prepare<[], { type: string; name: string; sql: string }>(`SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid`).all()
    const tables = Object.fromEntries(
      [...schema.filter((one) => one.type === 'table').map((one) => one.name), 'sqlite_sequence'].map((table) => [table, db.prepare<[], Record<string, unknown>>(`SELECT ${stored(db, table)} FROM "${table}"`).all().map(frozenRow)]),
    )
    return { release, storeVersion: versionOf(db), schema, tables, files: Object.fromEntries(files.map((name) => [name, readFileSync(join(home, name), 'utf8')])) }
  } finally {
    db.close()
  }
}

/** Makes the home again. */
export function thaw(frozen: FrozenHome, home: string): void {
  const db = new Database(join(home, 'state.sqlite'))
  db.pragma('foreign_keys = OFF')
  db.transaction(() => {
    for (const { type, sql } of frozen.schema) if (type === 'table') db.exec(sql)
    for (const [table, rows] of Object.entries(frozen.tables)) {
      for (const row of rows) {
        const columns = Object.keys(row)
        const values = Object.values(row).map((cell) => (typeof cell === 'object' && cell !== null ? Buffer.from(cell.hex, 'hex') : cell))
        db.prepare(`INSERT OR REPLACE INTO "${table}" (${columns.map((name) => `"${name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`).run(...values)
      }
    }
    for (const { type, sql } of frozen.schema) if (type !== 'table') db.exec(sql)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${frozen.storeVersion}`)
  })()
  db.close()
  for (const [name, text] of Object.entries(frozen.files)) writeFileSync(join(home, name), text)
}

/** Columns that hold something of their own: generated ones are computed again. */
function stored(db: Database.Database, table: string): string {
  const columns = db.pragma(`table_xinfo("${table}")`) as { name: string; hidden: number }[]
  return columns.filter((column) => column.hidden === 0).map((column) => `"${column.name}"`).join(', ')
}

function frozenRow(row: Readonly<Record<string, unknown>>): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]): [string, Cell] => {
      if (name === 'holder') return [name, JSON.stringify({ pid: 1, started: '1', host: 'frozen', machine: 'frozen', boot: 'frozen', token: 'frozen' })]
      return [name, Buffer.isBuffer(value) ? { hex: value.toString('hex') } : (value as Cell)]
    }),
  )
}
