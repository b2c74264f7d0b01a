import { START } from '#renderer/settings/store.ts'
import { fakeBoard, fakePreview, type QualityAsk } from './quality.ts'
import { FakeFailure } from './fake-failure.ts'
import type { Core } from '#renderer/api/open.ts'
import type { AuditEntry, Client, ConnectionState, Failure, Pipeline, Reject, Run, RunDetail, RunEvent, RunStep, SettingValues } from '#renderer/api/types.ts'
import { fakeData } from './fake-data.ts'
import { fakeHistory, fakeSchedules } from './fake-history.ts'
import { fakeScoring } from './fake-scoring.ts'

type Scenario = 'normal' | 'empty' | 'failing' | 'lost' | 'failed-run' | 'gate' | 'cancelled' | 'interrupted' | 'live' | 'provisioning' | 'long-log'

const PLAN: readonly [id: string, title: string, where: string, kind: string, needs: string[], ms: number, rows: number, effect: string][] = [
  ['check', 'Check connections', 'all systems', 'check-connections', [], 300, 0, 'Reads versions and free space.'],
  ['extract', 'Extract 8 tables', 'PostgreSQL → object store', 'extract', ['check'], 2400, 829_530, 'Copies 8 tables into raw/, people as pseudonyms.'],
  ['load', 'Load 6 tables', 'embedded warehouse', 'load', ['extract'], 900, 607_530, 'Reads the raw files of this run.'],
  ['join', 'Join', 'embedded warehouse', 'join', ['load'], 700, 111_322, 'One row per review with product and first image.'],
  ['validate', 'Clean and validate', 'embedded warehouse', 'validate', ['join'], 600, 111_185, 'Four reject rules in their order.'],
  ['rejects', 'Write rejects', 'document store', 'write-documents', ['validate'], 300, 137, 'Writes rejects with their reason.'],
  ['gates', 'Quality gates', 'warehouse staging', 'gates', ['validate'], 400, 111_185, 'Checks what was staged before anybody reads it.'],
  ['publish', 'Publish by swap', 'warehouse', 'publish', ['gates', 'rejects'], 200, 111_185, 'Replaces reviews, keeps the version before.'],
  ['score', 'Score relevance', 'this workstation', 'score', ['publish'], 5200, 111_185, 'Theme, sentiment and relevance of every review.'],
  ['enrich', 'Publish review_relevant', 'warehouse, review_relevant', 'publish', ['score'], 400, 111_185, 'Replaces review_relevant, keeps the version before.'],
  ['record', 'Record evidence', 'document store', 'record', ['enrich'], 200, 0, 'Writes run metadata.'],
]

const iso = (ms: number): string => new Date(ms).toISOString()
const hex = (seed: number, length = 64): string => Array.from({ length }, (_, i) => (((seed + 7) * (i + 3) * 2_654_435_761) >>> 7) % 16).map((n) => n.toString(16)).join('')

