import type { TableLoader } from '#core/connectors/postgres/table-loader.ts'
import { SourceLoadRefused } from './errors.ts'

/** What was loaded, written in the transaction that loaded it. In a schema of its own: sources show `public` only. */
export const LOADED_TABLE = `
CREATE SCHEMA IF NOT EXISTS sandbox_marks;
CREATE TABLE IF NOT EXISTS sandbox_marks.loaded (
  name text PRIMARY KEY,
  rows bigint NOT NULL,
  fingerprint text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
)`

export interface Mark extends Record<string, unknown> {
  readonly name: string
  readonly rows: number
  readonly fingerprint: string
}

/** Marks whose table is really there, and '(keys)'. */
export async function readMarks(loader: TableLoader, signal?: AbortSignal): Promise<ReadonlyMap<string, Mark>> {
  const rows = await loader.rows<Mark>(
    `SELECT name, rows::float8 AS rows, fingerprint FROM sandbox_marks.loaded WHERE name = '(keys)' OR to_regclass('public.' || quote_ident(name)) IS NOT NULL`,
    [],
    signal,
  )
  return new Map(rows.map((row) => [row.name, row]))
}

/** Statements that mark a table as loaded; a table loaded anew has no keys yet. */
export const markLoaded = (name: string, rows: number, fingerprint: string): string[] => [
  "DELETE FROM sandbox_marks.loaded WHERE name = '(keys)'",
  `INSERT INTO sandbox_marks.loaded (name, rows, fingerprint) VALUES ('${name}', ${rows}, '${fingerprint}')
   ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, fingerprint = excluded.fingerprint, at = now()`,
]

/**
 * Drops, in one transaction, tables of the description that are there without a mark of this fingerprint. Where the database
 * is not ours alone (`shared` names it), tables without any mark are somebody's: throws SourceLoadRefused instead.
 */
export async function clearStale(loader: TableLoader, tables: readonly string[], fingerprint: string, shared: string | null, signal?: AbortSignal): Promise<void> {
  const known = await readMarks(loader, signal)
  const there = await loader.rows<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`, [], signal)
  const stale = there.map(({ name }) => name).filter((name) => tables.includes(name) && known.get(name)?.fingerprint !== fingerprint)
  if (stale.length === 0) return
  const foreign = shared === null ? [] : stale.filter((name) => !known.has(name))
  if (shared !== null && foreign.length > 0) throw new SourceLoadRefused(shared, `its database has tables of these names that were not loaded by it (${foreign.slice(0, 5).join(', ')})`)
  const names = stale.map((name) => `'${name}'`).join(', ')
  await loader.run(
    `BEGIN; DROP TABLE ${stale.map((name) => `public.${name}`).join(', ')} CASCADE; DELETE FROM sandbox_marks.loaded WHERE name IN (${names}, '(keys)'); COMMIT`,
    signal,
  )
}
