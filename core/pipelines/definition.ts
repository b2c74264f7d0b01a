import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '#core/base/json.ts'
import { readYaml } from '#core/base/yaml-file.ts'
import { PipelineInvalid } from './errors.ts'

/* The language of a pipeline's YAML file: a graph of steps of the catalogue's kinds. General: names nobody's tables. */

const Name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and _')
const StepId = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and -')
/** A SQL file beside the pipeline's file. */
const SqlFile = z.string().regex(/^[\w./-]+\.sql$/, 'must be the path of a .sql file').refine((path) => !path.includes('..'), 'may not climb')

const common = {
  id: StepId,
  title: z.string().min(1),
  needs: z.array(StepId).default([]),
  /** Left out of runs without scoring. */
  scoring: z.boolean().optional(),
  /** Where the step's log lines go in the document store, and which workflow they name. */
  log: z.strictObject({ collection: Name, workflow: z.string() }).optional(),
}

export const TableToExtract = z.strictObject({
  /** Only these are ever selected. */
  columns: z.array(Name).min(1),
  /** Selected where the source has them, NULL elsewhere. */
  optional: z.array(Name).default([]),
  /** Column → domain of its key. The column `<domain>_key_id` is added. */
  pseudonymise: z.record(Name, Name).default({}),
  /** May hold no NULL; a gate stops the run. */
  required: z.array(Name).default([]),
  /** May be empty. */
  mayBeEmpty: z.boolean().default(false),
})

export const RejectRule = z.strictObject({
  reason: Name,
  /** A predicate over the joined row (and `raw.<table>` in subqueries); true = rejected. */
  when: z.string().optional(),
  /** All but the first row with the same values in these columns; NULLs count as the same. */
  repeats: z.array(Name).min(1).optional(),
  /** One sentence for the document's error_details; `{column}` puts a value in. */
  details: z.string(),
  /** warn: counted and shown, not rejected. */
  enforce: z.enum(['reject', 'warn', 'off']).default('reject'),
  /** What kind of fault it looks for, for people: a value of the wrong type, a reference to nothing; absent: the row itself. */
  family: z.enum(['type', 'reference']).optional(),
}).refine((rule) => (rule.when === undefined) !== (rule.repeats === undefined), 'needs either `when` or `repeats`')
export type RejectRule = z.infer<typeof RejectRule>

/**
 * What dates the rows of a table, so that a range of days can be run again: a row's day is the earliest `column` among
 * the extracted rows of `table` with the row's `key`. The earliest, because it stays when newer ones arrive.
 */
export const StageWindow = z.strictObject({
  table: Name,
  column: Name,
  /** Name of the column in the dating table, in the join's base table and in the staged row. */
  key: Name,
  /** Identifies a staged row. */
  id: Name,
})

const thresholds = { warn: z.number().optional(), stop: z.number().optional() }
export const Gate = z.discriminatedUnion('gate', [
  /** Rejected of all rows, %. */
  z.strictObject({ gate: z.literal('reject-rate'), ...thresholds }),
  /** extracted = accepted + rejected, and nothing lost on the way to the staged table. */
  z.strictObject({ gate: z.literal('reconcile') }),
  z.strictObject({ gate: z.literal('unique'), columns: z.array(Name).min(1) }),
  z.strictObject({ gate: z.literal('not-null'), columns: z.array(Name).min(1) }),
  z.strictObject({ gate: z.literal('range'), column: Name, min: z.number(), max: z.number() }),
  /** Change of the row count against the published version from the same source, %. */
  z.strictObject({ gate: z.literal('volume'), ...thresholds }),
  /** Rows that a predicate finds, % of all. */
  z.strictObject({ gate: z.literal('share'), name: Name, title: z.string(), where: z.string(), ...thresholds }),
])
export type Gate = z.infer<typeof Gate>

