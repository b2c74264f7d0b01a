import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLab, loadedLab, plainScorer, type Lab } from './support.ts'
import { twistedSource } from './twisted-source.ts'

const published = async (lab: Lab): Promise<unknown> => (await lab.deps.warehouse.tables()).map(({ name, current }) => [name, current?.version ?? null, current?.sha256 ?? null])

describe('gates', () => {
  let lab: Lab
  let before: unknown

  beforeAll(async () => {
    lab = await loadedLab({ scale: 0.02, scorer: plainScorer() })
    const run = await lab.run()
    expect(run.failure).toBeNull()
    before = await published(lab)
  }, 120_000)
  afterAll(async () => await lab.remove())

  /** A run over a twisted source, on the same home. */
  async function runOver(tables: Readonly<Record<string, string>>): Promise<Awaited<ReturnType<Lab['run']>>> {
    const twisted = await openLab({ root: lab.root, scorer: plainScorer(), deps: { source: twistedSource(lab.deps.source, tables) } })
    try {
      return await twisted.run()
    } finally {
      await twisted.close()
    }
  }

  it('stop at 12 % rejects: nothing is published, the rejects can be looked at', async () => {
    const run = await runOver({ review: 'SELECT review_id, buyer_id, CASE WHEN review_id % 25 < 3 THEN NULL ELSE r_desc END AS r_desc, title, rating, seller_product_flag FROM review' })
    expect(run.state).toBe('stopped')
    expect(run.failure).toMatchObject({ code: 'GATE_STOPPED' })
    const audit = run.steps.find((step) => step.id === 'audit')!
    expect(audit.state).toBe('stopped')
    const gate = audit.gates.find((one) => one.gate === 'reject-rate')!
    expect(gate).toMatchObject({ verdict: 'stop', stopAt: 10 })
    expect(gate.value).toBeGreaterThan(11)
    expect(audit.gates.map((one) => one.gate)).toEqual(expect.arrayContaining(['reconcile', 'unique', 'not-null', 'range-rating', 'volume']))
    expect(await published(lab)).toEqual(before)
    expect(await lab.deps.documents.count('rejected_reviews', { run_id: run.runId, rejection_reason: 'empty_description' })).toBeGreaterThan(200)
    expect(run.undo).toBeNull()
  })

  it('warn at 7 % rejects, and publish', async () => {
    const run = await runOver({ review: "SELECT review_id, buyer_id, CASE WHEN review_id % 100 < 7 THEN E' \\t\\n ' ELSE r_desc END AS r_desc, title, rating, seller_product_flag FROM review" })
    expect(run.state).toBe('succeeded')
    expect(run.steps.find((step) => step.id === 'audit')).toMatchObject({ state: 'warning', gates: expect.arrayContaining([expect.objectContaining({ gate: 'reject-rate', verdict: 'warning', warnAt: 5 })]) })
    before = await published(lab)
  })

  it('stop when half of the rows are gone', async () => {
    const run = await runOver({ review: 'SELECT * FROM review WHERE review_id % 5 < 2' })
    expect(run.state).toBe('stopped')
    expect(run.failure!.data).toMatchObject({ gate: { gate: 'volume', verdict: 'stop' } })
    expect(await published(lab)).toEqual(before)
  })

  it('stop on an empty table and on a NULL where none may be, before anything is joined into a table', async () => {
    const empty = await runOver({ product: 'SELECT * FROM product WHERE false' })
    expect(empty.state).toBe('stopped')
    expect(empty.failure!.data).toMatchObject({ gate: { gate: 'not-empty', value: 1 } })
    expect(empty.failure!.next).toContain('product')
    const nulls = await runOver({ product: 'SELECT CASE WHEN random() < 0.5 THEN p_id END AS p_id, p_name, category_id, p_desc, price, qty FROM product' })
    expect(nulls.state).toBe('stopped')
    expect(nulls.failure!.data).toMatchObject({ gate: { gate: 'required' } })
    expect(await published(lab)).toEqual(before)
  })

  it('keep the first of repeated rows, and say why the others went', async () => {
    const run = await runOver({
      review: `SELECT review_id, buyer_id, r_desc, title, rating::text AS rating, seller_product_flag FROM review
        UNION ALL (SELECT review_id, buyer_id, 'again: ' || coalesce(r_desc, ''), title, '5', 'P' FROM review ORDER BY review_id LIMIT 3)
        UNION ALL VALUES (900001, NULL, 'fine', 't', NULL, 'P'), (NULL::int, NULL, 'fine', 't', '3', 'P'), (900002, NULL, 'fine', 't', '9', 'P'), (900003, NULL, 'fine', 't', '4.5', 'P'), (900004, NULL, 'fine', 't', 'four', 'P'), (900005, NULL, E'\\u3000\\u00a0', 't', '4', 'P'), (900006, NULL, 'fine', NULL, '4', 'P')`,
    })
    expect(run.failure).toBeNull()
    expect(run.result!.rejectedByReason).toMatchObject({ duplicate_review_id: 3, missing_required_fields: 2, invalid_rating: 1, data_quality_issue: 2 })
    const rejects = await lab.deps.documents.find('rejected_reviews', { where: { run_id: run.runId } })
    const of = (id: string) => rejects.find((reject) => reject.review_id === id)!
    expect(of('900002')).toMatchObject({ rejection_reason: 'invalid_rating', error_details: 'rating 9 is not from 1 to 5' })
    expect(of('900004')).toMatchObject({ rejection_reason: 'data_quality_issue', error_details: 'rating four is no whole number' })
    expect(of('900005')).toMatchObject({ rejection_reason: 'empty_description' })
    for (const reject of rejects.filter((one) => one.rejection_reason === 'duplicate_review_id')) expect((reject.original_data as { description: string }).description).toMatch(/^again: /)
    const session = await lab.deps.warehouse.open()
    try {
      expect(await session.rows("SELECT title, category, has_orders, buyer_id, buyer_key_id FROM reviews WHERE review_id = '900006'")).toEqual([{ title: '', category: 'Unknown', has_orders: false, buyer_id: null, buyer_key_id: null }])
    } finally {
      await session.close()
    }
    before = await published(lab)
  })

  it('refuse to publish data that changed after they judged it', async () => {
    const environments = join(lab.home, 'environments', lab.workspace.id, 'sandbox', 'warehouse', 'data')
    const engine = await lab.restart({
      probe: (point) => {
        if (point !== 'step:audit-scores:confirmed') return
        const staged = readdirSync(environments).filter((name) => name.startsWith('reviews-')).map((name) => join(environments, name))
        for (const file of staged) {
          const bytes = readFileSync(file)
          // one bit of a value, in the middle of the file
          if (!tampered && file.includes(runId)) {
            bytes[bytes.length >> 1]! ^= 1
            chmodSync(file, 0o600)
            writeFileSync(file, bytes)
            tampered = true
          }
        }
      },
    })
    let tampered = false
    const plan = await engine.plan('pipelines.run', { environment: 'sandbox', pipeline: 'reviews' }, 'anna')
    const { runId } = await engine.start(plan.hash, 'anna')
    const run = await engine.wait(runId)
    expect(tampered).toBe(true)
    expect(run.state).toBe('failed')
    expect(run.failure).toMatchObject({ code: 'STAGED_DATA_CHANGED' })
    expect(await published(lab)).toEqual(before)
  })
})