const fakeSteps = (start: number, upTo: string | null, state: RunStep['state'] = 'succeeded'): RunStep[] => {
  const ends = new Map<string, number>()
  let after = false
  return PLAN.map(([id, title, where, , needs, ms, rows]) => {
    const from = Math.max(start, ...needs.map((need) => ends.get(need) ?? start))
    ends.set(id, from + ms)
    const here = id === upTo
    const own: RunStep['state'] = after ? (state === 'running' ? 'waiting' : 'skipped') : here ? state : 'succeeded'
    if (here) after = true
    const began = own !== 'waiting' && own !== 'skipped'
    const ended = began && own !== 'running'
    return {
      id, title, where, needs, state: own, attempt: began ? 1 : 0,
      startedAt: began ? iso(from) : null, endedAt: ended ? iso(from + ms) : null,
      rows: own === 'failed' ? 68_420 : ended && rows > 0 ? rows : own === 'running' ? 0 : null, totalRows: rows > 0 ? rows : null, bytes: id === 'extract' && ended ? 48_211_004 : null,
      rowsPerSecond: null, msLeft: null, estimateMs: ms,
      evidence: own === 'succeeded' && rows > 0 ? [
        { what: 'Row count read back', state: 'proven', readFrom: where, expected: rows, found: rows },
        { what: 'Content hash', state: 'proven', readFrom: where, found: hex(rows) },
        ...(id === 'publish' ? [{ what: 'Version before is kept', state: 'not-proven' as const, readFrom: where, missing: 'Nothing has restored it yet.' }] : []),
      ] : [],
      gates: id === 'gates' && ended ? [
        { gate: 'reject-rate', title: 'Rejected', verdict: own === 'stopped' ? 'stop' : 'passed', value: own === 'stopped' ? 0.124 : 0.00123, warnAt: 0.05, stopAt: 0.1, unit: 'share', detail: own === 'stopped' ? '13,804 of 111,322 rows' : '137 of 111,322 rows' },
        { gate: 'unique', title: 'review_id is unique', verdict: 'passed', value: 0, stopAt: 1, detail: 'duplicates' },
      ] : [],
      failure: here && own === 'failed' ? { code: 'SOURCE_CLOSED', what: 'PostgreSQL closed the connection at row 68,420.', untouched: 'Readers still see the version before; nothing was published.', next: 'Resume goes on with this step.' } : null,
      output: null,
    }
  })
}

function runOf(number: number, state: Run['state'], ago: number, extra: Partial<Run> = {}): Run {
  const start = Date.now() - ago
  const ms = 8000 + ((number * 977) % 5000)
  return {
    runId: `20261121_1${String(10_000 + number * 7).slice(0, 5)}_ab${String.fromCharCode(97 + (number % 20))}${String.fromCharCode(97 + (number % 7))}`,
    number, operation: 'pipelines.run', version: 1, title: 'Full refresh of reviews', environment: 'sandbox', actor: 'nadia', state,
    planHash: hex(number), input: { environment: 'sandbox', pipeline: 'reviews' }, createdAt: iso(start), startedAt: iso(start), endedAt: state === 'running' ? null : iso(start + ms),
    durationMs: state === 'running' ? ago : ms, sequence: 40, parentRunId: null, failure: null,
    result: state === 'succeeded' ? { counts: { extracted: {}, accepted: 111_185, rejected: 137, relevant: 30_896, irrelevant: 80_289 }, contentHash: hex(3) } : null,
    ...extra,
  }
}

const both = (en: string, fr: string): { en: string; fr: string } => ({ en, fr })

