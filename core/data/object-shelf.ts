import { writeFile } from 'node:fs/promises'
import type { ObjectStore, Warehouse } from '#core/connectors/types.ts'
import { NotReadable } from './errors.ts'
import { fileTable } from './engine-table.ts'
import type { ColumnProfile, DataColumn, DataFilter, DataVersion, Shelf } from './types.ts'

/** Bytes of a text object that are shown. */
const TEXT_BYTES = 1 << 20

/** One version of an object: rows of a Parquet or CSV file, or lines of a text. */
export async function objectShelf(objects: ObjectStore, warehouse: Warehouse, key: string, version: string | undefined, signal: AbortSignal): Promise<Shelf> {
  const head = await objects.head(key, version)
  const versions = (await objects.versions(key)).map(({ versionId, at, bytes }, i): DataVersion => ({ version: versionId, state: i === 0 ? 'current' : 'previous', at, rows: null, bytes, runId: null }))
  if (/\.(parquet|csv)$/.test(key)) return await fileTable(warehouse, await objects.localPath(key, head.versionId), versions, head.versionId, signal, key)
  if (!/\.(json|jsonl|ndjson|txt|log|ya?ml|md|sql)$/.test(key)) throw new NotReadable(key, 'its name ends in no kind that is known here')
  return textShelf(await text(objects, key, head.versionId, signal), versions, head.versionId)
}

async function text(objects: ObjectStore, key: string, version: string, signal: AbortSignal): Promise<string[]> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of await objects.get(key, version, signal)) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes >= TEXT_BYTES) break
  }
  try {
    return new TextDecoder('utf-8', { fatal: bytes < TEXT_BYTES }).decode(Buffer.concat(chunks).subarray(0, TEXT_BYTES)).split('\n')
  } catch {
    throw new NotReadable(key, 'its bytes are no UTF-8 text')
  }
}

const COLUMNS: readonly DataColumn[] = [
  { name: 'line', type: 'line number', kind: 'number', nullable: false, personal: false },
  { name: 'text', type: 'text', kind: 'text', nullable: false, personal: false },
]

function textShelf(lines: readonly string[], versions: readonly DataVersion[], version: string): Shelf {
  const kept = (filters: readonly DataFilter[]): [number, string][] =>
    lines
      .map((line, i): [number, string] => [i + 1, line])
      .filter(([number, line]) => filters.every(({ column, op, value }) => holds(column === 'line' ? number : line, op, value)))
  return {
    description: { columns: COLUMNS, versions, version },
    async page({ filters, sort, offset, limit }) {
      const found = kept(filters)
      const sorted = sort ? found.toSorted((a, b) => (sort.column === 'line' ? a[0] - b[0] : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[0] - b[0]) * (sort.descending ? -1 : 1)) : found
      return sorted.slice(offset, offset + limit)
    },
    count: async (filters) => kept(filters).length,
    async profile(column, filters): Promise<ColumnProfile> {
      const values = kept(filters).map((row) => String(row[column.name === 'line' ? 0 : 1]))
      return { column: column.name, kind: column.kind, personal: false, rows: values.length, nulls: 0, distinct: new Set(values).size, min: null, max: null, mean: null, histogram: null, top: [] }
    },
    async exportTo(file, { filters }) {
      const found = kept(filters)
      if (!file.endsWith('.csv')) throw new NotReadable('The text', 'lines of a text are exported as .csv')
      await writeFile(file, `line,text\n${found.map(([number, line]) => `${number},"${line.replaceAll('"', '""')}"\n`).join('')}`, { mode: 0o600 })
      return found.length
    },
    close: async () => {},
  }
}

function holds(own: string | number, op: DataFilter['op'], value: DataFilter['value']): boolean {
  const wanted = typeof own === 'number' ? Number(value) : String(value)
  switch (op) {
    case 'null':
      return false
    case 'not-null':
      return true
    case 'contains':
      return String(own).toLowerCase().includes(String(value).toLowerCase())
    case 'equals':
      return own === wanted
    case 'not-equals':
      return own !== wanted
    case 'from':
      return own >= wanted
    default:
      return own <= wanted
  }
}