describe('rows that nobody expects', () => {
  let lab: Lab
  beforeAll(async () => void (lab = await loadedLab({ scale: 0.02, scorer: plainScorer() })), 120_000)
  afterAll(async () => await lab.remove())

  async function runOver(tables: Readonly<Record<string, string>>, input: Readonly<Record<string, unknown>> = {}): Promise<Awaited<ReturnType<Lab['run']>>> {
    const twisted = await openLab({ root: lab.root, scorer: plainScorer(), deps: { source: twistedSource(lab.deps.source, tables) } })
    try {
      return await twisted.run(input)
    } finally {
      await twisted.close()
    }
  }

  it('a text of 20 MB is rejected with a reason, shortened in its document', async () => {
    const run = await runOver({ review: "SELECT review_id, buyer_id, CASE WHEN review_id = (SELECT min(review_id) FROM review) THEN repeat('long, \"long\" text' || chr(10), 1111112) ELSE r_desc END AS r_desc, title, rating, seller_product_flag FROM review" })
    expect(run.failure).toBeNull()
    expect(run.result!.rejectedByReason).toMatchObject({ data_quality_issue: 1 })
    const [reject] = await lab.deps.documents.find('rejected_reviews', { where: { run_id: run.runId, rejection_reason: 'data_quality_issue' } })
    expect(reject!.error_details).toMatch(/^description has \d{8} characters$/)
    expect((reject!.original_data as { description: string }).description.length).toBeLessThan(21_000)
  })

  it('quotes, commas, line ends, backslashes, NULL and empty come through as they are', async () => {
    const texts = ['a"b', '"', '""', ',', '\n', 'a\nb', 'a\r\nb', '\r', '\\.', '\\N', 'NULL', 'é🙂', ' x ', '\t,"\n",', "'", '{}', 'a"\n"b']
    const values = texts.map((text, i) => `(${900_000 + i}, NULL::text, U&'${Array.from(text, (c) => `\\+${c.codePointAt(0)!.toString(16).padStart(6, '0')}`).join('')}', ${i % 2 === 0 ? "''" : 'NULL'}, 3, 'P')`)
    const run = await runOver({ review: `SELECT * FROM review UNION ALL VALUES ${values.join(', ')}` })
    expect(run.failure).toBeNull()
    const session = await lab.deps.warehouse.open()
    try {
      const rows = await session.rows<{ review_id: string; description: string; title: string }>("SELECT review_id, description, title FROM reviews WHERE review_id LIKE '9000__' ORDER BY review_id")
      const expected = texts.map((text, i) => ({ review_id: String(900_000 + i), description: text, title: '' })).filter(({ description }) => description.trim() !== '')
      expect(rows).toEqual(expected)
    } finally {
      await session.close()
    }
  })

  it('a column that is missing is refused in the plan; one that goes missing later is a typed failure', async () => {
    const without = { ...lab.deps.source, tables: async () => (await lab.deps.source.tables()).map((table) => (table.name === 'review' ? { ...table, columns: table.columns.filter(({ name }) => name !== 'rating') } : table)) }
    const blind = await openLab({ root: lab.root, scorer: plainScorer(), deps: { source: without } })
    const plan = await blind.engine.plan('pipelines.run', { environment: 'sandbox', pipeline: 'reviews' }, 'anna')
    expect(plan.refuse).toMatchObject({ code: 'SOURCE_COLUMN_MISSING', data: { table: 'review', columns: ['rating'] } })
    await blind.close()
    const run = await runOver({ review: 'SELECT review_id, buyer_id, r_desc, title, seller_product_flag FROM review' })
    expect(run.state).toBe('failed')
    expect(run.failure).toMatchObject({ code: 'POSTGRES_COLUMN_MISSING', data: { column: 'rating' } })
  })

  it('many parts make the same table', async () => {
    const one = await runOver({})
    const file = 'reviews/pipeline.yaml'
    const yaml = readFileSync(join(import.meta.dirname, '..', '..', '..', 'core', 'blueprints', file), 'utf8').replace('folder: raw\n', 'folder: raw\n    partMegabytes: 1\n')
    const cut = await openLab({ root: lab.root, scorer: plainScorer(), files: { [file]: yaml }, deps: { source: twistedSource(lab.deps.source, { orders: 'SELECT o.* FROM orders o, generate_series(1, 20)' }) } })
    const many = await cut.run()
    await cut.close()
    expect(many.failure).toBeNull()
    expect((many.steps.find((step) => step.id === 'extract')!.output as { tables: { orders: { parts: number } } }).tables.orders.parts).toBeGreaterThan(3)
    expect(many.result!.contentHash).toBe(one.result!.contentHash)
  })
})
