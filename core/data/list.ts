import type { DocumentStore, ObjectStore, SourceDatabase, Warehouse } from '#core/connectors/types.ts'
import type { PersonalColumns } from './personal.ts'
import type { DataItem } from './types.ts'

/** Objects that one listing shows. */
export const MOST_OBJECTS = 2000

export interface Listing {
  readonly items: readonly DataItem[]
  /** There are more than are listed. */
  readonly more: boolean
}

const personalOf = (marks: readonly boolean[]): DataItem['personal'] => (marks.length > 0 && marks.every(Boolean) ? 'all' : marks.some(Boolean) ? 'some' : 'none')

export async function sourceItems(source: SourceDatabase, personal: PersonalColumns, signal: AbortSignal): Promise<Listing> {
  const tables = await source.tables(signal)
  const items = tables.map(({ name, columns, rows }): DataItem => ({ name, kind: 'table', rows: rows < 0 ? null : rows, estimated: true, bytes: null, at: null, personal: personalOf(columns.map((column) => personal(name, column.name))) }))
  return { items, more: false }
}

export async function warehouseItems(warehouse: Warehouse): Promise<Listing> {
  const tables = await warehouse.tables()
  return { items: tables.map(({ name, kind, current }): DataItem => ({ name, kind, rows: current?.rows ?? null, estimated: false, bytes: current?.bytes ?? null, at: current?.at ?? null, personal: 'none' })), more: false }
}

/** Newest first within the limit: keys carry the date of their run, so the last by name are the last written. */
export async function objectItems(objects: ObjectStore): Promise<Listing> {
  let items: DataItem[] = []
  for await (const { key, bytes, at } of objects.list('')) {
    items.push({ name: key, kind: 'object', rows: null, estimated: false, bytes, at, personal: 'none' })
    if (items.length > 2 * MOST_OBJECTS) items = items.toSorted(newest).slice(0, MOST_OBJECTS + 1)
  }
  items = items.toSorted(newest)
  return { items: items.slice(0, MOST_OBJECTS), more: items.length > MOST_OBJECTS }
}

const newest = (a: DataItem, b: DataItem): number => ((a.at ?? '') > (b.at ?? '') ? -1 : (a.at ?? '') < (b.at ?? '') ? 1 : a.name < b.name ? -1 : 1)

export async function collectionItems(documents: DocumentStore): Promise<Listing> {
  const found = await documents.collections()
  return { items: found.map(({ name, documents: rows }): DataItem => ({ name, kind: 'collection', rows, estimated: false, bytes: null, at: null, personal: 'none' })), more: false }
}
