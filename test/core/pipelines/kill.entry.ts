import { readdirSync } from 'node:fs'
import { openPostgres } from '#core/connectors/postgres/postgres-source.ts'
import { sandboxPseudonymKeys } from '#core/environments/pseudonym-keys.ts'
import { killProbe } from '#test/faults/kill-probe.ts'
import { openLab, plainScorer, textScorer } from './support.ts'

/* What the kill harness starts: runs or resumes the reviews pipeline in REGIE_HOME over a PostgreSQL that the test runs. */

const root = process.env.REGIE_HOME ?? ''
const connection = JSON.parse(process.env.REGIE_TEST_POSTGRES ?? '{}') as Parameters<typeof openPostgres>[0]['connection']
const source = openPostgres({ connection, server: 'test' })
const scorer = process.env.REGIE_TEST_SCORER === 'models' ? textScorer() : plainScorer()
const lab = await openLab({ root, scorer, deps: { source, pseudonyms: sandboxPseudonymKeys(7) }, parts: { probe: killProbe(process.env) } })
const { engine, deps, store, audit } = lab

// whoever looks sees all of a version or nothing of it, also between a kill and what resumes it
for (const { name, kind, current } of await deps.warehouse.tables()) {
  if (kind !== 'table') continue
  const session = await deps.warehouse.open()
  const [{ n } = { n: -1 }] = await session.rows<{ n: number }>(`SELECT count(*) AS n FROM ${name}`)
  await session.close()
  if (n !== current?.rows) throw new Error(`half-published ${name}: ${n} of ${current?.rows} rows`)
}

await engine.recover()
// a template may hold a run of the whole, which a backfill follows
const window = process.env.REGIE_TEST_WINDOW === undefined ? undefined : (JSON.parse(process.env.REGIE_TEST_WINDOW) as { from: string; to: string })
const left = engine.list().runs.find(({ input }) => window === undefined || (input as { window?: unknown }).window !== undefined)
const runId = left?.runId ?? (await engine.start((await engine.plan('pipelines.run', { environment: 'sandbox', pipeline: 'reviews', ...(window ? { window } : {}) }, 'anna')).hash, 'anna')).runId
const run = await engine.wait(runId)
const verdict = await audit.verify({})
const published = (await deps.warehouse.tables()).map(({ name, kind, current }) => ({ name, kind, rows: current?.rows ?? null, contentHash: current?.contentHash ?? null, state: current?.state ?? null }))
const session = await deps.warehouse.open()
const [rows] = await session.rows('SELECT count(*) AS rows, count(DISTINCT review_id) AS ids FROM reviews')
const [scored] = await session.rows('SELECT count(*) AS rows, count(DISTINCT review_id) AS ids FROM review_relevant')
await session.close()
const count = (sql: string): unknown => store.db.prepare(sql).pluck().get()
console.log(
  JSON.stringify({
    state: run.state,
    failure: run.failure,
    result: run.result,
    steps: run.steps.map(({ id, state }) => ({ id, state })),
    published,
    rows,
    scored,
    rejects: await deps.documents.count('rejected_reviews', {}),
    metadata: await deps.documents.count('pipeline_metadata', {}),
    // a version before the first one would be a publish that happened twice
    previous: (await deps.warehouse.versions('reviews')).filter(({ state }) => state === 'previous').length,
    intermediate: readdirSync(deps.scratch).filter((name) => name !== runId && /^\d{8}_/.test(name)).length,
    runs: count('SELECT count(*) FROM runs'),
    locks: count('SELECT count(*) FROM locks'),
    audit: verdict.ok,
  }),
)
await lab.close()
await source.close()
