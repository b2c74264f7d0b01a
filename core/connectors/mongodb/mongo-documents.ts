import { MongoClient, type Collection, type Filter, type Sort } from 'mongodb'
import { Cancelled, toFailure } from '#core/base/errors.ts'
import { holds } from '#core/connectors/document-search.ts'
import type { Document, DocumentQuery, DocumentStore, FieldFilter, SystemDescription } from '#core/connectors/types.ts'
import { mongoError } from './errors.ts'

/** How to reach a database. Stays inside the connector: never logged, never part of an error. */
export interface MongoConnection {
  /** mongodb://… with its login; read when a connection is made. */
  readonly url: string
  readonly database: string
  /** PEM of an issuer that the system doesn't know. */
  readonly ca?: string
}

export interface MongoDocumentsOptions {
  readonly connection: MongoConnection
  /** Name of the environment's store, for messages. */
  readonly server: string
  /** Until a server is found, and of silence in an answer, ms. */
  readonly timeouts?: { readonly selectMs: number; readonly idleMs: number }
}

/** Documents per page of a cursor. */
const PAGE = 500
/** Documents per write: FerretDB 1.24 never answers 100 replacements or more in one request. */
const WRITES = 64

/**
 * Collections of one MongoDB database. Writes replace by _id and are acknowledged by the majority and on disk, so that a batch
 * may always be written again. Proven here against FerretDB, which speaks the protocol; never against a real mongod.
 */
export function openMongoDocuments({ connection, server, timeouts = { selectMs: 5_000, idleMs: 30_000 } }: MongoDocumentsOptions): DocumentStore {
  const client = new MongoClient(connection.url, {
    appName: 'regie',
    serverSelectionTimeoutMS: timeouts.selectMs,
    connectTimeoutMS: timeouts.selectMs,
    socketTimeoutMS: timeouts.idleMs,
    maxPoolSize: 8,
    maxIdleTimeMS: 60_000,
    writeConcern: { w: 'majority', journal: true },
    ...(connection.ca === undefined ? {} : { ca: connection.ca }),
  })
  const database = client.db(connection.database)
  const at = (collection: string): Collection<Document> => database.collection<Document>(collection)

  const asked = async <T>(action: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      signal?.throwIfAborted()
      return await work()
    } catch (thrown) {
      throw mongoError(thrown, server, action, signal)
    }
  }

  async function* stream(collection: string, query: Omit<DocumentQuery, 'limit' | 'offset'>): AsyncGenerator<Document> {
    const cursor = at(collection).find(filterOf(query.where, query.filters), { sort: sortOf(query.sort), batchSize: PAGE })
    try {
      for (;;) {
        const document = await asked(`read ${collection}`, () => cursor.next())
        if (document === null) return
        if (holds(document, query.search)) yield document
      }
    } finally {
      await cursor.close().catch(() => {})
    }
  }

  return {
    async describe(): Promise<SystemDescription> {
      try {
        const { version } = await asked('say its version', () => database.admin().serverInfo())
        const hello = await asked('say hello', () => database.admin().command({ hello: 1 }))
        return { system: 'document-store', engine: `MongoDB ${String(version)}, database ${connection.database}`, state: 'up', capabilities: { writable: hello.isWritablePrimary === true, replicaSet: String(hello.setName ?? 'none') } }
      } catch (thrown) {
        return { system: 'document-store', engine: `MongoDB, database ${connection.database}`, state: 'down', note: toFailure(thrown).what, capabilities: {} }
      }
    },

    async upsert(collection, documents, signal) {
      let written = 0
      const put = async (batch: readonly Document[]): Promise<void> => {
        for (let from = 0; from < batch.length; from += WRITES) {
          if (signal?.aborted) throw new Cancelled('Writing documents was cancelled.', `${written} documents of ${collection} were written; writing them again replaces them.`)
          const part = batch.slice(from, from + WRITES)
          await asked(`write ${collection}`, () => at(collection).bulkWrite(part.map((document) => ({ replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true } })), { ordered: false }), signal)
          written += part.length
        }
      }
      if (Symbol.asyncIterator in documents) for await (const batch of documents) await put(batch)
      else await put(documents)
      return written
    },

    async find(collection, query) {
      const first = query.offset ?? 0
      if (!query.search) return asked(`read ${collection}`, () => at(collection).find(filterOf(query.where, query.filters), { sort: sortOf(query.sort), skip: first, ...(query.limit === undefined ? {} : { limit: query.limit }) }).toArray())
      const found: Document[] = []
      const last = first + (query.limit ?? Number.POSITIVE_INFINITY)
      let seen = 0
      if (last <= first) return found
      for await (const document of stream(collection, query)) {
        if (seen >= first) found.push(document)
        seen += 1
        if (seen >= last) break
      }
      return found
    },

    stream,
    count: (collection, where, filters) => asked(`count ${collection}`, () => at(collection).countDocuments(filterOf(where, filters))),

    async collections() {
      const found = await asked('name its collections', () => database.listCollections({}, { nameOnly: true }).toArray())
      const names = found.map(({ name }) => name).filter((name) => !name.startsWith('system.'))
      const counted = await Promise.all(names.toSorted().map(async (name) => ({ name, documents: await asked(`count ${name}`, () => at(name).estimatedDocumentCount()) })))
      return counted.filter(({ documents }) => documents > 0)
    },

    async countBy(collection, field, where) {
      const groups = await asked(`count ${collection}`, () =>
        at(collection)
          .aggregate<{ _id: unknown; n: number }>([{ $match: filterOf(where) }, { $group: { _id: `$${field}`, n: { $sum: 1 } } }])
          .toArray(),
      )
      return Object.fromEntries(groups.map(({ _id, n }) => [String(_id), n] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    },

    async remove(collection, where) {
      return (await asked(`remove from ${collection}`, () => at(collection).deleteMany(filterOf(where)))).deletedCount
    },

    async index(collection, fields) {
      for (const field of fields) if (field !== '_id') await asked(`index ${collection}`, () => at(collection).createIndex({ [field]: 1 }))
    },

    close: () => client.close(),
  }
}

/** Values are never operators: they stand below one of ours. */
function filterOf(where: DocumentQuery['where'], filters: DocumentQuery['filters'] = []): Filter<Document> {
  const equal = Object.entries(where ?? {}).map(([field, value]) => ({ [field]: { $eq: value } }))
  const all = [...equal, ...filters.map((filter) => ({ [filter.field]: conditionOf(filter) }))]
  return all.length === 0 ? {} : { $and: all }
}

function conditionOf({ op, value = '' }: FieldFilter): object {
  switch (op) {
    case 'null':
      return { $eq: null }
    case 'not-null':
      return { $ne: null }
    case 'contains':
      return { $regex: String(value).replaceAll(/[\\^$.*+?()[\]{}|]/g, (mark) => `\\${mark}`), $options: 'i' }
    case 'equals':
      return { $eq: value }
    case 'not-equals':
      return { $ne: value }
    default:
      return op === 'from' ? { $gte: value } : { $lte: value }
  }
}

function sortOf(sort: DocumentQuery['sort']): Sort {
  if (!sort || sort.field === '_id') return { _id: sort?.descending ? -1 : 1 }
  return { [sort.field]: sort.descending ? -1 : 1, _id: sort.descending ? -1 : 1 }
}