export const StepDefinition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('check-connections'), ...common, systems: z.array(z.enum(['postgresql', 'object-store', 'warehouse', 'document-store'])).min(1) }),
  z.strictObject({ kind: z.literal('extract'), ...common, folder: Name.default('raw'), partMegabytes: z.number().int().min(1).max(256).default(32), tables: z.record(Name, TableToExtract) }),
  z.strictObject({ kind: z.literal('check-extract'), ...common, of: StepId }),
  z.strictObject({ kind: z.literal('stage-join'), ...common, of: StepId, sql: SqlFile, base: Name }),
  z.strictObject({ kind: z.literal('validate'), ...common, of: StepId, raw: StepId, order: z.array(Name).min(1), rules: z.array(RejectRule).min(1) }),
  z.strictObject({ kind: z.literal('write-rejects'), ...common, of: StepId, collection: Name, idColumn: Name, leaveOut: z.array(Name).default([]), index: z.array(Name).default([]) }),
  z.strictObject({ kind: z.literal('stage-table'), ...common, table: Name, sql: SqlFile, reads: z.array(StepId).min(1), optional: z.record(Name, z.strictObject({ table: Name, column: Name })).default({}), hashWithout: z.array(Name).default([]), window: StageWindow.optional() }),
  z.strictObject({ kind: z.literal('gates'), ...common, of: StepId, validated: StepId.optional(), gates: z.array(Gate).min(1) }),
  z.strictObject({
    kind: z.literal('score'),
    ...common,
    of: StepId,
    columns: z.strictObject({ id: Name, text: Name, rating: Name, hasImage: Name, hasOrders: Name }),
    batchRows: z.number().int().min(1).max(65_536).default(4096),
    /** Relevant when both are reached. */
    relevantFrom: z.strictObject({ confidence: z.number(), relevance: z.number() }),
  }),
  z.strictObject({ kind: z.literal('publish'), ...common, tables: z.array(z.strictObject({ staged: StepId, gates: StepId, scoring: z.boolean().optional() })).min(1), views: z.array(z.strictObject({ name: Name, sql: SqlFile })).default([]) }),
  z.strictObject({ kind: z.literal('run-metadata'), ...common, collection: Name, validated: StepId, rejects: StepId, published: StepId, counted: Name, statistics: z.record(Name, z.enum(['extracted', 'accepted', 'rejected', 'published', 'documents'])), index: z.array(Name).default([]) }),
])
export type StepDefinition = z.infer<typeof StepDefinition>
export type StepOf<Kind extends StepDefinition['kind']> = Extract<StepDefinition, { kind: Kind }>
export type TableToExtract = z.infer<typeof TableToExtract>

export const PipelineFile = z.strictObject({
  id: StepId,
  title: z.string().min(1),
  description: z.string().min(1),
  /** Written into every row and document. */
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** The published table whose content hash and counts stand for a run. */
  result: Name,
  /** table → columns that name a person: never extracted unless pseudonymised. '*': all of them. */
  personal: z.record(Name, z.union([z.literal('*'), z.array(Name)])).default({}),
  steps: z.array(StepDefinition).min(1),
})

/** A pipeline with all it refers to: plain JSON, so that a plan carries it whole and a resumed run uses the same one. */
export interface PipelineDefinition extends z.infer<typeof PipelineFile> {
  readonly blueprint: string
  readonly file: string
  /** Path as written in the pipeline's file → text. */
  readonly sql: Readonly<Record<string, string>>
}

/** SHA-256 over everything that decides what a run does, hex. */
export const definitionHash = (definition: PipelineDefinition): string => createHash('sha256').update(canonicalJson(definition)).digest('hex')

/**
 * Reads a pipeline and the SQL files that it names.
 * @param read text of a file by its path below the blueprints' folder; null when absent
 * @throws YamlInvalid with lines, PipelineInvalid
 */
export function readPipeline(file: string, text: string, read: (path: string) => string | null): PipelineDefinition {
  const parsed = readYaml(text, PipelineFile, file)
  const folder = posix.dirname(file)
  const sql: Record<string, string> = {}
  for (const path of parsed.steps.flatMap(sqlFiles)) {
    const found = read(posix.join(folder, path))
    if (found === null) throw new PipelineInvalid(file, `${path} is not there`)
    sql[path] = found
  }
  const definition = { ...parsed, blueprint: folder.split('/')[0] ?? folder, file, sql }
  checkReferences(definition)
  checkWindow(definition)
  checkPersonal(definition)
  return definition
}

function sqlFiles(step: StepDefinition): string[] {
  if (step.kind === 'stage-join' || step.kind === 'stage-table') return [step.sql]
  return step.kind === 'publish' ? step.views.map((view) => view.sql) : []
}

