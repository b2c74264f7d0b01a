import type { ObjectStore, ObjectVersion } from '#core/connectors/types.ts'

/** An object store whose listing tells of every key once only: later listings of the same store leave it out. */
export function listsOnce(store: ObjectStore): ObjectStore {
  const told = new Set<string>()
  return {
    ...store,
    async *list(prefix): AsyncGenerator<ObjectVersion> {
      for await (const version of store.list(prefix)) {
        if (told.has(version.key)) continue
        told.add(version.key)
        yield version
      }
    },
  }
}
