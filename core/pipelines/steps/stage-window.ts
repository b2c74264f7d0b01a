import type { WarehouseSession } from '#core/connectors/types.ts'
import type { Evidence } from '#core/operations/types.ts'
import { WindowEmpty, WindowMismatch } from '#core/pipelines/errors.ts'
import { name } from '#core/pipelines/sql.ts'
import { proven, type Work } from '#core/pipelines/step-kind.ts'
import { keysSql, type StageWindow, type Window } from '#core/pipelines/window.ts'

/** What a backfill exchanged in a table. Rows: staged = added + kept; published before = replaced + kept. */
export type Exchanged = {
  readonly from: string
  readonly to: string
  /** Version whose rows outside the range were kept. */
  readonly base: number
  readonly added: number
  readonly replaced: number
  readonly kept: number
  /** Of the kept rows, whatever their order. */
  readonly keptHash: string
}

/** The ids of the range's rows, old and new; made and dropped within one use of the session. */
const IDS = 'run.window_ids'

interface Sides {
  readonly dated: StageWindow
  readonly window: Window
  readonly base: { readonly version: number; readonly relation: string }
  readonly fresh: string
}

/** The two sides of a merge; null when this run is no backfill of this table. Throws WindowMismatch. */
async function sidesOf(work: Work<'stage-table'>, session: WarehouseSession, select: string): Promise<Sides | null> {
  const { step, context, observed } = work
  const { window } = context.input
  if (!window || !step.window) return null
  const published = observed.published[step.table]
  if (!published) throw new WindowMismatch('base', step.table)
  return { dated: step.window, window, base: { version: published.version, relation: await session.relation(step.table, published.version) }, fresh: `(${select})` }
}

/**
 * Stages the rows of the range as they are now beside the published rows of all other days. A row is of the range when
 * it is dated so now, by either its new or its published key: so nothing is lost or doubled when a key changes.
 * @param select the step's rows, all days
 * @param stage writes the SELECT that it is given
 */
export async function stageMerged<T>(work: Work<'stage-table'>, session: WarehouseSession, select: string, stage: (merged: string) => Promise<T>): Promise<{ staged: T; exchanged: Exchanged | null }> {
  const sides = await sidesOf(work, session, select)
  if (!sides) return { staged: await stage(select), exchanged: null }
  const { window, base, fresh, dated } = sides
  await refuseOtherColumns(work, session, sides)
  return await withIds(work, session, sides, async () => {
    const id = name(dated.id)
    const [counts] = await session.rows<{ added: number; replaced: number }>(
      `SELECT (SELECT count(*) FROM ${fresh} SEMI JOIN ${IDS} USING (${id})) AS added, (SELECT count(*) FROM ${base.relation} SEMI JOIN ${IDS} USING (${id})) AS replaced`,
      undefined,
      work.context.signal,
    )
    const { added, replaced } = counts!
    const { first, last } = work.observed.window!
    if (added === 0) throw new WindowEmpty(window.from, window.to, first, last)
    const kept = await sumOf(work, session, base.relation, 'ANTI', dated)
    const staged = await stage(`SELECT * FROM ${fresh} SEMI JOIN ${IDS} USING (${id}) UNION ALL BY NAME SELECT * FROM ${base.relation} ANTI JOIN ${IDS} USING (${id})`)
    return { staged, exchanged: { ...window, base: base.version, added, replaced, kept: kept.rows, keptHash: kept.hash } }
  })
}

/** Read back from the staged version: the range's rows, and that no other row differs from the published one. */
export async function confirmMerged(work: Work<'stage-table'>, session: WarehouseSession, select: string, exchanged: Exchanged, version: number): Promise<Evidence[]> {
  const sides = await sidesOf(work, session, select)
  if (!sides) return []
  return await withIds(work, session, sides, async () => {
    const staged = await session.relation(work.step.table, version)
    const [inside, outside] = [await sumOf(work, session, staged, 'SEMI', sides.dated), await sumOf(work, session, staged, 'ANTI', sides.dated)]
    const readFrom = `warehouse, ${work.step.table} version ${version}`
    return [
      proven(`Rows from ${exchanged.from} to ${exchanged.to}`, readFrom, exchanged.added, inside.rows),
      proven(`Rows outside the range, as in version ${exchanged.base}`, readFrom, { rows: exchanged.kept, hash: exchanged.keptHash }, { rows: outside.rows, hash: outside.hash }),
    ]
  })
}

async function withIds<T>({ context }: Work<'stage-table'>, session: WarehouseSession, { dated, window, base, fresh }: Sides, use: () => Promise<T>): Promise<T> {
  const [id, key] = [name(dated.id), name(dated.key)]
  const keys = keysSql(dated, window, `raw.${name(dated.table)}`)
  const ofRange = (relation: string): string => `SELECT ${id} FROM ${relation} WHERE ${key} IN (FROM keys) AND ${id} IS NOT NULL`
  await session.run(`CREATE OR REPLACE TABLE ${IDS} AS WITH keys AS MATERIALIZED (${keys}) ${ofRange(fresh)} UNION ${ofRange(base.relation)}`, undefined, context.signal)
  try {
    return await use()
  } finally {
    await session.run(`DROP TABLE IF EXISTS ${IDS}`)
  }
}

/** Rows of a table in (SEMI) or outside (ANTI) the range, counted and hashed: a sum of row hashes, so order is nothing. */
async function sumOf({ context }: Work<'stage-table'>, session: WarehouseSession, relation: string, join: 'SEMI' | 'ANTI', { id }: StageWindow): Promise<{ rows: number; hash: string }> {
  const columns = (await columnsOf(session, `FROM ${relation}`)).map(({ column }) => name(column)).toSorted()
  const [found] = await session.rows<{ rows: number; hash: string }>(
    `SELECT count(*) AS rows, coalesce(sum(hash(${columns.join(', ')})::HUGEINT), 0)::VARCHAR AS hash FROM ${relation} ${join} JOIN ${IDS} USING (${name(id)})`,
    undefined,
    context.signal,
  )
  return found!
}

async function refuseOtherColumns({ step }: Work<'stage-table'>, session: WarehouseSession, { fresh, base }: Sides): Promise<void> {
  const [now, before] = await Promise.all([columnsOf(session, `FROM ${fresh}`), columnsOf(session, `FROM ${base.relation}`)])
  if (JSON.stringify(now) !== JSON.stringify(before)) throw new WindowMismatch('columns', step.table)
}

const columnsOf = async (session: WarehouseSession, from: string): Promise<{ column: string; type: string }[]> =>
  await session.rows<{ column: string; type: string }>(`SELECT column_name AS "column", column_type AS "type" FROM (DESCRIBE ${from}) ORDER BY 1`)
