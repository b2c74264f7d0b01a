import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inProcess } from '#core/api/index.ts'
import type { DataAt } from '#core/api/regie.ts'
import type { DataFilter } from '#core/data/index.ts'
import { MARKER } from '#core/generator/columns.ts'
import { openPipelineCatalogue } from '#core/pipelines/catalogue.ts'
import { dataReader } from '#core/regie-data.ts'
import { fakeRegie } from '#test/core/api/fake-regie.ts'
import { blueprintFiles, loadedLab, plainScorer, type Lab } from '#test/core/pipelines/support.ts'

/** What stands in every personal column of the source, and some ids of real buyers there. */
let planted: RegExp

describe('what an environment holds', { timeout: 240_000 }, () => {
  let lab: Lab
  let reader: ReturnType<typeof dataReader>
  let out: string

  beforeAll(async () => {
    lab = await loadedLab({ scale: 0.05, markers: true, scorer: plainScorer() })
    await lab.environment.sandbox!.load(lab.environment.sandbox!.tables)
    await lab.run()
    await lab.run({ scoring: false })
    reader = dataReader({ catalogue: openPipelineCatalogue(blueprintFiles()), environment: async () => lab.environment, engine: lab.engine })
    const people = await lab.environment.source.query<{ id: string }>('SELECT buyer_id AS id FROM review WHERE buyer_id IS NOT NULL LIMIT 40', [])
    planted = new RegExp([MARKER.text, String(MARKER.digits), ...people.map(({ id }) => id)].join('|'))
    out = mkdtempSync(join(tmpdir(), 'data-test-'))
  }, 240_000)
  afterAll(async () => {
    await reader?.close()
    await lab?.remove()
    rmSync(out, { recursive: true, force: true })
  })

  const api = () => inProcess(fakeRegie({ data: reader, environment: async () => lab.environment }))
  const at = (system: DataAt['system'], name: string, version?: string) => ({ environment: 'sandbox', system, name, version })
  const ALL = { sort: null, offset: 0, limit: 1000 }
  const names = async (where: DataAt): Promise<string[]> => (await reader.describe(where)).columns.map(({ name }) => name)

  it('lists every system, and one that fails hides no other', async () => {
    const tree = await api().data.tree({ environment: 'sandbox' })
    expect(tree.map(({ system, items, failure }) => [system, items.length > 0, failure])).toEqual([['postgresql', true, null], ['object-store', true, null], ['warehouse', true, null], ['document-store', true, null]])
    expect(tree[0]!.items.find(({ name }) => name === 'customer')).toMatchObject({ personal: 'all', kind: 'table' })
    expect(tree[0]!.items.find(({ name }) => name === 'review')).toMatchObject({ personal: 'some' })
    expect(tree[2]!.items.map(({ name }) => name)).toContain('vw_data_quality')
    const broken = { ...lab.environment, documents: { ...lab.environment.documents, collections: async () => Promise.reject(new Error('secret text')) } }
    const partly = await inProcess(fakeRegie({ data: dataReader({ catalogue: openPipelineCatalogue(blueprintFiles()), environment: async () => broken, engine: lab.engine }) })).data.tree({ environment: 'sandbox' })
    expect(partly.map(({ failure }) => failure?.code)).toEqual([undefined, undefined, undefined, 'INTERNAL'])
    expect(JSON.stringify(partly)).not.toContain('secret text')
  })

  it('never lets a value of a personal column pass: not in a page, a profile, an export or an error', async () => {
    const seen: unknown[] = []
    const tree = await api().data.tree({ environment: 'sandbox' })
    seen.push(tree)
    for (const { system, items } of tree)
      for (const { name } of items.slice(0, 60)) {
        const where = at(system, name)
        const { columns } = await api().data.describe(where)
        seen.push(columns)
        const { rows } = await api().data.page({ ...where, limit: 1000 })
        seen.push(rows)
        columns.forEach((column, i) => column.personal && expect(rows.every((row) => row[i] === null)).toBe(true))
        if (system === 'postgresql') for await (const { profile } of await api().data.profile(where)) seen.push(profile)
      }
    expect(seen.length).toBeGreaterThan(60)
    expect(JSON.stringify(seen)).not.toMatch(planted)
    // the markers are there: the source itself has them
    expect(JSON.stringify(await lab.environment.source.query('SELECT * FROM customer LIMIT 5', []))).toMatch(planted)
    for (const format of ['csv', 'parquet'] as const) {
      let bytes = Buffer.alloc(0)
      for await (const event of await api().data.download({ ...at('postgresql', 'review'), format })) if (event.kind === 'part') bytes = Buffer.concat([bytes, Buffer.from(event.base64, 'base64')])
      expect(bytes.length).toBeGreaterThan(1000)
      expect(bytes.toString('latin1')).not.toMatch(planted)
      if (format === 'csv') expect(bytes.toString().split('\n')[0]).toBe('review_id,r_desc,title,rating,seller_product_flag')
    }
  })

  it('refuses to filter, sort or order by what is hidden, but counts its NULLs', async () => {
    const where = at('postgresql', 'review')
    const by = (filter: DataFilter): Promise<unknown> => reader.page(where, { ...ALL, filters: [filter] })
    await expect(by({ column: 'buyer_id', op: 'contains', value: 'A' })).rejects.toMatchObject({ code: 'COLUMN_PERSONAL' })
    await expect(by({ column: 'buyer_id', op: 'from', value: 'A' })).rejects.toMatchObject({ code: 'COLUMN_PERSONAL' })
    await expect(reader.page(where, { ...ALL, filters: [], sort: { column: 'buyer_id', descending: false } })).rejects.toMatchObject({ code: 'COLUMN_PERSONAL' })
    expect(await reader.count(where, [{ column: 'buyer_id', op: 'not-null' }])).toBeGreaterThan(0)
    for await (const { profile } of reader.profile(where, [], ['buyer_id'])) expect(profile).toMatchObject({ personal: true, distinct: null, min: null, max: null, top: [] })
  })

  it.each(['postgresql', 'warehouse'] as const)('filters, sorts and pages in %s, no row twice and none lost', async (system) => {
    const [name, id, text] = system === 'postgresql' ? ['review', 'review_id', 'r_desc'] : ['reviews', 'review_id', 'description']
    const where = at(system, name)
    const columns = await names(where)
    const [key, rating] = [columns.indexOf(id), columns.indexOf('rating')]
    const total = await reader.count(where, [])
    for (const sort of [null, { column: 'rating', descending: true }]) {
      const seen = new Set<unknown>()
      const ratings: number[] = []
      for (let offset = 0; offset < total; offset += 1000)
        for (const row of await reader.page(where, { filters: [], sort, offset, limit: 1000 })) {
          seen.add(row[key])
          ratings.push(Number(row[rating]))
        }
      expect(seen.size).toBe(total)
      if (sort) expect(ratings).toEqual(ratings.toSorted((a, b) => b - a))
    }
    const low = await reader.page(where, { ...ALL, filters: [{ column: 'rating', op: 'to', value: 2 }, { column: text, op: 'contains', value: 'THE' }] })
    expect(low.length).toBeGreaterThan(0)
    for (const row of low) expect([Number(row[rating]) <= 2, (row[columns.indexOf(text)] as string).toLowerCase().includes('the')]).toEqual([true, true])
    const [ones, others] = [await reader.count(where, [{ column: 'rating', op: 'equals', value: 1 }]), await reader.count(where, [{ column: 'rating', op: 'not-equals', value: 1 }])]
    expect(ones + others).toBe(total)
    // nothing in a value is SQL or a wildcard
    for (const value of ["'; DROP TABLE review; --", '%', '_', '!', "\\'"]) expect(await reader.count(where, [{ column: text, op: 'equals', value }])).toBe(0)
    expect(await reader.count(where, [{ column: text, op: 'contains', value: '%%%' }])).toBe(0)
  })

  it('says what is wrong with a filter', async () => {
    const where = at('postgresql', 'orders')
    const count = (filter: DataFilter): Promise<unknown> => reader.count(where, [filter])
    await expect(count({ column: 'nope', op: 'null' })).rejects.toMatchObject({ code: 'COLUMN_UNKNOWN' })
    await expect(count({ column: 'order_id', op: 'equals', value: 'x' })).rejects.toMatchObject({ code: 'FILTER_INVALID' })
    await expect(count({ column: 'order_date', op: 'from', value: 'yesterday' })).rejects.toMatchObject({ code: 'FILTER_INVALID' })
    await expect(count({ column: 'order_id', op: 'equals' })).rejects.toMatchObject({ code: 'FILTER_INVALID' })
    await expect(reader.describe(at('postgresql', 'pg_authid'))).rejects.toMatchObject({ code: 'DATA_UNKNOWN' })
    await expect(reader.describe(at('warehouse', 'x" UNION SELECT 1'))).rejects.toMatchObject({ code: 'DATA_UNKNOWN' })
    const day = await reader.page(where, { ...ALL, limit: 1, filters: [] })
    const date = day[0]![(await names(where)).indexOf('order_date')] as string
    expect(await reader.count(where, [{ column: 'order_date', op: 'equals', value: date }])).toBeGreaterThan(0)
  })

  it('reads a kept version of a table and an object, and each says which one is current', async () => {
    const { versions, version } = await reader.describe(at('warehouse', 'reviews'))
    expect(versions.map(({ state }) => state)).toEqual(['current', 'previous'])
    expect(version).toBe(versions[0]!.version)
    const old = await reader.page(at('warehouse', 'reviews', versions[1]!.version), { ...ALL, filters: [] })
    expect(old).toHaveLength(1000)
    await expect(reader.describe(at('warehouse', 'reviews', '99'))).rejects.toMatchObject({ code: 'DATA_UNKNOWN' })
    const { items } = await reader.list('sandbox', 'object-store')
    const raw = items.find(({ name }) => /raw\/review\/.*parquet$/.test(name))!
    expect(await names(at('object-store', raw.name))).toContain('r_desc')
    const manifest = items.find(({ name }) => name.endsWith('manifest.json'))!
    expect(await reader.count(at('object-store', manifest.name), [{ column: 'text', op: 'contains', value: 'sha256' }])).toBeGreaterThan(0)
  })

  it('profiles columns: nulls, distinct values, range, distribution, the same in every engine', async () => {
    const profiles = async (where: DataAt, filters: DataFilter[] = []) => {
      const found = new Map<string, Awaited<ReturnType<typeof one>>>()
      for await (const { profile } of reader.profile(where, filters, undefined)) found.set(profile.column, profile)
      return found
    }
    const one = async (where: DataAt, column: string) => {
      for await (const { profile } of reader.profile(where, [], [column])) return profile
      throw new Error('no profile')
    }
    const [source, published] = [await one(at('postgresql', 'review'), 'rating'), await profiles(at('warehouse', 'reviews'))]
    const stored = published.get('rating')!
    expect([source.distinct, source.min, source.max, source.nulls]).toEqual([5, 1, 5, 0])
    expect([stored.distinct, stored.min, stored.max, stored.nulls]).toEqual([5, 1, 5, 0])
    expect(stored.histogram!.reduce((sum, { count }) => sum + count, 0)).toBe(stored.rows)
    expect(stored.top.reduce((sum, { count }) => sum + count, 0)).toBe(stored.rows)
    expect(published.get('review_id')).toMatchObject({ distinct: stored.rows, top: [] })
    const time = published.get('ingestion_timestamp')!
    expect([time.kind, time.histogram!.length]).toEqual(['time', 1])
    const rejected = await profiles(at('document-store', 'rejected_reviews'))
    expect(rejected.get('rejection_reason')!.top[0]).toMatchObject({ value: 'empty_description' })
  })

  it('exports what the filters leave, whole or not at all', async () => {
    const file = join(out, 'ones.csv')
    const done = await api().data.export({ environment: 'sandbox', system: 'postgresql', table: 'review', filters: [{ column: 'rating', op: 'equals', value: 1 }], file })
    expect(done.rows).toBe(await reader.count(at('postgresql', 'review'), [{ column: 'rating', op: 'equals', value: 1 }]))
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe('review_id,r_desc,title,rating,seller_product_flag')
    await expect(api().data.export({ environment: 'sandbox', system: 'postgresql', table: 'review', file })).rejects.toMatchObject({ data: { code: 'FILE_EXISTS' } })
    const parquet = await api().data.export({ environment: 'sandbox', system: 'document-store', table: 'rejected_reviews', file: join(out, 'rejects.parquet') })
    expect(parquet.rows).toBe(await reader.count(at('document-store', 'rejected_reviews'), []))
  })

  it('cancels in the engine when nobody waits any more', async () => {
    const stop = new AbortController()
    const reading = reader.page(at('warehouse', 'reviews'), { ...ALL, filters: [] }, stop.signal)
    stop.abort()
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await reader.count(at('warehouse', 'reviews'), [])).toBeGreaterThan(0)
  })
})
