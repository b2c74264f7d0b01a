import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { Cancelled } from '#core/base/errors.ts'
import { holds } from '#core/connectors/document-search.ts'
import { storageError } from '#core/connectors/errors.ts'
import type { Document, DocumentQuery, DocumentStore, SystemDescription } from '#core/connectors/types.ts'
import { conditionOf, firstPage, sortedBy, valueOf, type Bound, type Place } from './document-sql.ts'

const SCHEMA = `CREATE TABLE IF NOT EXISTS documents (
  collection TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL CHECK (json_valid(body)), PRIMARY KEY (collection, id)
) STRICT, WITHOUT ROWID;`

/** Documents per transaction and per page: some milliseconds, then the event loop has its turn. */
const BATCH = 500
const PAGE = 500

interface Row extends Place {
  readonly body: string
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

function stored<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw storageError(error, 'document store')
  }
}

const opened = (file: string): Database.Database =>
  stored(() => {
    const db = new Database(file)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('busy_timeout = 10000')
    db.exec(SCHEMA)
    return db
  })

/** A document store in one SQLite file: a stand-in for MongoDB with the same document shapes. */
export async function openSqliteDocuments({ file }: { readonly file: string }): Promise<DocumentStore> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const db = opened(file)
  const putOne = db.prepare('INSERT INTO documents (collection, id, body) VALUES (?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET body = excluded.body')

  const write = (collection: string, batch: readonly Document[]): void =>
    stored(() => db.transaction(() => batch.forEach((document) => putOne.run(collection, document._id, JSON.stringify(document)))).immediate())

  /** By pages rather than one open cursor: a reader that is slow must not hold a transaction open. */
  async function* stream(collection: string, query: Omit<DocumentQuery, 'limit' | 'offset'>): AsyncGenerator<Document> {
    const { sql, bound } = conditionOf(collection, query)
    for (let next: ReturnType<typeof firstPage> | null = firstPage(query.sort); next; ) {
      const rows: Row[] = db
        .prepare<Bound[], Row>(`SELECT id, body, ${sortedBy(query.sort)} AS value FROM documents WHERE ${sql} AND ${next.sql} ORDER BY ${next.order} LIMIT ${PAGE}`)
        .all(...bound, ...next.bound)
      for (const { body } of rows) {
        const document = JSON.parse(body) as Document
        if (holds(document, query.search)) yield document
      }
      const last = rows.at(-1)
      next = last && rows.length === PAGE ? next.full(last) : next.short
      await turn()
    }
  }

  /** Without a search SQL itself skips and cuts. */
  function page(collection: string, query: DocumentQuery): Document[] {
    const { sql, bound } = conditionOf(collection, query)
    const direction = query.sort?.descending ? 'DESC' : 'ASC'
    const order = query.sort && query.sort.field !== '_id' ? `${valueOf(query.sort.field)} ${direction}, id ${direction}` : `id ${direction}`
    return db
      .prepare<Bound[], { body: string }>(`SELECT body FROM documents WHERE ${sql} ORDER BY ${order} LIMIT ? OFFSET ?`)
      .all(...bound, query.limit ?? -1, query.offset ?? 0)
      .map(({ body }) => JSON.parse(body) as Document)
  }

  return {
    async describe(): Promise<SystemDescription> {
      return { system: 'document-store', engine: 'SQLite documents (stand-in for MongoDB)', state: 'up', capabilities: { transactions: true, validators: false } }
    },

    async upsert(collection, documents, signal) {
      let written = 0
      const put = async (batch: readonly Document[]): Promise<void> => {
        for (let from = 0; from < batch.length; from += BATCH) {
          if (signal?.aborted) throw new Cancelled('Writing documents was cancelled.', `${written} documents of ${collection} were written; writing them again replaces them.`)
          const part = batch.slice(from, from + BATCH)
          write(collection, part)
          written += part.length
          await turn()
        }
      }
      if (Symbol.asyncIterator in documents) for await (const batch of documents) await put(batch)
      else await put(documents)
      return written
    },

    async find(collection, query) {
      if (query.limit !== undefined && !query.search) return page(collection, query)
      const found: Document[] = []
      const first = query.offset ?? 0
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

    async collections() {
      return db.prepare<[], { name: string; documents: number }>('SELECT collection AS name, count(*) AS documents FROM documents GROUP BY collection ORDER BY collection').all()
    },

    async count(collection, where, filters) {
      const { sql, bound } = conditionOf(collection, { where, filters })
      return db.prepare<Bound[], { n: number }>(`SELECT count(*) AS n FROM documents WHERE ${sql}`).get(...bound)?.n ?? 0
    },

    async countBy(collection, field, where) {
      const { sql, bound } = conditionOf(collection, { where })
      const rows = db.prepare<Bound[], { value: Bound; n: number }>(`SELECT ${valueOf(field)} AS value, count(*) AS n FROM documents WHERE ${sql} GROUP BY 1 ORDER BY 1`).all(...bound)
      return Object.fromEntries(rows.map(({ value, n }) => [String(value), n]))
    },

    async remove(collection, where) {
      const { sql, bound } = conditionOf(collection, { where })
      return stored(() => db.prepare(`DELETE FROM documents WHERE ${sql}`).run(...bound).changes)
    },

    async index(collection, fields) {
      for (const field of fields) {
        const name = `by_${Buffer.from(`${collection}.${field}`).toString('hex')}`
        stored(() => db.exec(`CREATE INDEX IF NOT EXISTS ${name} ON documents (collection, ${valueOf(field)}) WHERE collection = '${collection.replaceAll("'", "''")}'`))
      }
    },

    async close() {
      db.close()
    },
  }
}
