import { isCancellation } from '#core/base/errors.ts'
import type { Clock } from '#core/base/clock.ts'
import type { Json } from '#core/base/json.ts'
import type { WarehouseSession } from '#core/connectors/types.ts'
import type { RunDetail, StepContext } from '#core/operations/types.ts'
import { extractOf, stepsOf, type PipelineDefinition, type RejectRule, type StepOf } from './definition.ts'
import type { PipelineDeps } from './deps.ts'
import { PipelineInvalid, RuleInvalid, RuleUnknown } from './errors.ts'
import { openSource } from './open-source.ts'
import { validateOf } from './quality-board.ts'
import { withOwnSession } from './relations.ts'
import { columnsOf, readExpression } from './rule-expression.ts'
import { name } from './sql.ts'
import type { AnyWork, Observed, RunInput } from './step-kind.ts'
import { rejectedSql } from './steps/validate.ts'

/** A rule of the file, by its place and reason, with what is tried instead. */
export interface RuleEdit {
  readonly index: number
  readonly reason: string
  readonly when?: string
  readonly enforce?: RejectRule['enforce']
}

export interface WhatIfRows {
  readonly total: number
  readonly rejected: number
  readonly rejectedBefore: number
  /** Rows that only the edited rules reject, only the present ones, and both but for another reason. */
  readonly newly: number
  readonly gone: number
  readonly otherReason: number
  readonly byReason: Readonly<Record<string, number>>
  readonly byReasonBefore: Readonly<Record<string, number>>
  /** Rows that an edited predicate fits, whatever rule comes first; null for rules about repeats. */
  readonly rules: readonly { readonly index: number; readonly fits: number | null; readonly fitsBefore: number | null }[]
  readonly sample: { readonly columns: readonly string[]; readonly rows: readonly { readonly change: 'new' | 'gone' | 'other' | 'same'; readonly reason: string | null; readonly before: string | null; readonly cells: readonly Json[] }[] }
}

/** Rows of each change that are shown, and characters of a text. */
const SAMPLE = 12
const LONGEST = 240

export interface WhatIfOptions {
  readonly deps: PipelineDeps
  /** A finished run of the pipeline: its joined rows are judged again. */
  readonly run: RunDetail
  /** The pipeline's file as it is now: its rules are the present ones. */
  readonly definition: PipelineDefinition
  readonly edits: readonly RuleEdit[]
  readonly clock: Clock
  readonly signal?: AbortSignal
}

/**
 * What edited rules would reject of the rows of a run, beside what the present rules reject. Reads only: in a session
 * of its own, no result of the run is touched. Personal columns are left out of the sample.
 * Throws RuleInvalid, RuleUnknown, PipelineInvalid.
 */
export async function whatIf({ deps, run, definition, edits, clock, signal = new AbortController().signal }: WhatIfOptions): Promise<WhatIfRows> {
  const present = validateOf(definition)
  if (!present) throw new PipelineInvalid(definition.file, 'it has no reject rules')
  for (const { index, reason } of edits) if (present.rules[index]?.reason !== reason) throw new RuleUnknown(`rule ${index + 1} named ${reason}`)
  const { work, step } = workOf({ deps, run, clock, signal })
  return await withOwnSession(work, [step.of, step.raw], async (session) => {
    await session.run('SET lock_configuration = true', undefined, signal)
    const edited = [...present.rules]
    for (const edit of edits) {
      const rule = present.rules[edit.index]
      if (!rule) continue
      const when = rule.when === undefined || edit.when === undefined ? rule.when : await readExpression(session, edit, edit.when, signal)
      edited[edit.index] = { ...rule, when, enforce: edit.enforce ?? rule.enforce }
    }
    try {
      await judge(session, 'would', edited, present.order, signal)
      await judge(session, 'did', present.rules, present.order, signal)
      return await compare(session, { definition, present: present.rules, edited, edits, signal })
    } catch (thrown) {
      if (signal.aborted || isCancellation(thrown) || edits.length === 0) throw thrown
      // the engine's words could quote a row here
      const [first] = edits
      throw new RuleInvalid(first?.index ?? 0, first?.reason ?? '', 'a value of the run does not fit its types; TRY_CAST gives NULL instead of failing', null)
    }
  })
}

/** The run's validate step, as if it were at work. */
function workOf({ deps, run, clock, signal }: Required<Pick<WhatIfOptions, 'deps' | 'run' | 'clock' | 'signal'>>): { work: AnyWork; step: StepOf<'validate'> } {
  const observed = run.plan.observed as unknown as Observed
  const input = run.input as unknown as RunInput
  const steps = stepsOf(observed.definition, input.scoring)
  const step = validateOf(observed.definition)
  if (!step) throw new PipelineInvalid(observed.definition.file, 'it had no reject rules when it ran')
  const context: StepContext<RunInput, PipelineDeps> = {
    runId: run.runId,
    stepId: step.id,
    attempt: 1,
    input,
    deps,
    plan: run.plan,
    signal,
    clock,
    fence: 0,
    output: <T extends Json>(id: string): T => (run.steps.find((one) => one.id === id)?.output ?? null) as T,
    progress: () => {},
    log: () => {},
    gate: () => {},
    probe: async () => {},
  }
  return { work: { step, steps, observed, context, log: () => {}, source: () => openSource(input, deps) }, step }
}

