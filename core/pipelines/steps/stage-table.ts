import { extractOf } from '#core/pipelines/definition.ts'
import { blueprintSql, withSession } from '#core/pipelines/relations.ts'
import { count, name } from '#core/pipelines/sql.ts'
import { confirmMerged, stageMerged, type Exchanged } from './stage-window.ts'
import { proven, stepKind, type Work } from '#core/pipelines/step-kind.ts'

export type StagedOutput = { readonly table: string; readonly version: number; readonly rows: number; readonly bytes: number; readonly sha256: string; readonly contentHash: string; readonly window?: Exchanged }

/** Writes a table's next version beside the published one, by a SQL file of the blueprint. Nobody reads it yet. */
export const stageTable = stepKind<'stage-table', StagedOutput>({
  where: 'warehouse',
  again: 'safe',
  effect: (step, observed) => {
    const current = observed.published[step.table]
    const { window } = observed
    if (window && step.window && current) {
      const goes = window.replaces === null ? 'those published' : `${count(window.replaces)} published`
      return { effect: `Stages the next version of ${step.table}: about ${count(window.rows)} rows from ${window.from} to ${window.to} as the source has them now, in place of ${goes}, beside all other rows of version ${current.version}, which stays published.` }
    }
    return { effect: `Stages the next version of ${step.table} by ${step.sql}; ${current ? `version ${current.version} stays published` : 'nothing is published yet'}.` }
  },

  async act(work) {
    const { context, step } = work
    const { staged, exchanged } = await withSession(work, readsOf(work), (session) =>
      blueprintSql(step.sql, () => stageMerged(work, session, selectOf(work), (select) => session.stage(step.table, select, { runId: context.runId, hashExcludes: step.hashWithout, signal: context.signal }))),
    )
    const { table, version, rows, bytes, sha256, contentHash } = staged
    context.progress({ rows, totalRows: rows, bytes })
    work.log('info', `${table} version ${version} staged: ${count(rows)} rows, ${count(bytes)} bytes`)
    if (exchanged) work.log('info', `${exchanged.from} to ${exchanged.to}: ${count(exchanged.added)} rows in place of ${count(exchanged.replaced)}; ${count(exchanged.kept)} rows of version ${exchanged.base} kept as they are`)
    return { table, version, rows, bytes, sha256, contentHash, ...(exchanged ? { window: exchanged } : {}) }
  },

  async confirm(work, { table, version, rows, sha256, window }) {
    const found = await work.context.deps.warehouse.version(table, version)
    return [
      proven(`${table} version ${version} as staged`, 'warehouse catalogue', sha256, found?.sha256 ?? 'absent'),
      proven(`Row count of ${table} version ${version}`, 'warehouse', rows, found?.rows ?? 0),
      ...(window ? await withSession(work, readsOf(work), (session) => confirmMerged(work, session, selectOf(work), window, version)) : []),
    ]
  },

  preview: (work, _output, limit) =>
    withSession(work, [work.step.id], async (session) => {
      const rows = await session.rows(`SELECT * FROM staged.${name(work.step.table)} LIMIT ${limit}`)
      return { columns: Object.keys(rows[0] ?? {}), rows: rows.map((row) => Object.values(row)), note: null }
    }),
})

/** A backfill also reads what dates the rows. */
const readsOf = ({ step, context, observed }: Work<'stage-table'>): readonly string[] => (context.input.window && step.window ? [...step.reads, extractOf(observed.definition).id] : step.reads)

/** The file's SELECT without the optional columns that this source doesn't have. */
function selectOf({ step, observed }: Work<'stage-table'>): string {
  const select = observed.definition.sql[step.sql]!.trim().replace(/;$/, '')
  const absent = Object.entries(step.optional).filter(([, from]) => !observed.source[from.table]?.columns.includes(from.column)).map(([column]) => name(column))
  return absent.length > 0 ? `SELECT * EXCLUDE (${absent.join(', ')}) FROM (${select})` : select
}
