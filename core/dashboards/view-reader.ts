import type { WarehouseSession } from '#core/connectors/types.ts'
import type { DashboardParts } from './dashboard-reader.ts'
import { ViewFile } from './definition.ts'
import { ColumnNotDeclared, RowMissing, ViewUnknown } from './errors.ts'
import { readAll } from './files.ts'
import { literal, readPage, readRow, readValues, termsOf, without, type PageAsk, type Row, type Selection } from './selection.ts'

export type ViewPart = 'items' | 'rows'

/** Views are the files `views/*.yaml` of each blueprint: a list to choose from, and what belongs to the chosen one. */
export function viewReader({ files, warehouse }: DashboardParts) {
  const all = (): ViewFile[] => readAll(files, 'views', ViewFile)
  const one = (id: string): ViewFile => {
    const known = all()
    const found = known.find((view) => view.id === id)
    if (!found) throw new ViewUnknown(id, known.map((view) => view.id))
    return found
  }
  /** When the tables that it reads were published; null while one of them never was. */
  const publishedAt = async (environment: string, { tables }: ViewFile): Promise<string | null> => {
    const published = await (await warehouse(environment)).tables()
    const times = tables.map((table) => published.find(({ name }) => name === table)?.current?.at ?? null)
    return times.reduce((latest, at) => (latest === null || at === null ? null : at > latest ? at : latest))
  }
  const inSession = async <T>(environment: string, signal: AbortSignal | undefined, work: (session: WarehouseSession) => Promise<T>): Promise<T> => {
    const session = await (await warehouse(environment)).open({ signal })
    try {
      return await work(session)
    } finally {
      await session.close()
    }
  }
  const relation = (sql: string): string => `(${sql}) AS listed`
  const ofItem = (view: ViewFile, item: string): string => `${view.rows.of}::VARCHAR = ${literal(item)}`

  return {
    list: () => all().map(({ id, title }) => ({ id, title })),

    async get(environment: string, id: string) {
      const view = one(id)
      const { items: { sql: _, ...items }, rows: { sql: __, ...rows } } = view
      return { id: view.id, title: view.title, words: view.words, items, rows, publishedAt: await publishedAt(environment, view) }
    },

    async items(environment: string, id: string, selection: Selection, ask: PageAsk, signal?: AbortSignal): Promise<{ total: number; rows: readonly Row[] }> {
      const view = one(id)
      const terms = termsOf(selection, view.items.filters, view.items.search)
      if ((await publishedAt(environment, view)) === null) return { total: 0, rows: [] }
      return inSession(environment, signal, (session) => readPage(session, relation(view.items.sql), view.items, ask, terms, signal))
    },

    /** One item in full. Throws RowMissing. */
    async item(environment: string, id: string, item: string, signal?: AbortSignal): Promise<Row> {
      const view = one(id)
      const found = (await publishedAt(environment, view)) === null ? null : await inSession(environment, signal, (session) => readRow(session, relation(view.items.sql), view.items, item, signal))
      if (!found) throw new RowMissing(item)
      return found
    },

    /** Rows of one item, whole: they are read, not only listed. */
    async rows(environment: string, id: string, item: string, selection: Selection, ask: PageAsk, signal?: AbortSignal): Promise<{ total: number; rows: readonly Row[] }> {
      const view = one(id)
      const terms = [ofItem(view, item), ...termsOf(selection, view.rows.filters, view.rows.search)]
      if ((await publishedAt(environment, view)) === null) return { total: 0, rows: [] }
      return inSession(environment, signal, async (session) => {
        const { total, rows } = await readPage(session, relation(view.rows.sql), view.rows, ask, terms, signal)
        if (rows.length === 0) return { total, rows }
        const key = view.rows.id
        const whole = await session.rows(`SELECT * FROM ${relation(view.rows.sql)} WHERE ${key} IN (${rows.map((row) => literal(row[key] as string | number)).join(', ')})`, undefined, signal)
        const byKey = new Map(whole.map((row) => [row[key], row]))
        return { total, rows: rows.map((row) => byKey.get(row[key] ?? null) ?? row) }
      })
    },

    /** What a filter can be set to, counted under the others; of the rows, those of one item. */
    async values(environment: string, id: string, part: ViewPart, item: string | undefined, column: string, selection: Selection, text: string, signal?: AbortSignal) {
      const view = one(id)
      const { filters, search, sql } = view[part]
      const filter = filters.find((each) => each.column === column)
      if (!filter) throw new ColumnNotDeclared(column, filters.map((each) => each.column))
      const terms = [...(part === 'rows' && item !== undefined ? [ofItem(view, item)] : []), ...termsOf(without(selection, column), filters, search)]
      if ((await publishedAt(environment, view)) === null) return []
      return inSession(environment, signal, (session) => readValues(session, relation(sql), filter, terms, text, signal))
    },
  }
}
