import type { DocumentQuery, FieldFilter } from '#core/connectors/types.ts'

export type Bound = string | number | null

export interface Condition {
  readonly sql: string
  readonly bound: readonly Bound[]
}

/** SQL for the value of a (dotted) field: what an expression index must be written with, too. */
export function valueOf(field: string): string {
  const path = `$${field.split('.').map((part) => `."${part.replaceAll('"', '')}"`).join('')}`
  return `json_extract(body, '${path.replaceAll("'", "''")}')`
}

const boundOf = (value: string | number | boolean | null): Bound => (typeof value === 'boolean' ? Number(value) : value)
/** Nothing in JSON's own spelling of a text with these differs from the text. */
const PLAIN = /^[ !#-[\]-~]+$/

/** WHERE of a query. A search that SQL can narrow is narrowed; `holds` decides. */
export function conditionOf(collection: string, { where, filters, search }: Pick<DocumentQuery, 'where' | 'filters' | 'search'>): Condition {
  const terms = ['collection = ?']
  const bound: Bound[] = [collection]
  for (const [field, value] of Object.entries(where ?? {})) {
    terms.push(field === '_id' ? 'id = ?' : `${valueOf(field)} IS ?`)
    bound.push(boundOf(value))
  }
  for (const filter of filters ?? []) {
    const { sql, bound: more } = filterOf(filter)
    terms.push(sql)
    bound.push(...more)
  }
  if (search && PLAIN.test(search)) {
    terms.push("body LIKE ? ESCAPE '\\'")
    bound.push(`%${search.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`)
  }
  return { sql: terms.join(' AND '), bound }
}

function filterOf({ field, op, value = '' }: FieldFilter): Condition {
  const own = field === '_id' ? 'id' : valueOf(field)
  switch (op) {
    case 'null':
      return { sql: `${own} IS NULL`, bound: [] }
    case 'not-null':
      return { sql: `${own} IS NOT NULL`, bound: [] }
    case 'contains':
      return { sql: `${own} LIKE ? ESCAPE '\\'`, bound: [`%${String(value).replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`] }
    case 'equals':
      return { sql: `${own} = ?`, bound: [boundOf(value)] }
    case 'not-equals':
      return { sql: `${own} IS NOT ?`, bound: [boundOf(value)] }
    default:
      return { sql: `${own} ${op === 'from' ? '>=' : '<='} ?`, bound: [boundOf(value)] }
  }
}

/** The place of a document in an order. */
export interface Place {
  readonly value: Bound
  readonly id: string
}

/** One page of an order: what it holds, and which comes next when it was full, or was not. */
interface Page extends Condition {
  readonly order: string
  full(last: Place): Page
  readonly short: Page | null
}

/**
 * The first page of an order; each page begins where the last one ended: none is read by skipping others, and nothing
 * is lost or doubled when documents come and go meanwhile. NULL comes first ascending and last descending, as in SQLite.
 */
export function firstPage(sort: DocumentQuery['sort']): Page {
  const [direction, beyond] = sort?.descending ? ['DESC', '<'] : ['ASC', '>']
  const byId = (within: Condition, short: Page | null): Page => ({
    ...within,
    order: `id ${direction}`,
    short,
    full: ({ id }) => ({ ...byId(within, short), sql: `${within.sql} AND id ${beyond} ?`, bound: [...within.bound, id] }),
  })
  if (!sort || sort.field === '_id') return byId({ sql: 'true', bound: [] }, null)
  const value = valueOf(sort.field)
  const byValue = (within: Condition, short: Page | null): Page => ({
    ...within,
    order: `${value} ${direction}, id ${direction}`,
    short,
    // first the rest with the same value, then what lies beyond it: both are a seek in the field's index
    full: (last) => byId({ sql: `${value} = ?`, bound: [last.value] }, byValue({ sql: `${value} ${beyond} ?`, bound: [last.value] }, short)).full(last),
  })
  const unknown = (short: Page | null): Page => byId({ sql: `${value} IS NULL`, bound: [] }, short)
  const known = (short: Page | null): Page => byValue({ sql: `${value} IS NOT NULL`, bound: [] }, short)
  return sort.descending ? known(unknown(null)) : unknown(known(null))
}

export const sortedBy = (sort: DocumentQuery['sort']): string => (sort && sort.field !== '_id' ? valueOf(sort.field) : 'NULL')
