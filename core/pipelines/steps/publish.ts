import type { Evidence } from '#core/operations/types.ts'
import { proven, stepKind, type Work } from '#core/pipelines/step-kind.ts'
import { count, name } from '#core/pipelines/sql.ts'
import { WindowMismatch } from '#core/pipelines/errors.ts'
import type { GatesOutput } from './gates.ts'
import type { StagedOutput } from './stage-table.ts'

export type PublishOutput = {
  readonly tables: readonly { readonly table: string; readonly version: number; readonly previous: number | null; readonly rows: number; readonly sha256: string; readonly contentHash: string }[]
  readonly views: readonly string[]
}

/** Makes all judged versions current in one transaction and keeps the replaced ones as the way back. */
export const publish = stepKind<'publish', PublishOutput>({
  where: 'warehouse',
  again: 'confirm',
  effect(step, observed) {
    const kept = Object.entries(observed.published).flatMap(([table, current]) => (current ? [`${table} version ${current.version}`] : []))
    return { effect: `Swaps ${step.tables.length} staged ${step.tables.length === 1 ? 'table' : 'tables'} in at once, if their bytes are still what the gates judged; defines ${step.views.length} views. ${kept.length > 0 ? `Keeps ${kept.join(', ')}.` : 'Nothing is published yet.'}` }
  },

  async act(work) {
    const { context } = work
    const staged = stagedOf(work)
    await throwIfBaseReplaced(work, staged)
    // the hash that the gates saw, not the one that staging reported
    await context.deps.warehouse.publish(staged.map(({ judged }) => judged), { runId: context.runId, fence: context.fence })
    await context.probe('published')
    await context.deps.warehouse.defineViews(viewsOf(work))
    const output = await outputOf(work)
    for (const { table, version, previous, rows } of output.tables) work.log('info', `${table} version ${version} published, ${count(rows)} rows${previous === null ? '' : `; version ${previous} kept`}`)
    return output
  },

  /** Views are defined after the swap: where they aren't there, the whole step is done again, which changes nothing that is right. */
  async recall(work) {
    const { warehouse } = work.context.deps
    for (const { judged } of stagedOf(work)) if ((await warehouse.version(judged.table, judged.version))?.state !== 'current') return null
    const tables = await warehouse.tables()
    return viewsOf(work).every((view) => tables.some((table) => table.name === view.name)) ? await outputOf(work) : null
  },

  async confirm(work, output: PublishOutput | null) {
    if (output === null) return [{ what: 'The staged tables are published', state: 'disproven', readFrom: 'warehouse catalogue' }]
    const { warehouse } = work.context.deps
    const tables = await warehouse.tables()
    const evidence: Evidence[] = []
    const counted = await countPublished(work, output.tables.map(({ table }) => table))
    for (const [i, { table, version, rows, sha256 }] of output.tables.entries()) {
      const now = tables.find((one) => one.name === table)?.current ?? null
      evidence.push(proven(`Published version of ${table}`, 'warehouse catalogue', { version, sha256 }, now ? { version: now.version, sha256: now.sha256 } : null))
      evidence.push(proven(`Row count of ${table}`, `warehouse, ${table} version ${version}`, rows, counted[i] ?? 0))
    }
    const missing = output.views.filter((view) => !tables.some((table) => table.name === view))
    evidence.push(proven('Views', 'warehouse catalogue', [], missing))
    return evidence
  },

  async preview(work, output, limit) {
    const session = await work.context.deps.warehouse.open({ signal: work.context.signal })
    try {
      const { table } = output.tables[0]!
      const rows = await session.rows(`SELECT * FROM ${name(table)} LIMIT ${limit}`)
      return { columns: Object.keys(rows[0] ?? {}), rows: rows.map((row) => Object.values(row)), note: `${table}, as published now` }
    } finally {
      await session.close()
    }
  },
})

type Judged = { readonly judged: { readonly table: string; readonly version: number; readonly sha256: string }; readonly staged: StagedOutput }

function stagedOf({ context, step }: Work<'publish'>): readonly Judged[] {
  return step.tables.map(({ staged, gates }) => {
    const { table, version, sha256 } = context.output<GatesOutput>(gates)
    return { judged: { table, version, sha256 }, staged: context.output<StagedOutput>(staged) }
  })
}

/** A backfill's rows outside the range are those of the version that was published when it was planned. */
async function throwIfBaseReplaced({ context }: Work<'publish'>, all: readonly Judged[]): Promise<void> {
  for (const { staged: { table, version, window } } of all) {
    if (!window) continue
    const current = (await context.deps.warehouse.versions(table)).find(({ state }) => state === 'current')?.version
    if (current !== window.base && current !== version) throw new WindowMismatch('base', table)
  }
}

const viewsOf = ({ step, observed }: Work<'publish'>): { name: string; sql: string }[] =>
  step.views.map((view) => ({ name: view.name, sql: observed.definition.sql[view.sql]!.trim().replace(/;$/, '') }))

async function outputOf(work: Work<'publish'>): Promise<PublishOutput> {
  const tables = await Promise.all(
    stagedOf(work).map(async ({ judged: { table, version, sha256 }, staged: { rows, contentHash } }) => {
      const versions = await work.context.deps.warehouse.versions(table)
      const previous = versions.filter((one) => one.state === 'previous' && one.version < version).map((one) => one.version)
      return { table, version, previous: previous.length > 0 ? Math.max(...previous) : null, rows, sha256, contentHash }
    }),
  )
  return { tables, views: work.step.views.map((view) => view.name) }
}

/** As any reader sees them: a session of its own, opened now. */
async function countPublished({ context }: Work<'publish'>, tables: readonly string[]): Promise<number[]> {
  const session = await context.deps.warehouse.open({ signal: context.signal })
  try {
    const found = await session.rows<{ n: number }>(tables.map((table, i) => `SELECT ${i} AS i, count(*) AS n FROM ${name(table)}`).join(' UNION ALL ') + ' ORDER BY i')
    return found.map(({ n }) => n)
  } finally {
    await session.close()
  }
}
