import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import type { RunDetail } from '#core/operations/types.ts'
import { previewStep } from '#core/pipelines/preview-step.ts'
import { loadedLab, type Lab } from './support.ts'

/** The reviews pipeline, on the embedded sandbox at full size, through the real engine. */
describe('a whole run', () => {
  let lab: Lab
  let first: RunDetail

  beforeAll(async () => {
    lab = await loadedLab({ seed: 20_250_727 })
    first = await lab.run()
  }, 300_000)
  afterAll(async () => await lab.remove())

  it('gives the figures of the platform', () => {
    expect(first.failure).toBeNull()
    expect(first.state).toBe('succeeded')
    expect(first.result).toMatchObject({
      counts: {
        extracted: { product: 42_858, category: 2, buyer: 100_000, review: 111_322, product_reviews: 111_322, review_images: 119_382, orders: 222_644, carrier: 0 },
        accepted: 111_185,
        rejected: 137,
      },
      rejectedByReason: { empty_description: 137 },
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const { counts } = first.result as { counts: { relevant: number; irrelevant: number } }
    expect(counts.relevant + counts.irrelevant).toBe(111_185)
    expect(counts.relevant).toBeGreaterThan(0)
  })

  it('proves every step by what it read back', () => {
    for (const step of first.steps) {
      expect(step.state, step.id).toBe('succeeded')
      expect(step.evidence.length, step.id).toBeGreaterThan(0)
      expect(step.evidence.every((one) => one.state === 'proven'), step.id).toBe(true)
    }
  })

  it('publishes tables and views with the columns of the documents', async () => {
    const session = await lab.deps.warehouse.open()
    try {
      const columns = async (table: string): Promise<string[]> => (await session.rows<{ column_name: string }>(`SELECT column_name FROM (DESCRIBE ${table})`)).map((row) => row.column_name)
      expect(await columns('reviews')).toEqual(['review_id', 'buyer_id', 'buyer_key_id', 'p_id', 'product_name', 'category', 'title', 'description', 'rating', 'text_length', 'has_image', 'has_orders', 'review_img', 'ingestion_timestamp', 'pipeline_version'])
      expect(await columns('review_relevant')).toEqual([
        'review_id', 'buyer_id', 'buyer_key_id', 'p_id', 'product_name', 'category', 'title', 'description', 'rating', 'text_length', 'has_image', 'has_orders', 'text_length_score', 'is_extreme_rating',
        'keyword_score', 'relevance_score', 'category_review', 'confidence_score', 'sentiment', 'review_img', 'relevant_status',
      ])
      expect(await session.rows('SELECT total_reviews, unique_reviews, empty_descriptions FROM vw_data_quality')).toEqual([{ total_reviews: 111_185, unique_reviews: 111_185, empty_descriptions: 0 }])
      expect(await session.rows('SELECT sum(review_count) AS n FROM vw_reviews_by_product')).toEqual([{ n: 111_185 }])
      expect(await session.rows('SELECT sum(review_count) AS n FROM vw_reviews_by_category')).toEqual([{ n: 111_185 }])
      const [all] = await session.rows<Record<string, number>>(
        `SELECT count(*) FILTER (WHERE relevant_status = 'RELEVANT') AS relevant,
          count(*) FILTER (WHERE (relevant_status = 'RELEVANT') <> (confidence_score >= 78.3 AND relevance_score >= 58.8)) AS wrong,
          count(*) FILTER (WHERE abs(text_length_score - exp(-pow(text_length - 300, 2) / 80000)) > 1e-9) AS lengths,
          count(*) FILTER (WHERE text_length <> length(description)) AS characters,
          count(*) FILTER (WHERE NOT regexp_full_match(buyer_id, '[0-9a-f]{64}') OR buyer_key_id NOT LIKE 'sandbox-%') AS bare,
          count(*) FILTER (WHERE abs(relevance_score - 100 * (0.30 * text_length_score + 0.20 * has_image::INT + 0.10 * has_orders::INT + 0.15 * is_extreme_rating::INT + 0.25 * keyword_score)) > 1e-5) AS formula
        FROM review_relevant`,
      )
      expect(all).toEqual({ relevant: (first.result as { counts: { relevant: number } }).counts.relevant, wrong: 0, lengths: 0, characters: 0, bare: 0, formula: 0 })
    } finally {
      await session.close()
    }
  })

  it('joins as the source says, row by row', async () => {
    const session = await lab.deps.warehouse.open()
    try {
      const here = await session.rows<{ review_id: string }>(
        `SELECT review_id, title, rating, text_length, has_image, has_orders, p_id, product_name, category, review_img FROM reviews WHERE hash(review_id) % 500 = 0 ORDER BY review_id::INT`,
      )
      expect(here.length).toBeGreaterThan(100)
      const there = await lab.deps.source.query<Record<string, unknown>>(
        `SELECT r.review_id::text, coalesce(r.title, '') AS title, r.rating, length(r.r_desc) AS text_length, i.img IS NOT NULL AS has_image,
          EXISTS (SELECT FROM orders o WHERE o.buyer_id = r.buyer_id) AS has_orders, p.p_id, p.p_name AS product_name, coalesce(c.name, 'Unknown') AS category, i.img AS review_img
        FROM review r LEFT JOIN LATERAL (SELECT min(review_img COLLATE "C") AS img FROM review_images WHERE review_id = r.review_id) i ON true
        LEFT JOIN product_reviews pr USING (review_id) LEFT JOIN product p USING (p_id) LEFT JOIN category c USING (category_id)
        WHERE r.review_id = ANY ($1::int[]) ORDER BY r.review_id`,
        [here.map((row) => Number(row.review_id))],
      )
      expect(here).toEqual(there)
    } finally {
      await session.close()
    }
  })

  it('keeps rejects, metadata and logs in the shapes of the documents', async () => {
    const { documents } = lab.deps
    const { runId } = first
    expect(await documents.countBy('rejected_reviews', 'rejection_reason', { run_id: runId })).toEqual({ empty_description: 137 })
    const [reject] = await documents.find('rejected_reviews', { where: { run_id: runId }, limit: 1 })
    expect(Object.keys(reject!).toSorted()).toEqual(['_id', 'error_details', 'original_data', 'rejected_at', 'rejection_reason', 'review_id', 'run_id'])
    expect(Object.keys(reject!.original_data as object).toSorted()).toEqual(
      ['buyer_id', 'buyer_key_id', 'category', 'description', 'has_image', 'has_orders', 'helpful_votes', 'language', 'p_id', 'product_name', 'rating', 'review_id', 'review_img', 'text_length', 'title'],
    )
    const [metadata] = await documents.find('pipeline_metadata', { where: { run_id: runId } })
    expect(metadata).toMatchObject({ run_id: runId, pipeline_version: '1.0.0', statistics: { total_records_processed: 111_322, clean_records: 111_185, rejected_records: 137, snowflake_inserts: 111_185, mongodb_inserts: 137 } })
    for (const collection of ['extract_to_s3_logs', 'transform_logs', 'transform_load_logs']) {
      const [line] = await documents.find(collection, { where: { run_id: runId }, limit: 1 })
      expect(Object.keys(line!).toSorted(), collection).toEqual(['_id', 'dag_id', 'level', 'logger', 'message', 'run_id', 'task_id', 'timestamp'])
    }
  })

  it('keeps the raw tables as immutable objects with manifests', async () => {
    const keys: string[] = []
    for await (const object of lab.deps.objects.list('raw/review/')) keys.push(object.key)
    const day = `${first.runId.slice(0, 4)}-${first.runId.slice(4, 6)}-${first.runId.slice(6, 8)}`
    expect(keys).toContain(`raw/review/${day}/${first.runId}.manifest.json`)
    expect(keys).toContain(`raw/review/${day}/${first.runId}.0000.parquet`)
    const chunks: Buffer[] = []
    for await (const chunk of await lab.deps.objects.get(`raw/review/${day}/${first.runId}.manifest.json`)) chunks.push(chunk as Buffer)
    const manifest = JSON.parse(Buffer.concat(chunks).toString()) as { rows: number; columns: string[]; parts: { key: string; bytes: number; sha256: string }[]; pseudonymised: object }
    expect(manifest).toMatchObject({ rows: 111_322, pseudonymised: { buyer_id: { domain: 'buyer', keyId: expect.stringMatching(/^sandbox-/) } } })
    for (const part of manifest.parts) expect(await lab.deps.objects.head(part.key)).toMatchObject({ bytes: part.bytes, sha256: part.sha256 })
  })

  it('shows the first rows of what each step made', async () => {
    const show = (stepId: string) => previewStep({ deps: lab.deps, run: first, stepId, limit: 5, clock: systemClock })
    for (const stepId of ['extract', 'join', 'validate', 'rejects', 'stage', 'score', 'enrich', 'publish']) {
      const preview = await show(stepId)
      expect(preview.rows.length, stepId).toBe(5)
      expect(preview.rows[0]!.length, stepId).toBe(preview.columns.length)
    }
    expect((await show('audit')).rows).toEqual([])
  })

  it('publishes the same content again, keeps the version before, and swaps it back', async () => {
    const second = await lab.run({ scoring: false })
    expect(second.state).toBe('succeeded')
    expect(second.result!.contentHash).toBe(first.result!.contentHash)
    expect(second.steps.map((step) => step.id)).not.toContain('score')
    expect(second.undo).toMatchObject({ operation: 'warehouse.swap-back', input: { environment: 'sandbox', tables: [{ table: 'reviews', version: 1 }] } })
    expect(await states(lab, 'reviews')).toEqual({ 1: 'previous', 2: 'current' })

    const plan = await lab.engine.plan(second.undo!.operation, second.undo!.input, 'anna')
    expect(plan.refuse).toBeUndefined()
    const back = await lab.engine.wait((await lab.engine.start(plan.hash, 'anna')).runId)
    expect(back.state).toBe('succeeded')
    expect(await states(lab, 'reviews')).toEqual({ 1: 'current', 2: 'previous' })
    expect(back.undo).toMatchObject({ operation: 'warehouse.swap-back', input: { tables: [{ table: 'reviews', version: 2 }] } })
  })

  it('refuses to swap back what is not kept', async () => {
    const plan = await lab.engine.plan('warehouse.swap-back', { environment: 'sandbox', tables: [{ table: 'reviews', version: 77 }] }, 'anna')
    expect(plan.refuse).toMatchObject({ code: 'VERSION_NOT_KEPT' })
  })
})

async function states(lab: Lab, table: string): Promise<Record<number, string>> {
  return Object.fromEntries((await lab.deps.warehouse.versions(table)).map(({ version, state }) => [version, state]))
}
