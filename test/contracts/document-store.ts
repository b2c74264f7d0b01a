import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Document, DocumentStore, FieldFilter } from '#core/connectors/types.ts'

/** What every document store must do. `open` gives an empty one; `size`: documents of the collection at hand. */
export function documentStoreContract(name: string, open: () => Promise<DocumentStore>, { size = 2500, timeout = 20_000 }: { readonly size?: number; readonly timeout?: number } = {}): void {
  describe(`document store contract: ${name}`, { timeout }, () => {
    let store: DocumentStore
    /** The last one is empty: size ≡ 1 modulo 3. */
    const documents: (Document & { readonly n: number })[] = Array.from({ length: size }, (_, n) => ({
      _id: `d${String(n).padStart(5, '0')}`,
      n,
      reason: n % 3 === 0 ? 'empty' : 'late',
      flag: n % 2 === 0,
      nested: { code: n % 5, text: `100 % of "ünïcode" ${n}` },
      absent: null,
    }))

    const many = (holds: (n: number) => boolean): number => documents.filter((_, n) => holds(n)).length

    beforeEach(async () => {
      store = await open()
      await store.index('c', ['reason', 'nested.code'])
      await store.upsert('c', documents)
    }, timeout)
    afterEach(() => store.close())

    it('upserts by _id: the same documents twice are there once', async () => {
      expect(await store.upsert('c', documents.slice(0, 10))).toBe(10)
      expect(await store.count('c')).toBe(size)
      await store.upsert('c', [{ _id: 'd00000', n: -1 }])
      expect(await store.find('c', { where: { _id: 'd00000' } })).toEqual([{ _id: 'd00000', n: -1 }])
    })

    it('names its collections, and filters by field', async () => {
      await store.upsert('b', [{ _id: '1' }])
      expect(await store.collections()).toEqual([{ name: 'b', documents: 1 }, { name: 'c', documents: size }])
      const count = (...filters: FieldFilter[]): Promise<number> => store.count('c', undefined, filters)
      expect(await count({ field: 'n', op: 'from', value: 10 }, { field: 'n', op: 'to', value: 19 })).toBe(10)
      expect(await count({ field: 'reason', op: 'equals', value: 'empty' })).toBe(many((n) => n % 3 === 0))
      expect(await count({ field: 'reason', op: 'not-equals', value: 'empty' })).toBe(many((n) => n % 3 !== 0))
      expect(await count({ field: 'nested.text', op: 'contains', value: '100 % OF' })).toBe(size)
      expect(await count({ field: 'nested.text', op: 'contains', value: '_' })).toBe(0)
      expect(await count({ field: 'absent', op: 'null' })).toBe(size)
      expect(await count({ field: 'n', op: 'not-null' })).toBe(size)
      const found = await store.find('c', { filters: [{ field: 'flag', op: 'equals', value: true }, { field: 'n', op: 'from', value: size - 10 }], sort: { field: 'n', descending: true }, limit: 2 })
      expect(found.map(({ n }) => n)).toEqual([size - 1, size - 2, size - 3].filter((n) => n % 2 === 0).concat(size - 4, size - 5).filter((n) => n % 2 === 0).slice(0, 2))
    })

    it('takes batches as they come', async () => {
      const batches = (async function* () {
        yield [{ _id: 'a', n: 1 }]
        yield [{ _id: 'b', n: 2 }]
      })()
      expect(await store.upsert('other', batches)).toBe(2)
      expect(await store.count('other')).toBe(2)
      expect(await store.count('c')).toBe(size)
    })

    it('finds by equality on dotted fields, booleans and null', async () => {
      expect(await store.count('c', { reason: 'empty' })).toBe(many((n) => n % 3 === 0))
      expect(await store.count('c', { 'nested.code': 4, flag: true })).toBe(many((n) => n % 5 === 4 && n % 2 === 0))
      expect(await store.count('c', { absent: null })).toBe(size)
      expect(await store.count('c', { reason: "x' OR '1'='1" })).toBe(0)
    })

    it('sorts, pages and searches', async () => {
      const page = await store.find('c', { sort: { field: 'n', descending: true }, limit: 3, offset: 2 })
      expect(page.map((document) => document.n)).toEqual([size - 3, size - 4, size - 5])
      expect((await store.find('c', { search: 'ÜNÏCODE" 17' })).map((document) => document.n)).toEqual(documents.map(({ n }) => n).filter((n) => String(n).startsWith('17')))
      expect((await store.find('c', { search: '100 % of', limit: 2, offset: 1 })).map((document) => document.n)).toEqual([1, 2])
      expect((await store.find('c', { search: 'EMPTY', sort: { field: 'n', descending: true }, limit: 2 })).map((document) => document.n)).toEqual([size - 1, size - 4])
      // names of fields are no text of the document
      expect(await store.find('c', { search: 'reason' })).toEqual([])
      expect(await store.find('c', { search: '100 _ of' })).toEqual([])
    })

    it('streams a whole result, each document once', async () => {
      const seen = new Set<string>()
      for await (const document of store.stream('c', { where: { reason: 'late' } })) seen.add(document._id)
      expect(seen.size).toBe(many((n) => n % 3 !== 0))
    })

    it.each([undefined, { field: '_id' }, { field: 'nested.code' }, { field: 'reason' }, { field: 'sometimes' }, { field: 'n' }])('streams in the order of %o, both ways, each document once', async (sort) => {
      await store.upsert('c', documents.filter((_, n) => n % 4 > 0).map((document) => ({ ...document, sometimes: document.n % 3 })))
      for (const descending of [false, true]) {
        const order = sort && { ...sort, descending }
        const streamed: string[] = []
        for await (const document of store.stream('c', { sort: order })) streamed.push(document._id)
        expect(streamed).toHaveLength(size)
        expect(new Set(streamed).size).toBe(size)
        expect((await store.find('c', { sort: order, limit: 10_000 })).map((document) => document._id)).toEqual(streamed)
      }
    })

    it('streams on while documents are removed and added', async () => {
      const seen: string[] = []
      for await (const document of store.stream('c', {})) {
        if (seen.length === 10) {
          await store.remove('c', { n: 5 })
          await store.upsert('c', [{ _id: 'a-before-all' }, { _id: 'z-after-all' }])
        }
        seen.push(document._id)
      }
      expect(seen).toHaveLength(new Set(seen).size)
      for (const { _id } of documents) expect(seen).toContain(_id)
      expect(seen).not.toContain('a-before-all')
    })

    it('counts by a field and removes', async () => {
      expect(await store.countBy('c', 'reason')).toEqual({ empty: many((n) => n % 3 === 0), late: many((n) => n % 3 !== 0) })
      expect(await store.remove('c', { reason: 'empty' })).toBe(many((n) => n % 3 === 0))
      expect(await store.countBy('c', 'reason')).toEqual({ late: many((n) => n % 3 !== 0) })
    })

    it('stops when aborted, with what is written whole', async () => {
      const abort = new AbortController()
      abort.abort()
      await expect(store.upsert('c', documents, abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
    })
  })
}
