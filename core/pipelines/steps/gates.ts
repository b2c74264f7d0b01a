import type { GateResult } from '#core/operations/types.ts'
import type { Json } from '#core/base/json.ts'
import type { WarehouseSession } from '#core/connectors/types.ts'
import { StagedDataChanged } from '#core/connectors/errors.ts'
import type { Gate } from '#core/pipelines/definition.ts'
import { blueprintSql, stepNamed, withSession } from '#core/pipelines/relations.ts'
import { name } from '#core/pipelines/sql.ts'
import { proven, stepKind, type Work } from '#core/pipelines/step-kind.ts'
import type { JoinOutput } from './stage-join.ts'
import type { StagedOutput } from './stage-table.ts'
import type { Exchanged } from './stage-window.ts'
import type { ValidateOutput } from './validate.ts'

/** What the gates saw: publishing compares the staged bytes with this hash. */
export type GatesOutput = { readonly table: string; readonly version: number; readonly sha256: string; readonly gates: { readonly [gate: string]: string } }

/** Judges a staged table. A gate that says stop ends the run; what is published stays as it is. */
export const gates = stepKind<'gates', GatesOutput>({
  where: 'warehouse',
  again: 'safe',
  effect: (step) => ({ effect: `Asks ${step.gates.length} gates about the staged table, bound to the hash of its bytes. Changes nothing.` }),

  async act(work) {
    const { context, step } = work
    const { table, version, sha256 } = context.output<StagedOutput>(step.of)
    await throwIfChanged(work, table, version, sha256)
    const results = await withSession(work, [step.of], (session) => judge(work, session, table))
    await throwIfChanged(work, table, version, sha256)
    // a stop throws at once: the others are recorded first
    for (const result of results.toSorted((a, b) => (a.verdict === 'stop' ? 1 : 0) - (b.verdict === 'stop' ? 1 : 0))) {
      if (result.verdict !== 'passed') work.log('warn', `gate ${result.title}: ${result.verdict}, ${result.value}${result.unit ?? ''}`)
      context.gate(result)
    }
    work.log('info', `${results.length} gates passed for ${table} version ${version}`)
    return { table, version, sha256, gates: Object.fromEntries(results.map((result) => [result.gate, result.verdict])) }
  },

  async confirm(work, { table, version, sha256 }) {
    const found = await work.context.deps.warehouse.version(table, version)
    return [proven(`${table} version ${version} is what the gates judged`, 'warehouse catalogue', sha256, found?.sha256 ?? 'absent')]
  },
})

async function throwIfChanged(work: Work<'gates'>, table: string, version: number, sha256: string): Promise<void> {
  const found = await work.context.deps.warehouse.version(table, version)
  if (found?.sha256 !== sha256) throw new StagedDataChanged(table, version, sha256, found?.sha256 ?? 'absent')
}

type Facts = { readonly [fact: string]: number | null }

/** All gates from one pass over the table. */
async function judge(work: Work<'gates'>, session: WarehouseSession, table: string): Promise<GateResult[]> {
  const { step, observed, context } = work
  const columns = step.gates.flatMap((gate, i) => factSql(gate, i))
  const [facts] = await blueprintSql(`${observed.definition.file}, gates of ${step.id}`, () =>
    session.rows<Record<string, Json>>(`SELECT count(*) AS total${columns.map((column) => `, ${column}`).join('')} FROM staged.${name(table)}`, undefined, context.signal),
  )
  const results: GateResult[] = []
  for (const [i, gate] of step.gates.entries()) results.push(await ask(work, gate, i, facts as Facts, table))
  return results
}

function factSql(gate: Gate, i: number): string[] {
  switch (gate.gate) {
    case 'unique':
      return [`count(*) - count(DISTINCT ${gate.columns.length === 1 ? name(gate.columns[0]!) : `(${gate.columns.map(name).join(', ')})`}) AS f${i}`]
    case 'not-null':
      return [`count(*) FILTER (WHERE ${gate.columns.map((column) => `${name(column)} IS NULL`).join(' OR ')}) AS f${i}`]
    case 'range':
      return [`count(*) FILTER (WHERE ${name(gate.column)} NOT BETWEEN ${gate.min} AND ${gate.max}) AS f${i}`]
    case 'share':
      return [`count(*) FILTER (WHERE ${gate.where}) AS f${i}`]
    default:
      return []
  }
}

