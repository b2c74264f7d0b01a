import { setMaxListeners } from 'node:events'
import { isCancellation } from '#core/base/errors.ts'
import { iso } from '#core/base/clock.ts'
import type { Evidence } from '#core/operations/types.ts'
import type { TableToExtract } from '#core/pipelines/definition.ts'
import { SourceTableMissing } from '#core/pipelines/errors.ts'
import { Pseudonymiser } from '#core/pipelines/csv/pseudonymiser.ts'
import { PartWriter } from '#core/pipelines/part-writer.ts'
import { keyColumn, putManifest, rawKey, readManifest, runDate, type ManifestRef, type RawManifest, type RawPart } from '#core/pipelines/raw-store.ts'
import { withSession } from '#core/pipelines/relations.ts'
import { count, name, texts } from '#core/pipelines/sql.ts'
import { estimatedRows, proven, stepKind, type Observed, type Work } from '#core/pipelines/step-kind.ts'

export type ExtractOutput = {
  readonly date: string
  readonly rows: number
  readonly bytes: number
  readonly tables: { readonly [table: string]: { readonly rows: number; readonly bytes: number; readonly parts: number; readonly manifest: ManifestRef } }
}

/** Connections that read at once. */
const LANES = 2
/** Measured on two shared cores; for estimates only. */
const ROWS_PER_MS = 700

/**
 * Reads tables with COPY over two connections from one snapshot, replaces identifiers of people by pseudonyms while the
 * bytes pass, and puts compressed Parquet with a manifest into the raw store. Only listed columns are ever selected.
 */
export const extract = stepKind<'extract', ExtractOutput>({
  where: 'PostgreSQL → object store',
  again: 'safe',

  effect(step, observed) {
    const rows = Object.keys(step.tables).reduce((sum, table) => sum + estimatedRows(observed, table), 0)
    const pseudonyms = Object.entries(step.tables).flatMap(([table, spec]) => Object.keys(spec.pseudonymise).map((column) => `${table}.${column}`))
    const replaced = pseudonyms.length > 0 ? ` Replaces ${pseudonyms.join(', ')} by pseudonyms.` : ''
    return {
      effect: `Reads ${Object.keys(step.tables).length} tables${rows > 0 ? `, about ${count(rows)} rows` : ''}, from one snapshot; adds versions under ${step.folder}/.${replaced}`,
      ...(rows > 0 ? { estimateRows: rows, estimateMs: Math.round(rows / ROWS_PER_MS) } : {}),
    }
  },

  async act(work) {
    const { context, step, observed } = work
    const { source, pseudonyms } = await work.source()
    const tables = await source.tables(context.signal)
    const queue = Object.keys(step.tables).map((table) => {
      const found = tables.find((one) => one.name === table)
      if (!found) throw new SourceTableMissing(table)
      return { table, rows: Math.max(0, found.rows) }
    }).toSorted((a, b) => b.rows - a.rows)
    const totalRows = queue.reduce((sum, { rows }) => sum + rows, 0)
    const people = new Map<string, Pseudonymiser>()
    for (const domain of new Set(Object.values(step.tables).flatMap((spec) => Object.values(spec.pseudonymise)))) {
      const { keyId, key } = await pseudonyms.current(domain)
      people.set(domain, new Pseudonymiser(keyId, key))
    }

    const manifests = new Map<string, RawManifest>()
    const done = new Map<PartWriter, { rows: number; read: number }>()
    const report = (writer: PartWriter): void => {
      done.set(writer, { rows: writer.counts.rows, read: writer.counts.read })
      const all = [...done.values()]
      const rows = all.reduce((sum, one) => sum + one.rows, 0)
      context.progress({ rows, ...(totalRows > 0 ? { totalRows: Math.max(totalRows, rows) } : {}), bytes: all.reduce((sum, one) => sum + one.read, 0) })
    }
    const stop = new AbortController()
    const signal = AbortSignal.any([context.signal, stop.signal])
    setMaxListeners(0, signal)

    await withSession(work, [], async (session) => {
      // parts keep the order of the source: the first of two equal rows stays the first
      // one thread: a second one would wait for the first (one file, one reader) without sleeping
      await session.run('SET preserve_insertion_order = true; SET threads = 1')
      let converting: Promise<unknown> = Promise.resolve()
      const oneAtATime = <T>(convert: () => Promise<T>): Promise<T> => {
        const next = converting.then(convert, convert)
        converting = next.catch(() => {})
        return next
      }
      try {
        const finishing: Promise<unknown>[] = []
        await source.snapshot(async (reader) => {
          const lane = async (): Promise<void> => {
            for (let next = queue.shift(); next; next = queue.shift()) {
              const { table } = next
              const spec = step.tables[table]!
              const columns = presentColumns(spec, observed, table)
              const leading = columns.filter((column) => spec.pseudonymise[column] !== undefined)
              const keys = leading.map((column) => people.get(spec.pseudonymise[column]!)!)
              const selected = [...leading, ...columns.filter((column) => !leading.includes(column))]
              const writer = new PartWriter({ work, table, selected, columns, pseudonymised: leading.map((column, i) => ({ column, domain: spec.pseudonymise[column]!, by: keys[i]! })), session, oneAtATime, signal })
              await context.probe(`extract:${table}`)
              await writer.take(await reader.copyOut(`SELECT ${selected.map(name).join(', ')} FROM ${name(table)}`, signal), report)
              const finished = writer.finish().then((parts) => {
                manifests.set(table, manifestOf(work, table, columns, leading, keys, spec, parts))
                work.log('info', `${table}: ${count(writer.counts.rows)} rows, ${count(parts.reduce((sum, part) => sum + part.bytes, 0))} bytes in ${parts.length} ${parts.length === 1 ? 'part' : 'parts'}`)
              })
              finished.catch((thrown: unknown) => stop.abort(thrown))
              finishing.push(finished)
            }
          }
          await allOrAbort(Array.from({ length: LANES }, () => lane()), stop)
        }, signal)
        await allOrAbort(finishing, stop)
        await session.run('SET preserve_insertion_order = false; RESET threads')
      } catch (thrown) {
        stop.abort(thrown)
        await converting
        // what made the others stop, not their stopping
        if (isCancellation(thrown) && !context.signal.aborted && !isCancellation(stop.signal.reason)) throw stop.signal.reason
        throw thrown
      }
    })

    const written = await Promise.all(
      [...manifests].map(async ([table, manifest]) => {
        const ref = await putManifest(context.deps.objects, rawKey(step.folder, table, context.runId, 'manifest.json'), manifest, context.signal)
        return [table, { rows: manifest.rows, bytes: manifest.bytes, parts: manifest.parts.length, manifest: ref }] as const
      }),
    )
    const sorted = Object.fromEntries(Object.keys(step.tables).map((table) => [table, written.find(([one]) => one === table)![1]]))
    const sum = (of: (one: (typeof written)[number][1]) => number): number => written.reduce((total, [, one]) => total + of(one), 0)
    return { date: runDate(context.runId), rows: sum((one) => one.rows), bytes: sum((one) => one.bytes), tables: sorted }
  },

  /** Manifests re-read as objects, sizes as the store has them, rows counted in the files themselves. */
  async confirm(work, output) {
    const { objects } = work.context.deps
    const evidence: Evidence[] = []
    const files: { table: string; path: string }[] = []
    const expected = new Map<string, number>()
    for (const [table, { manifest: ref, rows }] of Object.entries(output.tables)) {
      const manifest = await readManifest(objects, ref, work.context.signal)
      const heads = await Promise.all(manifest.parts.map((part) => objects.head(part.key, part.versionId)))
      const bytes = heads.reduce((sum, head) => sum + head.bytes, 0)
      const same = heads.every((head, i) => head.sha256 === manifest.parts[i]!.sha256)
      if (bytes !== manifest.bytes || !same) evidence.push(proven(`Bytes of ${table} in the raw store`, ref.key, manifest.bytes, same ? bytes : 'other bytes'))
      expected.set(table, rows)
      for (const part of manifest.parts) files.push({ table, path: await objects.localPath(part.key, part.versionId) })
    }
    const rows = await countRows(work, files)
    for (const [table, wanted] of expected) evidence.push(proven(`Row count of ${table} in the raw store`, `${work.step.folder}/${table}/${output.date}, file footers`, wanted, rows.get(table) ?? 0))
    return evidence
  },

  preview: (work, _output, limit) =>
    withSession(work, [work.step.id], async (session) => {
      const table = Object.keys(work.step.tables).find((one) => Object.keys(work.step.tables[one]!.pseudonymise).length > 0) ?? Object.keys(work.step.tables)[0]!
      const rows = await session.rows(`SELECT * EXCLUDE (source_row) FROM raw.${name(table)} LIMIT ${limit}`)
      return { columns: Object.keys(rows[0] ?? {}), rows: rows.map((row) => Object.values(row)), note: `${table}, as it lies in the raw store` }
    }),
})

