import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { Cancelled } from '#core/base/errors.ts'
import { storageError } from '#core/connectors/errors.ts'
import type { Document, DocumentQuery, DocumentStore, SystemDescription } from '#core/connectors/types.ts'

const SCHEMA = `CREATE TABLE IF NOT EXISTS documents (
  collection TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL CHECK (json_valid(body)), PRIMARY KEY (collection, id)
) STRICT, WITHOUT ROWID;`

/** Documents per transaction: some milliseconds, then the event loop has its turn. */
const BATCH = 500
const PAGE = 1000

type Bound = string | number | null

/** `$."a"."b"` of a dotted field: a JSON path that is safe to write into SQL once its quotes are doubled. */
const pathOf = (field: string): string => `$${field.split('.').map((part) => `."${part.replaceAll('"', '')}"`).join('')}`
const valueOf = (field: string): string => `json_extract(body, '${pathOf(field).replaceAll("'", "''")}')`
const boundOf = (value: string | number | boolean | null): Bound => (typeof value === 'boolean' ? Number(value) : value)

/** WHERE of a query, and what it binds. */
function whereOf(collection: string, query: Pick<DocumentQuery, 'where' | 'search'>): { readonly sql: string; readonly bound: Bound[] } {
  const terms = ['collection = ?']
  const bound: Bound[] = [collection]
  for (const [field, value] of Object.entries(query.where ?? {})) {
    terms.push(field === '_id' ? 'id = ?' : `${valueOf(field)} IS ?`)
    bound.push(boundOf(value))
  }
  if (query.search) {
    terms.push("body LIKE ? ESCAPE '\\'")
    bound.push(`%${query.search.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`)
  }
  return { sql: terms.join(' AND '), bound }
}

const orderOf = (sort: DocumentQuery['sort']): string => {
  const direction = sort?.descending ? 'DESC' : 'ASC'
  return sort && sort.field !== '_id' ? `ORDER BY ${valueOf(sort.field)} ${direction}, id ${direction}` : `ORDER BY id ${direction}`
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done))
const parsed = (row: { body: string }): Document => JSON.parse(row.body) as Document

/** A document store in one SQLite file: a stand-in for MongoDB with the same document shapes. */
export async function openSqliteDocuments({ file }: { readonly file: string }): Promise<DocumentStore> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('busy_timeout = 10000')
  db.exec(SCHEMA)

  const find = (collection: string, query: DocumentQuery): Document[] => {
    const { sql, bound } = whereOf(collection, query)
    return db
      .prepare<Bound[], { body: string }>(`SELECT body FROM documents WHERE ${sql} ${orderOf(query.sort)} LIMIT ? OFFSET ?`)
      .all(...bound, query.limit ?? -1, query.offset ?? 0)
      .map(parsed)
  }

  const write = (collection: string, batch: readonly Document[]): void => {
    const put = db.prepare('INSERT INTO documents (collection, id, body) VALUES (?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET body = excluded.body')
    try {
      db.transaction(() => batch.forEach((document) => put.run(collection, document._id, JSON.stringify(document)))).immediate()
    } catch (error) {
      throw storageError(error, 'document store')
    }
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
      return find(collection, query)
    },

    async *stream(collection, query) {
      // By pages rather than one open cursor: a reader that is slow must not hold a transaction open.
      for (let offset = 0; ; offset += PAGE) {
        const page = find(collection, { ...query, limit: PAGE, offset })
        yield* page
        if (page.length < PAGE) return
        await turn()
      }
    },

    async count(collection, where) {
      const { sql, bound } = whereOf(collection, { where })
      return db.prepare<Bound[], { n: number }>(`SELECT count(*) AS n FROM documents WHERE ${sql}`).get(...bound)?.n ?? 0
    },

    async countBy(collection, field, where) {
      const { sql, bound } = whereOf(collection, { where })
      const rows = db.prepare<Bound[], { value: Bound; n: number }>(`SELECT ${valueOf(field)} AS value, count(*) AS n FROM documents WHERE ${sql} GROUP BY 1 ORDER BY 1`).all(...bound)
      return Object.fromEntries(rows.map(({ value, n }) => [String(value), n]))
    },

    async remove(collection, where) {
      const { sql, bound } = whereOf(collection, { where })
      return db.prepare(`DELETE FROM documents WHERE ${sql}`).run(...bound).changes
    },

    async index(collection, fields) {
      for (const field of fields) {
        const name = `by_${Buffer.from(`${collection}.${field}`).toString('hex')}`
        db.exec(`CREATE INDEX IF NOT EXISTS ${name} ON documents (collection, ${valueOf(field)}) WHERE collection = '${collection.replaceAll("'", "''")}'`)
      }
    },

    async close() {
      db.close()
    },
  }
}