async function ask(work: Work<'gates'>, gate: Gate, i: number, facts: Facts, table: string): Promise<GateResult> {
  const total = facts.total ?? 0
  const found = facts[`f${i}`] ?? 0
  switch (gate.gate) {
    case 'unique':
    case 'not-null':
    case 'range':
      return none(gateName(gate), gateTitle(gate), found)
    case 'share':
      return measured(gate.name, gate.title, total === 0 ? 0 : (100 * found) / total, gate)
    case 'reject-rate': {
      const { rows, rejected } = validated(work)
      return measured('reject-rate', gateTitle(gate), rows === 0 ? 0 : (100 * rejected) / rows, gate, `${rejected} of ${rows} rows.`)
    }
    case 'reconcile': {
      const { rows, accepted, rejected, extracted } = validated(work)
      const exchanged = exchangedOf(work)
      const expected = exchanged ? exchanged.added + exchanged.kept : accepted
      const lost = Math.abs(rows - accepted - rejected) + Math.abs(expected - total)
      const merged = exchanged ? `${exchanged.added} of these from ${exchanged.from} to ${exchanged.to}, ${exchanged.kept} kept as published, ` : ''
      const detail = `${extracted} extracted, ${rows} joined, ${accepted} accepted, ${rejected} rejected, ${merged}${total} staged.`
      if (lost === 0 && extracted !== rows) return { gate: 'reconcile', title: 'Rows that the join lost or multiplied', verdict: extracted > rows ? 'stop' : 'warning', value: Math.abs(rows - extracted), warnAt: 1, detail }
      return { ...none('reconcile', gateTitle(gate), lost), detail }
    }
    default:
      return await volume(work, gate, total, table)
  }
}

function validated(work: Work<'gates'>): ValidateOutput & { extracted: number } {
  const { context, step } = work
  const id = step.validated ?? step.of
  const output = context.output<ValidateOutput>(id)
  const from = stepNamed(work, id)
  const { base } = from.kind === 'validate' ? context.output<JoinOutput>(from.of) : { base: output.rows }
  return { ...output, extracted: base }
}

/** What a backfill exchanged in the table that this one is made from; null in a whole run. */
function exchangedOf({ context, steps }: Work<'gates'>): Exchanged | null {
  const windowed = context.input.window && steps.find((one) => one.kind === 'stage-table' && one.window)
  return (windowed && context.output<StagedOutput>(windowed.id).window) ?? null
}

/** Change against the published version, when that came from the same kind of source. */
async function volume(work: Work<'gates'>, gate: Extract<Gate, { gate: 'volume' }>, total: number, table: string): Promise<GateResult> {
  const { documents } = work.context.deps
  const published = work.observed.published[table]
  const title = gateTitle(gate)
  const passed = (detail: string): GateResult => ({ gate: 'volume', title, verdict: 'passed', value: null, unit: '%', warnAt: gate.warn, stopAt: gate.stop, detail })
  if (!published || published.rows === 0) return passed('Nothing was published before.')
  const before = (await work.context.deps.warehouse.version(table, published.version))?.runId
  const metadata = work.observed.definition.steps.find((step) => step.kind === 'run-metadata')
  const [document] = before && metadata ? await documents.find(metadata.collection, { where: { run_id: before }, limit: 1 }) : []
  const source = document?.source ?? null
  if (source !== (work.context.input.source ?? 'environment')) return passed('The published version came from another source.')
  return measured('volume', title, (100 * Math.abs(total - published.rows)) / published.rows, gate, `${total} now, ${published.rows} published.`)
}

/** The name under which a gate's results stand in a run. */
export const gateName = (gate: Gate): string => (gate.gate === 'range' ? `range-${gate.column}` : gate.gate === 'share' ? gate.name : gate.gate)

/** What a gate measures, for people. */
export function gateTitle(gate: Gate): string {
  switch (gate.gate) {
    case 'reject-rate':
      return 'Rejected rows'
    case 'reconcile':
      return 'Rows lost or doubled on the way'
    case 'unique':
      return `Rows that repeat ${gate.columns.join(', ')}`
    case 'not-null':
      return `Rows without ${gate.columns.join(' or ')}`
    case 'range':
      return `Rows with ${gate.column} outside ${gate.min} to ${gate.max}`
    case 'share':
      return gate.title
    default:
      return 'Change of the row count against the published version'
  }
}

const none = (gate: string, title: string, value: number): GateResult => ({ gate, title, verdict: value > 0 ? 'stop' : 'passed', value, stopAt: 1 })

/** Over `stop`: stop; over `warn`: warning. Equal to a limit still passes it. */
export const verdictOf = (percent: number, limits: { readonly warn?: number; readonly stop?: number }): GateResult['verdict'] =>
  limits.stop !== undefined && percent > limits.stop ? 'stop' : limits.warn !== undefined && percent > limits.warn ? 'warning' : 'passed'

function measured(gate: string, title: string, percent: number, limits: { readonly warn?: number; readonly stop?: number }, detail?: string): GateResult {
  return { gate, title, verdict: verdictOf(percent, limits), value: Math.round(percent * 1000) / 1000, unit: '%', warnAt: limits.warn, stopAt: limits.stop, detail }
}
