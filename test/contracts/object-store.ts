import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ObjectStore } from '#core/connectors/types.ts'

/** What every object store must do. `open` gives an empty one; `pathLike`: keys are paths there, so ".." and a key below a key are not for it. */
export function objectStoreContract(name: string, open: () => Promise<ObjectStore>, { pathLike = false }: { pathLike?: boolean } = {}): void {
  describe(`object store contract: ${name}`, () => {
    let store: ObjectStore
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store.close())

    const read = async (key: string, version?: string): Promise<string> => (await buffer(await store.get(key, version))).toString()
    const list = async (prefix: string): Promise<string[]> => {
      const keys: string[] = []
      for await (const version of store.list(prefix)) keys.push(version.key)
      return keys
    }

    it('gives back the bytes that were put, with their hash and length', async () => {
      const put = await store.put('raw/a/part-0.csv', Readable.from([Buffer.from('héllo'), Buffer.from(' there')]), { metadata: { rows: '1' } })
      expect(put).toMatchObject({ key: 'raw/a/part-0.csv', bytes: 12, sha256: createHash('sha256').update('héllo there').digest('hex'), metadata: { rows: '1' } })
      expect(await read('raw/a/part-0.csv')).toBe('héllo there')
      expect(await store.head('raw/a/part-0.csv')).toEqual(put)
    })

    it('never changes an old version', async () => {
      const first = await store.put('k', Buffer.from('one'))
      const second = await store.put('k', Buffer.from('two'))
      expect(await read('k')).toBe('two')
      expect(await read('k', first.versionId)).toBe('one')
      expect((await store.versions('k')).map((version) => version.versionId)).toEqual([second.versionId, first.versionId])
    })

    it('lists latest versions under a prefix, by key', async () => {
      const beside = pathLike ? 'raw/a.csv' : 'raw/a'
      for (const key of ['raw/b/2', 'raw/a/1', beside, 'other', 'raw/a/1']) await store.put(key, Buffer.from(key))
      expect(await list('raw/')).toEqual(expect.arrayContaining([beside, 'raw/a/1', 'raw/b/2']))
      expect(await list('raw/')).toHaveLength(3)
      expect(await list('none/')).toEqual([])
    })

    it.each(['a b/ü~*?.csv', ...(pathLike ? [] : ['..']), '.hidden/x', 'con/aux', 'a/b', 'a%2Fb', '日本/語'])('keeps the odd key %s', async (key) => {
      await store.put(key, Buffer.from(key))
      expect(await read(key)).toBe(key)
      expect(await list('')).toEqual([key])
    })

    it('says typed that a key or a version is absent', async () => {
      await store.put('k', Buffer.from('x'))
      await expect(store.head('nope')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
      await expect(store.get('k', '000000000000000-00000000')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
      expect(await store.versions('nope')).toEqual([])
    })

    it('leaves no version behind when the body fails or the put is aborted', async () => {
      const failing = Readable.from(
        (async function* () {
          yield Buffer.from('half')
          throw new Error('the source broke')
        })(),
      )
      await expect(store.put('k', failing)).rejects.toThrow('the source broke')
      const abort = new AbortController()
      const slow = Readable.from(
        (async function* () {
          yield Buffer.from('half')
          abort.abort()
          await new Promise((done) => setTimeout(done, 10))
          yield Buffer.from('other half')
        })(),
      )
      await expect(store.put('k', slow, { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(await store.versions('k')).toEqual([])
      expect(await list('')).toEqual([])
    })
  })
}
