import { isCancellation, RegieError } from '#core/base/errors.ts'
import type { SourceDatabase, TableVersion } from '#core/connectors/types.ts'
import { extractOf, type PipelineDefinition } from './definition.ts'
import type { PipelineDeps } from './deps.ts'
import { WindowEmpty, WindowMismatch, WindowUnsupported, WindowWithoutBase } from './errors.ts'
import { keyColumn, rawKey, readManifest, type RawManifest } from './raw-store.ts'
import { count, name, texts } from './sql.ts'
import type { Observed, RunInput } from './step-kind.ts'
import { dayOf, keysSql, numberOf, windowedStep, type StageWindow, type Window } from './window.ts'

/** Days that a plan lists one by one; beyond, only totals. */
export const MOST_DAYS = 366
/** Days without rows that a warning names. */
const NAMED_DAYS = 3

/** A dry run of a backfill: what the source and the published table hold for the range. Changes nothing. */
export type ObservedWindow = {
  readonly from: string
  readonly to: string
  /** Days of the range, and those of them with rows. */
  readonly days: number
  readonly daysWithRows: number
  /** The source's rows of the range; to three digits, so that a row that arrives doesn't always make the plan stale. */
  readonly rows: number
  /** Days with rows, oldest first, at most 366; rows to two digits. */
  readonly perDay: readonly { readonly day: string; readonly rows: number }[]
  /** The first days of the range that have no rows. */
  readonly empty: readonly string[]
  /** First and last day of the source; null when it has no dated rows. */
  readonly first: string | null
  readonly last: string | null
  /** The source's rows that nothing dates, to three digits: they are in no range. */
  readonly undated: number
  /** Published rows that are in the range by the dates of the run that published them; null when its raw files are gone. */
  readonly replaces: number | null
  /** Ids of the keys that the published rows' pseudonyms were made with. */
  readonly publishedKeys: readonly string[]
  /** Source and pipeline version of the run that published; null when no document tells. */
  readonly publishedBy: { readonly source: string; readonly version: string } | null
}

export interface WindowToObserve {
  readonly definition: PipelineDefinition
  readonly window: Window
  readonly deps: PipelineDeps
  readonly source: SourceDatabase
  readonly published: TableVersion | null
  readonly signal: AbortSignal
}

/** Asks the source for rows per day, and the warehouse for the rows that would go. The pipeline has a windowed step. */
export async function observeWindow(asked: WindowToObserve): Promise<ObservedWindow> {
  const { window, published } = asked
  const [days, before] = await Promise.all([rowsPerDay(asked), published ? publishedRows(asked, published) : null])
  const dated = days.filter((one): one is { day: number; rows: number } => one.day !== null)
  const [from, to] = [numberOf(window.from), numberOf(window.to)]
  const inside = dated.filter(({ day }) => day >= from && day <= to)
  const have = new Set(inside.map(({ day }) => day))
  const empty: string[] = []
  for (let day = from; day <= to && empty.length < NAMED_DAYS; day += 1) if (!have.has(day)) empty.push(dayOf(day))
  const sum = (some: readonly { rows: number }[]): number => some.reduce((total, { rows }) => total + rows, 0)
  return {
    ...window,
    days: to - from + 1,
    daysWithRows: inside.length,
    rows: toDigits(sum(inside), 3),
    perDay: inside.slice(0, MOST_DAYS).map(({ day, rows }) => ({ day: dayOf(day), rows: toDigits(rows, 2) })),
    empty,
    first: dated.length > 0 ? dayOf(dated[0]!.day) : null,
    last: dated.length > 0 ? dayOf(dated.at(-1)!.day) : null,
    undated: toDigits(sum(days.filter(({ day }) => day === null)), 3),
    replaces: before?.rows ?? null,
    publishedKeys: before?.keys ?? [],
    publishedBy: before?.by ?? null,
  }
}

/** All days of the source with their rows, oldest first; `day` counts from 1970-01-01, null = undated. One row per day. */
async function rowsPerDay({ definition, source, signal }: WindowToObserve): Promise<{ day: number | null; rows: number }[]> {
  const { dated, base } = datedBy(definition)
  const key = name(dated.key)
  const found = await source.query<{ day: number | null; n: number }>(
    `SELECT CAST(dated.day - DATE '1970-01-01' AS INTEGER) AS day, CAST(count(*) AS INTEGER) AS n
    FROM ${name(base)} AS base LEFT JOIN (SELECT ${key}, min(CAST(${name(dated.column)} AS DATE)) AS day FROM ${name(dated.table)} WHERE ${key} IS NOT NULL GROUP BY ${key}) AS dated ON dated.${key} = base.${key}
    GROUP BY dated.day ORDER BY dated.day`,
    [],
    signal,
  )
  return found.map(({ day, n }) => ({ day, rows: n }))
}

