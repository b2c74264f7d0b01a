import type { Json } from '#core/base/json.ts'

/** The systems that hold rows, objects or documents. */
export const DATA_SYSTEMS = ['postgresql', 'object-store', 'warehouse', 'document-store'] as const
/** `scored`: files that runs of scoring wrote, by the run's id. */
export type DataSystem = (typeof DATA_SYSTEMS)[number] | 'scored'

/** One thing of an environment that can be looked at. */
export interface DataRef {
  readonly system: DataSystem
  /** Table, view, key of an object, collection, or run id of a scoring. */
  readonly name: string
  /** A table's version number or an object's version id; absent = the current one. */
  readonly version?: string
}

export type ColumnKind = 'text' | 'number' | 'boolean' | 'time' | 'other'

export interface DataColumn {
  readonly name: string
  /** As its system names it. */
  readonly type: string
  readonly kind: ColumnKind
  readonly nullable: boolean
  /** Names a person by the blueprint's rule: no value of it is ever read. */
  readonly personal: boolean
}

export const FILTER_OPS = ['contains', 'equals', 'not-equals', 'from', 'to', 'null', 'not-null'] as const
export type FilterOp = (typeof FILTER_OPS)[number]

export interface DataFilter {
  readonly column: string
  readonly op: FilterOp
  /** Absent for null and not-null. Times as ISO 8601. */
  readonly value?: string | number | boolean
}

export interface DataSort {
  readonly column: string
  readonly descending: boolean
}

export interface DataVersion {
  readonly version: string
  readonly state: 'current' | 'previous' | 'staged'
  readonly at: string
  readonly rows: number | null
  readonly bytes: number | null
  readonly runId: string | null
}

export interface DataItem {
  readonly name: string
  readonly kind: 'table' | 'view' | 'object' | 'collection'
  /** null = not known without counting. */
  readonly rows: number | null
  /** The count is the server's estimate. */
  readonly estimated: boolean
  readonly bytes: number | null
  readonly at: string | null
  /** Columns that name a person: none, some of them, or all. */
  readonly personal: 'none' | 'some' | 'all'
}

export interface DataDescription {
  readonly columns: readonly DataColumn[]
  readonly versions: readonly DataVersion[]
  /** The version that is read; null where there are none. */
  readonly version: string | null
}

export interface HistogramBar {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** What a column holds, over the rows that the filters leave. */
export interface ColumnProfile {
  readonly column: string
  readonly kind: ColumnKind
  readonly personal: boolean
  readonly rows: number
  readonly nulls: number
  /** null for a personal column. */
  readonly distinct: number | null
  readonly min: Json
  readonly max: Json
  readonly mean: number | null
  /** Numbers and times (ms since 1970); null elsewhere. */
  readonly histogram: readonly HistogramBar[] | null
  /** Most frequent values first; empty when no value comes twice. */
  readonly top: readonly { readonly value: string; readonly count: number }[]
}

export interface PageAsk {
  readonly filters: readonly DataFilter[]
  readonly sort: DataSort | null
  readonly offset: number
  readonly limit: number
}

/** One opened thing: all it does is pushed down to the system that holds it. Reads only. */
export interface Shelf {
  readonly description: DataDescription
  /** Cells in the order of the columns; personal ones are null and were never read. */
  page(ask: PageAsk, signal: AbortSignal): Promise<readonly (readonly Json[])[]>
  count(filters: readonly DataFilter[], signal: AbortSignal): Promise<number>
  profile(column: DataColumn, filters: readonly DataFilter[], signal: AbortSignal): Promise<ColumnProfile>
  /** Writes the filtered rows to a .csv or .parquet file, without personal columns; returns rows. */
  exportTo(file: string, ask: Pick<PageAsk, 'filters' | 'sort'>, signal: AbortSignal): Promise<number>
  close(): Promise<void>
}

/** Longest text of a cell that a page carries, characters. */
export const LONGEST_CELL = 2000
