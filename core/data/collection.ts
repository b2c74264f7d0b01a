import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { Cancelled } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import type { Document, DocumentStore, FieldFilter, Warehouse } from '#core/connectors/types.ts'
import { DataUnknown, FilterInvalid } from './errors.ts'
import { literal, openColumn } from './sql.ts'
import { BARS, TOP } from './sql-profile.ts'
import { LONGEST_CELL, type ColumnKind, type ColumnProfile, type DataColumn, type DataFilter, type Shelf } from './types.ts'

/** Documents that are looked at for the names and kinds of fields. */
const LOOKED_AT = 200
/** Distinct values that a profile tells apart. */
const MOST_VALUES = 100_000

/** A collection of documents: its fields as columns, filtered and sorted by the store. */
export async function collectionShelf(documents: DocumentStore, warehouse: Warehouse, name: string): Promise<Shelf> {
  if (!(await documents.collections()).some((one) => one.name === name)) throw new DataUnknown('document store', name)
  const columns = columnsOf(await documents.find(name, { limit: LOOKED_AT }))
  const filtersOf = (filters: readonly DataFilter[]): FieldFilter[] => filters.map((filter) => fieldFilter(columns, filter))

  return {
    description: { columns, versions: [], version: null },

    async page({ filters, sort, offset, limit }, signal) {
      signal.throwIfAborted()
      if (sort) openColumn(columns, sort.column)
      const found = await documents.find(name, { filters: filtersOf(filters), sort: sort ? { field: sort.column, descending: sort.descending } : undefined, offset, limit })
      return found.map((document) => columns.map((column) => cell(document[column.name])))
    },

    count: (filters) => documents.count(name, undefined, filtersOf(filters)),

    profile: (column, filters, signal) => profile(documents.stream(name, { filters: filtersOf(filters) }), column, signal),

    async exportTo(file, { filters, sort }, signal) {
      const csv = file.endsWith('.csv') ? file : `${file}.csv`
      const target = createWriteStream(csv, { mode: 0o600 })
      let rows = 0
      try {
        target.write(`${columns.map((column) => quoted(column.name)).join(',')}\n`)
        for await (const document of documents.stream(name, { filters: filtersOf(filters), sort: sort ? { field: sort.column, descending: sort.descending } : undefined })) {
          if (signal.aborted) throw new Cancelled('The export was cancelled.')
          rows += 1
          if (!target.write(`${columns.map((column) => quoted(document[column.name])).join(',')}\n`)) await once(target, 'drain')
        }
        target.end()
        await finished(target)
        if (csv === file) return rows
        const session = await warehouse.open({ signal })
        try {
          const types = columns.map((column) => `${literal(column.name, column.name)}: '${column.kind === 'number' ? 'DOUBLE' : column.kind === 'boolean' ? 'BOOLEAN' : 'VARCHAR'}'`)
          return await session.exportTo(`SELECT * FROM read_csv(${literal('file', csv)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, parallel = false, max_line_size = 33554432, buffer_size = 33554432, columns = {${types.join(', ')}})`, file, signal)
        } finally {
          await session.close()
        }
      } finally {
        target.destroy()
        if (csv !== file) await rm(csv, { force: true })
      }
    },

    close: async () => {},
  }
}

const kindOfValue = (value: Json): ColumnKind => (typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'other')

/** Fields in the order in which they come, each with the kind that all its values share. */
function columnsOf(documents: readonly Document[]): DataColumn[] {
  const kinds = new Map<string, Set<ColumnKind>>()
  for (const document of documents)
    for (const [field, value] of Object.entries(document)) {
      const seen = kinds.get(field) ?? new Set()
      if (value !== null) seen.add(kindOfValue(value))
      kinds.set(field, seen)
    }
  return [...kinds].map(([name, seen]): DataColumn => {
    const kind = seen.size === 1 ? [...seen][0]! : seen.size === 0 ? 'text' : 'other'
    return { name, type: seen.size === 0 ? 'null' : [...seen].map((one) => (one === 'other' ? 'object' : one)).join(' | '), kind, nullable: true, personal: false }
  })
}

function fieldFilter(columns: readonly DataColumn[], { column: name, op, value }: DataFilter): FieldFilter {
  const { kind } = openColumn(columns, name)
  if (op === 'null' || op === 'not-null') return { field: name, op }
  if (value === undefined || value === '') throw new FilterInvalid(name, 'it has no value')
  if (op === 'contains') return { field: name, op, value: String(value) }
  if (kind === 'number') {
    const number = Number(value)
    if (!Number.isFinite(number)) throw new FilterInvalid(name, `${String(value).slice(0, 40)} is no number`)
    return { field: name, op, value: number }
  }
  if (kind === 'boolean') {
    if (!/^(true|false)$/i.test(String(value))) throw new FilterInvalid(name, 'it must be true or false')
    return { field: name, op, value: String(value).toLowerCase() === 'true' }
  }
  return { field: name, op, value: String(value) }
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

function cell(value: Json | undefined): Json {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return value ?? null
  const text = textOf(value)
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text
}

function quoted(value: Json | undefined): string {
  if (value === null || value === undefined) return ''
  const text = textOf(value)
  return text === '' || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Counted in the core from a stream: the store behind this port has no statistics of its own. */
async function profile(found: AsyncIterable<Document>, column: DataColumn, signal: AbortSignal): Promise<ColumnProfile> {
  const counts = new Map<string, number>()
  const numbers: number[] = []
  let rows = 0
  let nulls = 0
  let low: string | null = null
  let high: string | null = null
  for await (const document of found) {
    if (signal.aborted) throw new Cancelled('The profile was cancelled.')
    rows += 1
    const value = document[column.name]
    if (value === null || value === undefined) {
      nulls += 1
      continue
    }
    if (typeof value === 'number') numbers.push(value)
    const text = textOf(value).slice(0, 200)
    if (low === null || text < low) low = text
    if (high === null || text > high) high = text
    const before = counts.get(text)
    if (before !== undefined || counts.size < MOST_VALUES) counts.set(text, (before ?? 0) + 1)
  }
  const isNumber = column.kind === 'number' && numbers.length > 0
  let least = Infinity
  let most = -Infinity
  let sum = 0
  for (const number of numbers) {
    least = Math.min(least, number)
    most = Math.max(most, number)
    sum += number
  }
  const width = (most - least) / BARS
  const bars = Array.from({ length: least === most ? 1 : BARS }, (_, i) => ({ from: least + i * width, to: least === most ? most : least + (i + 1) * width, count: 0 }))
  if (isNumber) for (const number of numbers) bars[width === 0 ? 0 : Math.min(BARS - 1, Math.floor((number - least) / width))]!.count += 1
  const top = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, TOP)
  return {
    column: column.name,
    kind: column.kind,
    personal: false,
    rows,
    nulls,
    distinct: counts.size,
    min: isNumber ? least : low,
    max: isNumber ? most : high,
    mean: isNumber ? sum / numbers.length : null,
    histogram: isNumber ? bars : null,
    top: counts.size === rows - nulls ? [] : top.map(([value, count]) => ({ value, count })),
  }
}
