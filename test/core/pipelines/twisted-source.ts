import type { SourceDatabase } from '#core/connectors/types.ts'

/**
 * The real source, with some tables replaced by a SELECT over the real ones: rows that the schema would not take, or
 * that nobody has. The server runs it, so bytes, types and errors are real.
 */
export function twistedSource(source: SourceDatabase, tables: Readonly<Record<string, string>>): SourceDatabase {
  const twisted = (sql: string): string => Object.entries(tables).reduce((text, [table, select]) => text.replace(`FROM "${table}"`, `FROM (${select}) AS "${table}"`), sql)
  return {
    ...source,
    copyOut: (sql, signal) => source.copyOut(twisted(sql), signal),
    snapshot: (work, signal) => source.snapshot((reader) => work({ ...reader, copyOut: (sql, inner) => reader.copyOut(twisted(sql), inner) }), signal),
  }
}