/** The listed columns and those optional ones that the source has. */
function presentColumns(spec: TableToExtract, observed: Observed, table: string): string[] {
  const present = observed.source[table]?.columns ?? []
  return [...spec.columns, ...spec.optional.filter((column) => present.includes(column))]
}

function manifestOf(work: Work<'extract'>, table: string, columns: readonly string[], leading: readonly string[], keys: readonly Pseudonymiser[], spec: TableToExtract, parts: readonly RawPart[]): RawManifest {
  const keyColumns = new Set(leading.map((column) => keyColumn(spec.pseudonymise[column]!)))
  return {
    version: 1,
    table,
    runId: work.context.runId,
    extractedAt: iso(work.context.clock.now()),
    format: 'parquet',
    columns: [...columns, ...keyColumns],
    pseudonymised: Object.fromEntries(leading.map((column, i) => [column, { domain: spec.pseudonymise[column]!, keyId: keys[i]!.keyId }])),
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    parts: [...parts],
  }
}

/** Rows per table by the footers of its files. */
async function countRows(work: Work<'extract'>, files: readonly { table: string; path: string }[]): Promise<Map<string, number>> {
  return await withSession(work, [], async (session) => {
    const found = await session.rows<{ path: string; rows: number }>(`SELECT file_name AS path, num_rows AS rows FROM parquet_file_metadata(${texts(files.map(({ path }) => path))})`)
    const byPath = new Map(found.map(({ path, rows }) => [path, rows]))
    const rows = new Map<string, number>()
    for (const { table, path } of files) rows.set(table, (rows.get(table) ?? 0) + (byPath.get(path) ?? Number.NaN))
    return rows
  })
}

/** Waits for all; the first failure aborts the others and is what is thrown. */
async function allOrAbort(work: readonly Promise<unknown>[], stop: AbortController): Promise<void> {
  let first: { thrown: unknown } | null = null
  await Promise.all(
    work.map((one) =>
      one.catch((thrown: unknown) => {
        first ??= { thrown }
        stop.abort(thrown)
      }),
    ),
  )
  if (first) throw (first as { thrown: unknown }).thrown
}