/** The table whose rows are dated: what the join is about. */
function datedBy(definition: PipelineDefinition): { dated: StageWindow; base: string } {
  const { tables } = extractOf(definition)
  const { dated } = windowedStep(definition)!
  const base = definition.steps.flatMap((step) => (step.kind === 'stage-join' && tables[step.base]?.columns.includes(dated.key) ? [step.base] : []))[0]!
  return { dated, base }
}

/** The published rows of the range, dated by the raw files of the run that published them: there, keys are pseudonyms too. */
async function publishedRows({ definition, window, deps, signal }: WindowToObserve, published: TableVersion): Promise<{ rows: number | null; keys: string[]; by: ObservedWindow['publishedBy'] }> {
  const { dated } = datedBy(definition)
  const domain = domainOf(definition, dated)
  const metadata = definition.steps.find((step) => step.kind === 'run-metadata')
  const [manifest, documents] = await Promise.all([
    manifestOf(deps, rawKey(extractOf(definition).folder, dated.table, published.runId, 'manifest.json'), signal),
    metadata ? deps.documents.find(metadata.collection, { where: { run_id: published.runId }, limit: 1 }) : [],
  ])
  const paths = await Promise.all((manifest?.parts ?? []).map((part) => deps.objects.localPath(part.key, part.versionId)))
  const session = await deps.warehouse.open({ signal })
  try {
    const relation = await session.relation(published.table, published.version)
    const keys = domain ? await session.rows<{ id: string }>(`SELECT DISTINCT ${name(keyColumn(domain))} AS id FROM ${relation} WHERE ${name(keyColumn(domain))} IS NOT NULL ORDER BY 1`, undefined, signal) : []
    const [found] =
      paths.length === 0 ? [] : await session.rows<{ n: number }>(`SELECT count(*) AS n FROM ${relation} WHERE ${name(dated.key)} IN (${keysSql(dated, window, `read_parquet(${texts(paths)})`)})`, undefined, signal)
    const [document] = documents
    const by = typeof document?.source === 'string' && typeof document.pipeline_version === 'string' ? { source: document.source, version: document.pipeline_version } : null
    return { rows: found?.n ?? null, keys: keys.map(({ id }) => id), by }
  } finally {
    await session.close()
  }
}

const domainOf = (definition: PipelineDefinition, { table, key }: StageWindow): string | undefined => extractOf(definition).tables[table]?.pseudonymise[key]

/** The latest version of a manifest; null when the raw store no longer has it. */
async function manifestOf({ objects }: PipelineDeps, key: string, signal: AbortSignal): Promise<RawManifest | null> {
  try {
    const { versionId, sha256 } = await objects.head(key)
    return await readManifest(objects, { key, versionId, sha256 }, signal)
  } catch (thrown) {
    if (isCancellation(thrown) || !(thrown instanceof RegieError) || thrown.code !== 'OBJECT_NOT_FOUND') throw thrown
    return null
  }
}

/** Why a range can't be backfilled here and now; null when it can, or when none was asked for. */
export function refuseWindow(input: RunInput, observed: Observed): RegieError | null {
  if (!input.window) return null
  const { definition, window, published, keys } = observed
  const windowed = windowedStep(definition)
  if (!windowed || !window) return new WindowUnsupported(definition.id)
  const { table } = windowed.step
  if (!published[table]) return new WindowWithoutBase(table)
  const domain = domainOf(definition, windowed.dated)
  if (domain && window.publishedKeys.some((id) => id !== keys[domain])) return new WindowMismatch('keys', table)
  if (window.publishedBy && window.publishedBy.source !== (input.source ?? 'environment')) return new WindowMismatch('source', table)
  return window.rows === 0 ? new WindowEmpty(window.from, window.to, window.first, window.last) : null
}

/** What an operator should know of the range before it runs; [] without one. */
export function windowWarnings({ window, definition }: Observed): string[] {
  if (!window || window.rows === 0) return []
  const { days, daysWithRows, empty, first, last, undated, publishedBy } = window
  const without = days - daysWithRows
  const warnings: string[] = []
  if (first && last && (window.from < first || window.to > last)) warnings.push(`The range reaches beyond the dates of the source, ${first} to ${last}.`)
  if (without > 0) warnings.push(`${count(without)} of ${count(days)} days have no rows: ${empty.join(', ')}${without > empty.length ? ' and others' : ''}.`)
  if (undated > 0) warnings.push(`About ${count(undated)} rows of the source have no date: no range holds them.`)
  if (publishedBy && publishedBy.version !== definition.version) warnings.push(`The rows outside the range stay as version ${publishedBy.version} of the pipeline made them; this one is ${definition.version}.`)
  return warnings
}

/** 12,345 → 12,000 (two) or 12,300 (three); what has no more digits as it is. */
function toDigits(rows: number, digits: number): number {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, rows))) + 1 - digits)
  return Math.round(rows / scale) * scale
}