/** Steps whose output a step reads. */
export function inputsOf(step: StepDefinition): readonly string[] {
  switch (step.kind) {
    case 'check-connections':
    case 'extract':
      return []
    case 'validate':
      return [step.of, step.raw]
    case 'stage-table':
      return step.reads
    case 'gates':
      return step.validated === undefined ? [step.of] : [step.of, step.validated]
    case 'publish':
      return step.tables.flatMap((table) => [table.staged, table.gates])
    case 'run-metadata':
      return [step.validated, step.rejects, step.published]
    default:
      return [step.of]
  }
}

/** Steps of a run; without scoring, those that depend on it are left out and bridged. */
export function stepsOf(definition: PipelineDefinition, scoring: boolean): readonly StepDefinition[] {
  if (scoring) return definition.steps
  const without = new Map(definition.steps.filter((step) => step.scoring).map((step) => [step.id, step]))
  const bridged = (needs: readonly string[]): string[] => [...new Set(needs.flatMap((need) => (without.has(need) ? bridged(without.get(need)!.needs) : [need])))]
  return definition.steps
    .filter((step) => !without.has(step.id))
    .map((step) => (step.kind === 'publish' ? { ...step, tables: step.tables.filter((table) => !table.scoring) } : step))
    .map((step) => ({ ...step, needs: bridged(step.needs) }))
}

export function stepOf<Kind extends StepDefinition['kind']>(definition: PipelineDefinition, kind: Kind, id: string): StepOf<Kind> {
  const step = definition.steps.find((one) => one.id === id)
  if (step?.kind !== kind) throw new PipelineInvalid(definition.file, `step ${id} is no ${kind}`)
  return step as StepOf<Kind>
}

/** The step that extracts, and the tables that it reads. */
export function extractOf(definition: PipelineDefinition): StepOf<'extract'> {
  const step = definition.steps.find((one) => one.kind === 'extract')
  if (!step) throw new PipelineInvalid(definition.file, 'it has no step of kind extract')
  return step
}

function checkReferences(definition: PipelineDefinition): void {
  const byId = new Map(definition.steps.map((step) => [step.id, step]))
  if (byId.size !== definition.steps.length) throw new PipelineInvalid(definition.file, 'two steps have the same id')
  const before = (step: StepDefinition, seen = new Set<string>()): Set<string> => {
    for (const need of step.needs) {
      const found = byId.get(need)
      if (!found) throw new PipelineInvalid(definition.file, `step ${step.id} needs ${need}, which is no step`)
      if (seen.has(need)) continue
      seen.add(need)
      before(found, seen)
    }
    return seen
  }
  for (const step of definition.steps) {
    const upstream = before(step)
    if (upstream.has(step.id)) throw new PipelineInvalid(definition.file, `step ${step.id} waits for itself`)
    for (const input of inputsOf(step)) if (!upstream.has(input)) throw new PipelineInvalid(definition.file, `step ${step.id} reads ${input}, but doesn't need it`)
  }
}

function checkWindow(definition: PipelineDefinition): void {
  const windows = definition.steps.flatMap((step) => (step.kind === 'stage-table' && step.window ? [step.window] : []))
  if (windows.length > 1) throw new PipelineInvalid(definition.file, 'only one table can be staged by a window')
  const { tables } = extractOf(definition)
  for (const { table, column, key } of windows) {
    const absent = [key, column].filter((one) => !tables[table]?.columns.includes(one))
    if (absent.length > 0) throw new PipelineInvalid(definition.file, `the window is dated by ${table}.${absent.join(', ')}, which is not extracted`)
    const bases = definition.steps.flatMap((step) => (step.kind === 'stage-join' ? [step.base] : []))
    if (!bases.some((base) => tables[base]?.columns.includes(key))) throw new PipelineInvalid(definition.file, `no joined table has the window's key ${key}`)
  }
}

function checkPersonal(definition: PipelineDefinition): void {
  for (const [table, spec] of Object.entries(extractOf(definition).tables)) {
    const { personal } = definition
    const named = personal[table] ?? []
    const read = [...spec.columns, ...spec.optional]
    const bare = read.filter((column) => (named === '*' || named.includes(column)) && spec.pseudonymise[column] === undefined)
    if (bare.length > 0) throw new PipelineInvalid(definition.file, `${table}.${bare.join(', ')} names a person and may not be extracted`)
    const unread = [...Object.keys(spec.pseudonymise), ...spec.required].filter((column) => !spec.columns.includes(column))
    if (unread.length > 0) throw new PipelineInvalid(definition.file, `${table}.${unread.join(', ')} is not among its columns`)
  }
}
