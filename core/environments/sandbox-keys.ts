import type { TableLoader } from '#core/connectors/postgres/table-loader.ts'
import { RegieError } from '#core/base/errors.ts'
import type { Constraint, Schema } from './schema-sql.ts'

/** Foreign keys added side by side may meet in a deadlock (40P01); the server then rolls one back. */
const DEADLOCK_TRIES = 10

/** Adds what is missing: primary keys, then unique and foreign keys, then the rest. Returns the keys found in the catalogue. */
export async function addKeys(loaders: readonly TableLoader[], schema: Schema, fingerprint: string, signal?: AbortSignal, onKey?: (done: number, total: number) => void): Promise<number> {
  const [first] = loaders
  const there = await existing(first!, signal)
  const missing = schema.constraints.filter(({ name }) => !there.has(name))
  const total = schema.constraints.length
  let done = total - missing.length
  const add = async (loader: TableLoader, { sql }: Constraint): Promise<void> => {
    await retryingDeadlocks(() => loader.run(sql, signal))
    onKey?.(++done, total)
  }
  for (const isWave of [(kind: Constraint['kind']) => kind === 'primary key', (kind: Constraint['kind']) => kind !== 'primary key']) {
    const queue = missing.filter(({ kind }) => isWave(kind))
    const ends = await Promise.allSettled(
      loaders.map(async (loader) => {
        for (let next = queue.shift(); next; next = queue.shift()) await add(loader, next)
      }),
    )
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }
  for (const sql of schema.others) await first!.run(sql, signal)
  await advanceSequences(first!, signal)
  await first!.run('ANALYZE', signal)
  const found = [...(await existing(first!, signal))].filter((name) => schema.constraints.some((constraint) => constraint.name === name)).length
  await first!.run(
    `INSERT INTO sandbox_marks.loaded (name, rows, fingerprint) VALUES ('(keys)', ${found}, '${fingerprint}') ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, fingerprint = excluded.fingerprint, at = now()`,
    signal,
  )
  return found
}

async function existing(loader: TableLoader, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const rows = await loader.rows<{ name: string }>(`SELECT conname AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace`, [], signal)
  return new Set(rows.map(({ name }) => name))
}

/** Identity columns were filled by COPY: their sequences go on after the largest value. */
async function advanceSequences(loader: TableLoader, signal?: AbortSignal): Promise<void> {
  const columns = await loader.rows<{ table: string; column: string }>(
    `SELECT c.relname AS table, a.attname AS column FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE a.attidentity <> '' AND c.relnamespace = 'public'::regnamespace`,
    [],
    signal,
  )
  for (const { table, column } of columns) {
    await loader.run(`SELECT setval(pg_get_serial_sequence('${table}', '${column}'), coalesce(max(${column}), 1), max(${column}) IS NOT NULL) FROM ${table}`, signal)
  }
}

async function retryingDeadlocks(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const deadlock = error instanceof RegieError && error.data?.sqlState === '40P01'
      if (!deadlock || attempt === DEADLOCK_TRIES) throw error
    }
  }
}