/** A core inside the page: same procedures, invented facts. A live run moves by a timer. */
export function fakeCore(name: string): Core {
  const scenario = name as Scenario
  const listeners = new Set<() => void>()
  let connection: ConnectionState = 'open'
  if (scenario === 'lost') setTimeout(() => { connection = 'lost'; listeners.forEach((listener) => listener()) }, 1500)
  const failing = (): void => {
    if (scenario === 'failing') throw new FakeFailure({ code: 'ECONNREFUSED', what: 'The document store does not answer.', untouched: 'What it holds is untouched.', next: 'Next try in 8 s.' })
  }
  const failure: Failure = { code: 'SOURCE_CLOSED', what: 'PostgreSQL closed the connection at row 68,420.', untouched: 'Readers still see the version before; nothing was published.', next: 'Resume goes on with “Extract 8 tables”.' }
  const now: Partial<Record<Scenario, Run>> = {
    live: runOf(12, 'running', 4200),
    'failed-run': runOf(12, 'failed', 60_000, { failure }),
    gate: runOf(12, 'stopped', 60_000, { failure: { code: 'GATE_STOPPED', what: 'The gate “Rejected” stopped the run: 12.4 %, limit 10 %.', untouched: 'Nothing was published; readers still see the version before.', next: 'Look at the rejects, then mend the source or the limit.' } }),
    cancelled: runOf(12, 'cancelled', 60_000),
    interrupted: runOf(12, 'interrupted', 60_000),
  }
  const head = now[scenario] ?? runOf(12, 'succeeded', 360_000)
  const runs: Run[] = scenario === 'empty' || scenario === 'provisioning' ? [] : [head, ...Array.from({ length: 11 }, (_, i) => runOf(11 - i, i === 4 ? 'failed' : i === 7 ? 'cancelled' : 'succeeded', 3_600_000 * (i + 1)))]
  const stepsOf = (run: Run): RunStep[] => {
    const start = Date.parse(run.startedAt ?? run.createdAt)
    if (run.state === 'running') return fakeSteps(start, 'score', 'running')
    if (run.state === 'failed') return fakeSteps(start, 'extract', 'failed')
    if (run.state === 'stopped') return fakeSteps(start, 'gates', 'stopped')
    if (run.state === 'cancelled' || run.state === 'interrupted') return fakeSteps(start, 'score', 'cancelled')
    return fakeSteps(start, null)
  }
  const planSteps = PLAN.map(([id, title, where, , needs, ms, rows, effect]) => ({ id, title, where, needs, effect, estimateMs: ms, ...(rows > 0 ? { estimateRows: rows } : {}) }))
  const plan = (hash = hex(1)): RunDetail['plan'] => ({
    operation: 'pipelines.run', version: 1, title: 'Full refresh of reviews', environment: 'sandbox', input: { environment: 'sandbox', pipeline: 'reviews' }, observed: {},
    steps: planSteps, locks: ['sandbox/warehouse/reviews'], wayBack: 'The version before of reviews and review_relevant is kept and can be published again.',
    warnings: ['The source has 0 rows in carrier.'], hash,
  })
  const detail = (run: Run): RunDetail => ({ ...run, plan: plan(run.planHash), steps: stepsOf(run), undo: run.state === 'succeeded' ? { operation: 'data.republish', input: { tables: [{ table: 'reviews', version: 11 }, { table: 'review_relevant', version: 11 }] } } : null, lastEventId: 0 })
  const pipeline: Pipeline = {
    id: 'reviews', title: 'Reviews, full refresh', description: 'From the shop’s PostgreSQL to review_relevant: extract, pseudonymise, validate, publish, score.', blueprint: 'reviews', version: '1.0.0',
    steps: PLAN.map(([id, title, where, kind, needs, , , effect]) => ({ id, title, where, kind, needs, effect })), window: { table: 'orders', column: 'order_date' }, lastRun: runs[0] ?? null,
  }
  const rejects: Reject[] = scenario === 'empty' ? [] : Array.from({ length: 137 }, (_, i) => ({
    id: `r${i}`, runId: head.runId, reviewId: String(96_001 + i * 811), reason: i % 19 === 0 ? 'invalid_rating' : 'empty_description', rejectedAt: iso(Date.now() - 350_000),
    errorDetails: i % 19 === 0 ? 'rating is 0; 1 to 5 is allowed' : 'r_desc is NULL', originalData: { review_id: 96_001 + i * 811, buyer_id: hex(i, 64), buyer_key_id: 'sandbox-1', title: 'Not as pictured', r_desc: null, rating: 1 + (i % 5), has_image: false },
  }))
  const entries: AuditEntry[] = Array.from({ length: scenario === 'empty' ? 0 : 1213 }, (_, i) => ({
    seq: i, at: iso(Date.now() - (1213 - i) * 1700), actor: i % 9 === 0 ? 'nadia' : 'engine', kind: ['run.planned', 'run.started', 'step.started', 'step.finished', 'run.ended'][i % 5] ?? '', environment: 'sandbox',
    runId: head.runId, summary: ['Planned a full refresh of reviews', 'Started run 12', 'Extract 8 tables: started', 'Extract 8 tables: 829,530 rows read back', 'Run 12 succeeded: Full refresh of reviews.'][i % 5] ?? '', leafHash: hex(i),
  }))
  interface AuditAsk { before?: number; kinds?: string[]; actors?: string[]; search?: string; limit?: number }
  const matching = ({ before = Infinity, kinds, actors, search }: AuditAsk): AuditEntry[] =>
    entries.flatMap((_, i) => entries[entries.length - 1 - i] ?? []).filter((entry) => entry.seq < before && (!kinds || kinds.includes(entry.kind)) && (!actors || actors.includes(entry.actor)) && (!search || entry.summary.includes(search)))
  const countsOf = (column: 'kind' | 'actor' | 'environment'): { value: string; count: number }[] => {
    const counts = new Map<string, number>()
    for (const entry of entries) counts.set(entry[column] ?? '', (counts.get(entry[column] ?? '') ?? 0) + 1)
    return [...counts].map(([value, count]) => ({ value, count }))
  }
  async function* watch(): AsyncGenerator<RunEvent> {
    let rows = 41_000
    let id = 100
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      if (scenario !== 'live') continue
      rows = Math.min(111_185, rows + 900)
      yield { id: id++, at: iso(Date.now()), runId: head.runId, kind: 'progress', stepId: 'score', rows, totalRows: 111_185, bytes: null, rowsPerSecond: 9000 + Math.round(Math.sin(rows / 3000) * 800), msLeft: ((111_185 - rows) / 9000) * 1000 }
    }
  }
  const ask = async <T>(answer: () => T): Promise<T> => {
    await new Promise((resolve) => setTimeout(resolve, 30))
    failing()
    return answer()
  }
  const info = {
    version: '0.1.0', node: 'v20.20.2', pid: 4711, startedAt: iso(Date.now() - 900_000), home: '/var/lib/regie', workspace: { name: 'reviews', path: '/srv/reviews' },
    environments: [{ name: 'sandbox', class: 'sandbox' as const, title: 'Sandbox' }], actor: 'nadia',
  }
  let values: SettingValues = { ...START, tour: { state: 'skipped', step: 0, runId: null } }
  let wake = (): void => undefined
  async function* watchSettings(): AsyncGenerator<{ revision: number; values: SettingValues }> {
    for (let revision = 0; ; revision++) {
      yield { revision, values }
      await new Promise<void>((resolve) => { wake = resolve })
    }
  }
  const fake = {
    settings: {
      get: async () => ({ revision: 0, values }),
      set: async ({ changes }: { changes: Partial<SettingValues> }) => {
        if (scenario === 'failing') throw new FakeFailure({ code: 'STORE_FULL', what: 'The disk that holds state.sqlite is full.', untouched: 'The transaction was rolled back; what was written before it stands.', next: 'Free space on that disk, then resume.' })
        values = { ...values, ...changes }
        wake()
        return { revision: 1, values }
      },
      watch: async () => watchSettings(),
    },
    system: {
      info: async () => info,
      ping: async () => ({ at: Date.now() }),
      doctor: () => ask(() => [
        { check: 'node', title: 'Node.js', area: 'machine' as const, checkedAt: iso(Date.now()), tookMs: 4, state: 'passed' as const, found: 'v20.20.2' },
        { check: 'space', title: 'Free space', area: 'machine' as const, checkedAt: iso(Date.now()), tookMs: 2, state: 'warning' as const, found: '3.1 GB free', mend: 'Free 2 GB: a run of this size needs 5 GB.' },
        { check: 'desktop', title: 'Desktop window', area: 'machine' as const, checkedAt: iso(Date.now()), tookMs: 2, state: 'not-proven' as const, found: 'no display on this machine' },
      ]),
    },
    environments: {
      systems: async () => (['postgresql', 'object-store', 'warehouse', 'document-store'] as const).map((system) => ({ system, engine: system === 'postgresql' ? 'PostgreSQL 17.10, embedded' : 'embedded', state: scenario === 'failing' && system === 'document-store' ? ('down' as const) : ('up' as const), checkedAt: iso(Date.now()) })),
      sandbox: () => ask(() => ({ ready: scenario !== 'provisioning', complete: scenario === 'normal', tables: ['orders', 'customer', 'review_images', 'product_reviews', 'review', 'buyer', 'product', 'category'].map((table, i) => ({ name: table, rows: [222_644, 130_766, 119_382, 111_322, 111_322, 100_000, 42_858, 2][i] ?? 0, loaded: scenario !== 'provisioning' || i > 3 })) })),
    },
    data: {
      ...fakeData(ask, { empty: runs.length === 0, failing: scenario === 'failing' }),
      tables: () => ask(() => (runs.length === 0 ? [] : [
        { name: 'reviews', kind: 'table', rows: 111_185, version: 12, publishedAt: iso(Date.now() - 360_000), runId: head.runId, contentHash: hex(3) },
        { name: 'review_relevant', kind: 'table', rows: 111_185, version: 12, publishedAt: iso(Date.now() - 350_000), runId: head.runId, contentHash: hex(4) },
        { name: 'vw_reviews_by_product', kind: 'view', rows: null, version: null, publishedAt: null, runId: null, contentHash: null },
      ])),
    },
    scoring: fakeScoring(ask, plan),
    schedules: fakeSchedules(ask, { empty: runs.length === 0, paused: scenario === 'failing', runId: head.runId }),
    runs: {
      ...fakeHistory(ask, { runs, stepsOf, plan }),
      list: ({ limit = 50 }: { limit?: number }) => ask(() => ({ total: runs.length, runs: runs.slice(0, limit) })),
      get: ({ runId }: { runId: string }) => ask(() => detail(runs.find((run) => run.runId === runId) ?? head)),
      watch: async () => watch(),
      logs: ({ minimumLevel = 'info', stepId, search, after = -1, offset = 0, limit = 500 }: { minimumLevel?: string; stepId?: string; search?: string; after?: number; offset?: number; limit?: number }) => ask(() => {
        if (scenario === 'long-log') {
          const levels = ['debug', 'info', 'warn', 'error']
          const all = Array.from({ length: 130_000 }, (_, i) => ({ id: i, at: iso(Date.now() - 130_000 + i), stepId: i < 1000 ? 'extract' : 'score', level: i === 7 ? ('error' as const) : ('info' as const), message: i === 7 ? 'connection lost once, taken up again' : `batch ${i} written` }))
            .filter((line) => levels.indexOf(line.level) >= levels.indexOf(minimumLevel) && (stepId === undefined || line.stepId === stepId) && (search === undefined || line.message.includes(search)))
          return { total: all.length, lines: all.filter(({ id }) => id > after).slice(offset, offset + limit) }
        }
        const lines = Array.from({ length: scenario === 'failed-run' ? 80 : 400 }, (_, i) => ({ id: i, at: iso(Date.now() - 20_000 + i * 40), stepId: PLAN[Math.floor(i / 40)]?.[0] ?? 'record', level: i === 123 ? ('warn' as const) : i === 79 && scenario === 'failed-run' ? ('error' as const) : ('info' as const), message: i === 79 && scenario === 'failed-run' ? 'server closed the connection at row 68,420; 2 of 2 attempts used' : i === 123 ? 'batch 41 retried once: connection reset by peer (2.1 s)' : `batch ${i} written, ${i},000 rows in total` }))
        return { total: lines.length, lines }
      }),
      cancel: ({ runId }: { runId: string }) => ask(() => runs.find((run) => run.runId === runId) ?? head),
    },
    pipelines: {
      list: () => ask(() => [pipeline]),
      get: () => ask(() => pipeline),
      source: () => ask(() => ({ file: 'pipelines/reviews.yaml', yaml: 'id: reviews\nsteps:\n  - id: extract\n' })),
      plan: () => ask(() => plan()),
      run: () => ask(() => head),
      changes: () => ask(() => [
        { stepId: 'extract', system: 'object-store', kind: 'objects', name: 'raw/review/', version: null, previous: null, rows: 111_322, bytes: 48_211_004 },
        { stepId: 'publish', system: 'warehouse', kind: 'table', name: 'reviews', version: 12, previous: 11, rows: 111_185, bytes: null },
      ]),
      preview: () => ask(() => ({ columns: ['review_id', 'rating', 'title'], rows: Array.from({ length: 20 }, (_, i) => [96_001 + i, 1 + (i % 5), 'Works well']), note: 'People are pseudonyms.' })),
    },
    quality: { board: () => ask(() => fakeBoard(runs)), preview: (asked: QualityAsk) => ask(() => fakePreview(runs, asked)) },
    rejects: {
      list: ({ reason, search, offset = 0, limit = 200 }: { reason?: string; search?: string; offset?: number; limit?: number }) => ask(() => {
        const found = rejects.filter((row) => (!reason || row.reason === reason) && (!search || JSON.stringify(row).includes(search)))
        const byReason: Record<string, number> = {}
        for (const row of rejects) byReason[row.reason] = (byReason[row.reason] ?? 0) + 1
        return { runId: rejects.length > 0 ? head.runId : null, total: found.length, byReason, rows: found.slice(offset, offset + limit) }
      }),
    },
    dashboards: {
      list: async () => [{ id: 'reviews', title: both('Reviews', 'Avis') }],
      get: () => ask(() => ({
        id: 'reviews', title: both('Reviews', 'Avis'), publishedAt: runs.length === 0 ? null : iso(Date.now() - 350_000), runId: head.runId, previous: null, words: {},
        filters: [{ column: 'category', title: both('Category', 'Catégorie'), kind: 'values' as const }, { column: 'rating', title: both('Rating', 'Note'), kind: 'values' as const }, { column: 'relevance', title: both('Relevance', 'Pertinence'), kind: 'range' as const }],
        rows: { title: both('Reviews', 'Avis'), id: 'review_id', search: ['description'], sort: { column: 'relevance', descending: true }, columns: [{ column: 'rating', title: both('Rating', 'Note') }, { column: 'description', title: both('Text', 'Texte') }, { column: 'relevance', title: both('Relevance', 'Pertinence'), digits: 1 }] },
        notProven: [{ title: both('Reviews over time', 'Avis dans le temps'), reason: both('The source keeps no date of a review.', 'La source ne garde aucune date d’avis.') }],
        charts: [
          { id: 'kpi', title: both('Figures', 'Chiffres'), kind: 'figures' as const, figures: [{ column: 'total', title: both('Reviews', 'Avis'), compare: true }, { column: 'relevant', title: both('Relevant', 'Pertinents'), compare: false, of: 'total' }] },
          { id: 'ratings', title: both('Ratings', 'Notes'), subtitle: both('kept reviews', 'avis gardés'), kind: 'bars' as const, label: 'rating', value: 'reviews', filters: 'rating' },
          { id: 'status', title: both('Relevance', 'Pertinence'), kind: 'share' as const, label: 'status', value: 'reviews' },
          { id: 'length', title: both('Text length', 'Longueur'), kind: 'histogram' as const, label: 'bucket', value: 'reviews' },
          { id: 'threshold', title: both('Threshold', 'Seuil'), kind: 'line' as const, label: 'confidence', value: 'kept', chosen: 80, range: { column: 'relevance', from: 'confidence' } },
          { id: 'top', title: both('Most reviewed products', 'Produits les plus commentés'), kind: 'bars' as const, label: 'p_id', value: 'reviews' },
          { id: 'service', title: both('Customer service', 'Service client'), kind: 'table' as const },
        ],
      })),
      query: () => ask(() => ({
        selected: 111_185,
        before: { publishedAt: iso(Date.now() - 86_400_000), runId: head.runId, rows: { kpi: [{ total: 110_000 }] } },
        rows: {
          kpi: [{ total: 111_185, relevant: 30_896 }],
          ratings: [5, 4, 3, 2, 1].map((rating) => ({ rating, reviews: [16_306, 6827, 8993, 12_681, 66_515][rating - 1] ?? 0 })),
          status: [{ status: 'IRRELEVANT', reviews: 80_289 }, { status: 'RELEVANT', reviews: 30_896 }],
          length: Array.from({ length: 20 }, (_, i) => ({ bucket: `${i * 50}`, reviews: Math.round(30_000 * Math.exp(-i / 4)) })),
          threshold: Array.from({ length: 11 }, (_, i) => ({ confidence: 50 + i * 5, kept: 40_000 - i * i * 380 })),
          top: Array.from({ length: 20 }, (_, i) => ({ p_id: `B00${i}K${i}`, reviews: 376 - i * 9 })),
          service: Array.from({ length: 40 }, (_, i) => ({ review_id: 96_001 + i, rating: 1 + (i % 5), description: 'Support answered after two days and sent a new one', relevance_score: 60 + i / 3 })),
        },
      })),
      page: ({ offset, limit }: { offset: number; limit: number }) => ask(() => ({ total: 111_185, rows: Array.from({ length: Math.min(limit, 111_185 - offset) }, (_, i) => ({ review_id: 96_001 + offset + i, rating: 1 + (i % 5), description: 'Works as it should, and came on time', relevance: 90 - (offset + i) / 2000 })) })),
      row: ({ id }: { id: string }) => ask(() => ({ review_id: id, rating: 5, description: 'Works as it should', relevance: 61.2 })),
      values: ({ column }: { column: string }) => ask(() => (column === 'rating' ? [5, 4, 3, 2, 1] : ['All Beauty', 'Premium Beauty']).map((value, i) => ({ value, label: String(value), count: 60_000 / (i + 1) }))),
    },
    views: {
      list: async () => [{ id: 'products', title: both('Products', 'Produits') }],
      get: () => ask(() => ({
        id: 'products', title: both('Products', 'Produits'), words: {}, publishedAt: runs.length === 0 ? null : iso(Date.now() - 350_000),
        items: { title: both('Products', 'Produits'), id: 'p_id', name: 'name', search: ['name'], sort: { column: 'relevant', descending: true }, filters: [], columns: [{ column: 'name', title: both('Product', 'Produit') }, { column: 'relevant', title: both('Relevant', 'Pertinents') }] },
        rows: { title: both('Relevant reviews', 'Avis pertinents'), id: 'review_id', of: 'p_id', search: [], sort: { column: 'relevance', descending: true }, filters: [], columns: [{ column: 'rating', title: both('Rating', 'Note') }], detail: { text: 'description', image: 'image', facts: [{ column: 'rating', title: both('Rating', 'Note') }] } },
      })),
      items: ({ offset, limit }: { offset: number; limit: number }) => ask(() => ({ total: 41_323, rows: Array.from({ length: Math.min(limit, 41_323 - offset) }, (_, i) => ({ p_id: `B${offset + i}`, name: `Soap ${offset + i}`, relevant: 200 - (i % 200) })) })),
      item: ({ item }: { item: string }) => ask(() => ({ p_id: item, name: 'Soap', relevant: 12 })),
      rows: () => ask(() => ({ total: 12, rows: Array.from({ length: 10 }, (_, i) => ({ review_id: i, rating: 5, description: 'Smells of lavender', image: i % 2 ? null : `images/${i}.jpg` })) })),
      values: () => ask(() => []),
    },
    audit: {
      head: async () => ({ entries: entries.length, rootHash: hex(9), at: null }),
      list: (filter: AuditAsk) => ask(() => {
        const found = matching(filter)
        const page = found.slice(0, filter.limit ?? 200)
        return { entries: page, next: found.length > page.length ? (page.at(-1)?.seq ?? null) : null }
      }),
      count: (filter: AuditAsk) => ask(() => ({ total: matching(filter).length })),
      values: () => ask(() => ({ kinds: countsOf('kind'), actors: countsOf('actor'), environments: countsOf('environment') })),
      entry: ({ seq }: { seq: number }) => ask(() => ({ ...(entries[seq] ?? entries[0]), canonical: '{"actor":"engine","kind":"step.finished"}', body: {}, inclusionProof: Array.from({ length: proofLength(seq, entries.length) }, (_, i) => hex(i + seq)), treeSize: entries.length, rootHash: hex(9) })),
      verify: async () => (async function* verify() {
        for (let done = 0; done < entries.length; done += 200) {
          await new Promise((resolve) => setTimeout(resolve, 60))
          yield { kind: 'progress' as const, done, total: entries.length }
        }
        yield { kind: 'verdict' as const, verdict: { ok: true, entries: entries.length, rootHash: hex(9) } }
      })(),
    },
  }
  return {
    client: fake as unknown as Client,
    state: () => connection,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function proofLength(index: number, size: number): number {
  if (size <= 1) return 0
  let left = 1
  while (left * 2 < size) left *= 2
  return 1 + (index < left ? proofLength(index, left) : proofLength(index - left, size - left))
}
