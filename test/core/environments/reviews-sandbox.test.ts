import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { openEmbeddedDatabase, type EmbeddedDatabase } from '#core/connectors/embedded/postgres/embedded-database.ts'
import { openSandbox, sandboxGenerator, type SandboxControl } from '#core/environments/sandbox.ts'
import { initWorkspace, type Workspace } from '#core/environments/workspace.ts'

/* Everything that the facts say of the source, read back from PostgreSQL by SQL. */
describe('generated reviews source at full volume', () => {
  const home = mkdtempSync(join(tmpdir(), 'regie-'))
  const folder = join(home, 'pg')
  let workspace: Workspace
  let database: EmbeddedDatabase
  let sandbox: SandboxControl
  const one = async <T extends Record<string, unknown>>(sql: string): Promise<T> => (await database.source.query<T>(sql, []))[0]!

  beforeAll(async () => {
    workspace = initWorkspace(join(home, 'workspace'), { blueprints: ['reviews'], seed: 1 }).workspace
    database = await openEmbeddedDatabase({ folder, home, clock: systemClock, server: 'sandbox' })
    sandbox = openSandbox({ workspace, blueprint: 'reviews', scale: 1, markers: false, folder, open: async () => database })
    await sandbox.load(sandbox.tables)
    await sandbox.addKeys()
  })
  afterAll(async () => {
    await sandbox.close()
    await database.close()
    rmSync(home, { recursive: true, force: true })
  })

  it('has the volumes of all 25 tables', async () => {
    const counts: Record<string, number> = {}
    for (const table of sandbox.tables) counts[table] = await sandbox.count(table)
    expect(counts).toEqual({
      customer: 130_766, buyer: 100_000, seller: 30_766, category: 2, product: 42_858, product_images: 198_000, review: 111_322,
      review_images: 119_382, product_reviews: 111_322, seller_reviews: 111_322, seller_products: 46_593, payment_details: 100_000,
      customer_payment: 100_000, shipping_details: 100_000, customer_shipping: 100_000, orders: 222_644, wishlist_item: 24_810,
      subscription: 50_091, carrier: 0, cart: 0, cart_items: 0, discount: 0, daily_deals: 0, shipment: 0, returns: 0,
    })
  })

  it('has 25 primary, 2 unique and 32 foreign keys, and the procedure', async () => {
    expect(await one(`SELECT count(*) FILTER (WHERE contype = 'p')::int AS p, count(*) FILTER (WHERE contype = 'u')::int AS u,
      count(*) FILTER (WHERE contype = 'f' AND convalidated)::int AS f FROM pg_constraint WHERE connamespace = 'public'::regnamespace`)).toEqual({ p: 25, u: 2, f: 32 })
    expect(await one("SELECT count(*)::int AS n FROM pg_proc WHERE proname = 'apply_daily_deals'")).toEqual({ n: 1 })
    expect((await sandbox.state()).complete).toBe(true)
  })

  it('goes on numbering after the largest id', async () => {
    const loader = await database.openLoader()
    expect(await loader.rows("SELECT nextval(pg_get_serial_sequence('review', 'review_id'))::int AS next")).toEqual([{ next: 207_323 }])
    await loader.close()
  })

  it('numbers reviews 96001..207322 and splits the ratings as reported', async () => {
    expect(await one('SELECT min(review_id) AS low, max(review_id) AS high FROM review')).toEqual({ low: 96_001, high: 207_322 })
    expect(await database.source.query('SELECT rating, count(*)::int AS n FROM review GROUP BY 1 ORDER BY 1', [])).toEqual([
      { rating: 1, n: 16_306 }, { rating: 2, n: 6_827 }, { rating: 3, n: 8_993 }, { rating: 4, n: 12_681 }, { rating: 5, n: 66_515 },
    ])
  })

  it('has 137 reviews without a description, NULL, empty and blank', async () => {
    expect(await one(`SELECT count(*) FILTER (WHERE r_desc IS NULL)::int AS absent, count(*) FILTER (WHERE r_desc = '')::int AS empty,
      count(*) FILTER (WHERE r_desc <> '' AND btrim(r_desc) = '')::int AS blank, count(*) FILTER (WHERE btrim(coalesce(r_desc, '')) = '')::int AS all FROM review`))
      .toEqual({ absent: 61, empty: 49, blank: 27, all: 137 })
  })

  it('spreads reviews over products as the facts say', async () => {
    expect(await one(`WITH n AS (SELECT count(*)::int AS n FROM product_reviews GROUP BY p_id)
      SELECT count(*)::int AS products, round(100.0 * count(*) FILTER (WHERE n = 1) / count(*), 1)::float AS single,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY n) AS median, percentile_disc(0.9) WITHIN GROUP (ORDER BY n) AS p90,
        percentile_disc(0.99) WITHIN GROUP (ORDER BY n) AS p99, (array_agg(n ORDER BY n DESC))[1:10] AS top FROM n`)).toEqual({
      products: 41_323, single: 61.5, median: 1, p90: 5, p99: 24, top: [376, 350, 341, 238, 238, 215, 215, 209, 207, 203],
    })
  })

  it('has images and stars on the top ten products much as the facts say', async () => {
    const top = await one<Record<string, number>>(`WITH top AS (SELECT p_id FROM product_reviews GROUP BY 1 ORDER BY count(*) DESC LIMIT 10),
      r AS (SELECT rating, EXISTS (SELECT 1 FROM review_images i WHERE i.review_id = r.review_id) AS image FROM review r JOIN product_reviews USING (review_id) JOIN top USING (p_id))
      SELECT count(*)::int AS n, 100.0 * avg((rating = 5)::int)::float AS five, 100.0 * avg(image::int)::float AS images,
        100.0 * (avg(image::int) FILTER (WHERE rating = 5))::float AS images5, 100.0 * (avg(image::int) FILTER (WHERE rating = 1))::float AS images1 FROM r`)
    expect(top.n).toBe(2_592)
    expect(top.five).toBeCloseTo(76.4, 1)
    expect(Math.abs(top.images! - 31.6)).toBeLessThan(2.5)
    expect(Math.abs(top.images5! - 35.7)).toBeLessThan(3.5)
    expect(Math.abs(top.images1! - 7.6)).toBeLessThan(5)
    const all = await one<{ share: number }>('SELECT 100.0 * count(DISTINCT review_id)::float / 111322 AS share FROM review_images')
    expect(Math.abs(all.share - 28.5)).toBeLessThan(0.6)
  })

  it('writes texts of the right lengths, distinct and coherent', async () => {
    const { median, mean, p99 } = await one<Record<string, number>>(`SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY length(r_desc)) AS median, avg(length(r_desc))::float AS mean,
      percentile_disc(0.99) WITHIN GROUP (ORDER BY length(r_desc)) AS p99 FROM review WHERE btrim(coalesce(r_desc, '')) <> ''`)
    expect(Math.abs(median! - 44)).toBeLessThanOrEqual(2)
    expect(Math.abs(mean! - 117)).toBeLessThanOrEqual(5)
    expect(Math.abs(p99! - 1_147)).toBeLessThanOrEqual(120)
    expect((await one<{ share: number }>('SELECT count(DISTINCT r_desc)::float / count(*) AS share FROM review WHERE length(r_desc) >= 25')).share).toBeGreaterThan(0.8)
    const odd = await one<Record<string, boolean>>(`SELECT bool_or(r_desc LIKE '%"%') AS quote, bool_or(r_desc LIKE '%,%') AS comma, bool_or(r_desc LIKE E'%\\n%') AS newline,
      bool_or(r_desc LIKE E'%\\t%') AS tab, bool_or(r_desc LIKE '%\\\\%') AS backslash, bool_or(r_desc ~ '[\\U0001F300-\\U0001FAFF]') AS emoji,
      bool_or(r_desc LIKE '%的%') AS chinese, bool_or(r_desc LIKE '%です%') AS japanese, bool_or(r_desc LIKE '%livraison%') AS french,
      bool_or(r_desc LIKE '%Lieferung%') AS german, bool_or(r_desc LIKE '%¡%') AS spanish, bool_or(r_desc LIKE '%𠮷%') AS outside_bmp FROM review`)
    expect(Object.entries(odd).filter(([, present]) => !present)).toEqual([])
    const coherent = await database.source.query<{ rating: number; good: number }>("SELECT rating, avg((r_desc ~* 'love|great|perfect|excellent|wonderful')::int)::float AS good FROM review WHERE rating IN (1, 5) GROUP BY 1 ORDER BY 1", [])
    expect(coherent[0]!.good).toBeLessThan(0.06)
    expect(coherent[1]!.good).toBeGreaterThan(0.3)
  })

  it('has ids, sellers, orders and subscriptions as the facts say', async () => {
    expect(await one(`SELECT bool_and(buyer_id ~ '^AE[A-Z2-7]{26}$') AS buyers, (SELECT bool_and(p_id ~ '^B0[0-9A-Z]{8}$') FROM product) AS products FROM buyer`)).toEqual({ buyers: true, products: true })
    expect(await database.source.query('SELECT seller_type, count(*)::int AS n FROM seller GROUP BY 1 ORDER BY 2', [])).toEqual([{ seller_type: 'marketplace', n: 1 }, { seller_type: 'third_party_seller', n: 30_765 }])
    expect(await one("SELECT count(*)::int AS n FROM seller_products WHERE seller_id = 'AMAZON0000000000000000001'")).toEqual({ n: 3_735 })
    expect(await database.source.query('SELECT n, count(*)::int AS products FROM (SELECT count(*)::int AS n FROM seller_products GROUP BY p_id) x GROUP BY n ORDER BY n', [])).toEqual([{ n: 1, products: 39_123 }, { n: 2, products: 3_735 }])
    expect(await one('SELECT count(*)::int AS n FROM review r WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.buyer_id = r.buyer_id)')).toEqual({ n: 0 })
    expect(await one(`SELECT min(start_date)::text AS low, max(start_date)::text AS high, bool_and(end_date - start_date = 365) AS year FROM subscription`)).toEqual({ low: '2024-07-27', high: '2025-07-27', year: true })
    expect(await one("SELECT array_agg(name ORDER BY category_id) AS names FROM category")).toEqual({ names: ['All Beauty', 'Premium Beauty'] })
  })

  it('gives the bytes that it always gave (golden; changes only with the description)', () => {
    const generator = sandboxGenerator({ workspace, blueprint: 'reviews', scale: 1, markers: false })
    const hashes = generator.tables.filter((table) => generator.rows(table) > 0).map((table) => {
      const hash = createHash('sha256')
      for (const chunk of generator.table(table).chunks()) hash.update(chunk)
      return [table, hash.digest('hex').slice(0, 16)] as const
    })
    expect(Object.fromEntries(hashes)).toMatchInlineSnapshot(`
      {
        "buyer": "231ac098289dfd37",
        "category": "86ef2ddbbac87382",
        "customer": "d01cd451223aec9f",
        "customer_payment": "09503b1917812c66",
        "customer_shipping": "52ecc31e47c9aee9",
        "orders": "7c6c17a1676735bb",
        "payment_details": "366ae5f06ea602c6",
        "product": "dc92df719548a442",
        "product_images": "e4f309db4617ca1f",
        "product_reviews": "4ef04f7398255e89",
        "review": "509de7cd76b50541",
        "review_images": "b259c345cd428706",
        "seller": "4f0d15af31fa2c3b",
        "seller_products": "4aafd09821fa81d2",
        "seller_reviews": "9c3571038bddd118",
        "shipping_details": "49e870a2f9d19bf6",
        "subscription": "998414e6e62f4238",
        "wishlist_item": "7dd7e483755aa413",
      }
    `)
  })
})