/** A temporary table: which joined rows the rules reject, and for what reason. */
async function judge(session: WarehouseSession, table: 'would' | 'did', rules: readonly RejectRule[], order: readonly string[], signal: AbortSignal): Promise<void> {
  const enforced = rules.filter(({ enforce }) => enforce === 'reject')
  const rejected = enforced.length === 0 ? "SELECT joined_row, '' AS reason FROM run.joined WHERE false" : `SELECT joined_row, reason FROM (${rejectedSql(enforced, order)})`
  await session.run(`CREATE TEMP TABLE ${table} AS ${rejected}`, undefined, signal)
}

interface Sides {
  readonly definition: PipelineDefinition
  readonly present: readonly RejectRule[]
  readonly edited: readonly RejectRule[]
  readonly edits: readonly RuleEdit[]
  readonly signal: AbortSignal
}

async function compare(session: WarehouseSession, { definition, present, edited, edits, signal }: Sides): Promise<WhatIfRows> {
  await session.run(
    `CREATE TEMP TABLE sides AS SELECT coalesce(would.joined_row, did.joined_row) AS joined_row, would.reason AS reason, did.reason AS before,
      CASE WHEN did.reason IS NULL THEN 'new' WHEN would.reason IS NULL THEN 'gone' WHEN would.reason <> did.reason THEN 'other' ELSE 'same' END AS change
      FROM would FULL JOIN did ON would.joined_row = did.joined_row`,
    undefined,
    signal,
  )
  const changes = Object.fromEntries((await session.rows<{ change: string; n: number }>('SELECT change, count(*) AS n FROM sides GROUP BY change', undefined, signal)).map(({ change, n }) => [change, n]))
  const byReason = async (table: string): Promise<Record<string, number>> =>
    Object.fromEntries((await session.rows<{ reason: string; n: number }>(`SELECT reason, count(*) AS n FROM ${table} GROUP BY reason ORDER BY n DESC, reason`, undefined, signal)).map(({ reason, n }) => [reason, n]))
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, n) => total + n, 0)
  const [after, before] = [await byReason('would'), await byReason('did')]
  const asked = edits.filter(({ index }) => present[index]?.when !== undefined)
  const fits = asked.flatMap(({ index }, i) => [`count(*) FILTER (WHERE (${edited[index]?.when ?? 'false'})) AS f${i}`, `count(*) FILTER (WHERE (${present[index]?.when ?? 'false'}\n)) AS b${i}`])
  const [counted] = await session.rows<Record<string, number>>(`SELECT count(*) AS total${fits.map((one) => `, ${one}`).join('')} FROM run.joined AS joined`, undefined, signal)
  return {
    total: counted?.total ?? 0,
    rejected: sum(after),
    rejectedBefore: sum(before),
    newly: changes.new ?? 0,
    gone: changes.gone ?? 0,
    otherReason: changes.other ?? 0,
    byReason: after,
    byReasonBefore: before,
    rules: edits.map((edit) => {
      const i = asked.indexOf(edit)
      return { index: edit.index, fits: i < 0 ? null : (counted?.[`f${i}`] ?? 0), fitsBefore: i < 0 ? null : (counted?.[`b${i}`] ?? 0) }
    }),
    sample: await sampleOf(session, personalOf(definition), signal),
  }
}

/** Columns that name a person, with or without a pseudonym, and the ids of their keys. */
function personalOf(definition: PipelineDefinition): ReadonlySet<string> {
  const named = Object.values(definition.personal).flatMap((columns) => (columns === '*' ? [] : columns))
  const pseudonyms = Object.values(extractOf(definition).tables).flatMap(({ pseudonymise }) => Object.entries(pseudonymise).flatMap(([column, domain]) => [column, `${domain}_key_id`]))
  return new Set([...named, ...pseudonyms])
}

async function sampleOf(session: WarehouseSession, hidden: ReadonlySet<string>, signal: AbortSignal): Promise<WhatIfRows['sample']> {
  const columns = (await columnsOf(session, signal)).filter((column) => !hidden.has(column) && column !== 'source_row')
  const found = await session.rows<Record<string, Json>>(
    `SELECT change, reason, before, ${columns.map((column, i) => `joined.${name(column)} AS c${i}`).join(', ')} FROM run.joined AS joined JOIN sides USING (joined_row)
     QUALIFY row_number() OVER (PARTITION BY change ORDER BY joined_row) <= ${SAMPLE}
     ORDER BY list_position(['new', 'gone', 'other', 'same'], change), joined_row`,
    undefined,
    signal,
  )
  const short = (value: Json | undefined): Json => (typeof value === 'string' && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : (value ?? null))
  return {
    columns,
    rows: found.map((row) => ({ change: row.change as 'new' | 'gone' | 'other' | 'same', reason: row.reason as string | null, before: row.before as string | null, cells: columns.map((_, i) => short(row[`c${i}`])) })),
  }
}
