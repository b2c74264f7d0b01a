import { RegieError } from '#core/base/errors.ts'

/** One key of a table, added after the rows. */
export interface Constraint {
  readonly table: string
  readonly name: string
  readonly kind: 'primary key' | 'unique' | 'foreign key'
  readonly sql: string
}

export interface Schema {
  /** Table name → its CREATE TABLE, without keys. */
  readonly tables: ReadonlyMap<string, string>
  readonly constraints: readonly Constraint[]
  /** Procedures, functions, indexes, comments: run last, each may be repeated (CREATE OR REPLACE). */
  readonly others: readonly string[]
}

/** A schema file that isn't written the way this reader needs it. */
export class SchemaInvalid extends RegieError {
  constructor(file: string, line: number, problem: string) {
    super({ code: 'SCHEMA_INVALID', what: `${file}:${line}: ${problem}.`, untouched: 'Nothing was created.', next: 'Correct the file, then try again.', data: { file, line } })
  }
}

/** Splits at semicolons that end a line, outside $$ bodies; comment lines vanish. */
function statements(text: string): { sql: string; line: number }[] {
  const found: { sql: string; line: number }[] = []
  let lines: string[] = []
  let start = 0
  let inBody = false
  text.split('\n').forEach((line, index) => {
    if (lines.length === 0 && (line.trim() === '' || line.trimStart().startsWith('--'))) return
    if (lines.length === 0) start = index + 1
    lines.push(line)
    if ((line.split('$$').length - 1) % 2 === 1) inBody = !inBody
    if (inBody || !line.trimEnd().endsWith(';')) return
    found.push({ sql: lines.join('\n').trim().replace(/;$/, ''), line: start })
    lines = []
  })
  if (lines.length > 0) found.push({ sql: lines.join('\n').trim(), line: start })
  return found
}

/** Reads plain DDL: CREATE TABLE, ALTER TABLE … ADD CONSTRAINT, and whatever else comes last. */
export function readSchema(text: string, file: string): Schema {
  const tables = new Map<string, string>()
  const constraints: Constraint[] = []
  const others: string[] = []
  for (const { sql, line } of statements(text)) {
    const table = /^CREATE TABLE (\w+) \(/i.exec(sql)?.[1]
    const key = /^ALTER TABLE (?:ONLY )?(\w+)\s+ADD CONSTRAINT (\w+) (PRIMARY KEY|UNIQUE|FOREIGN KEY)/i.exec(sql)
    if (table) {
      if (tables.has(table)) throw new SchemaInvalid(file, line, `table ${table} is created twice`)
      tables.set(table, sql)
    } else if (key) {
      if (!tables.has(key[1]!)) throw new SchemaInvalid(file, line, `constraint ${key[2]} is on table ${key[1]}, which is not created above`)
      constraints.push({ table: key[1]!, name: key[2]!, kind: key[3]!.toLowerCase() as Constraint['kind'], sql })
    } else if (/^CREATE (OR REPLACE )?(PROCEDURE|FUNCTION|VIEW)|^CREATE INDEX IF NOT EXISTS|^COMMENT/i.test(sql)) {
      others.push(sql)
    } else {
      throw new SchemaInvalid(file, line, `can't place the statement "${sql.split('\n')[0]?.slice(0, 60)}"`)
    }
  }
  return { tables, constraints, others }
}
