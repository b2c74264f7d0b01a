import { blueprintSql, withSession } from '#core/pipelines/relations.ts'
import { exists, spillFile, writeSpill } from '#core/pipelines/spill.ts'
import { count, name, text } from '#core/pipelines/sql.ts'
import { proven, stepKind, type Work } from '#core/pipelines/step-kind.ts'
import type { RejectRule } from '#core/pipelines/definition.ts'
import { intermediateGone, previewSpill, rowsOfFile, type JoinOutput } from './stage-join.ts'

export type ValidateOutput = {
  readonly rows: number
  readonly accepted: number
  readonly rejected: number
  readonly byReason: { readonly [reason: string]: number }
  /** Rows that rules with `enforce: warn` found. */
  readonly warned: { readonly [reason: string]: number }
}

/**
 * Applies reject rules in their order: the first that fits names the reason. Rows that none fits are accepted.
 */
export const validate = stepKind<'validate', ValidateOutput>({
  where: 'warehouse engine',
  again: 'safe',
  effect: (step) => ({ effect: `Applies ${step.rules.filter((rule) => rule.enforce === 'reject').length} reject rules in their order; sets rejected rows aside with a reason.` }),

  async act(work) {
    const { context, step } = work
    const { rows } = context.output<JoinOutput>(step.of)
    await writeRejected(work)
    const { byReason, warned } = await withSession(work, [step.id, step.raw], async (session) => {
      const found = await session.rows<{ reason: string; n: number }>('SELECT reason, count(*) AS n FROM run.rejected GROUP BY reason', undefined, context.signal)
      return { byReason: inOrder(step.rules, found), warned: await countWarned(work, session) }
    })
    const rejected = Object.values(byReason).reduce((sum, n) => sum + n, 0)
    context.progress({ rows, totalRows: rows })
    work.log('info', `${count(rows - rejected)} of ${count(rows)} rows accepted, ${count(rejected)} rejected`)
    for (const [reason, n] of Object.entries(byReason)) work.log('info', `rejected as ${reason}: ${count(n)}`)
    for (const [reason, n] of Object.entries(warned)) {
      work.log('warn', `${reason}: ${count(n)} rows, kept`)
      context.gate({ gate: reason, title: `Rows with ${reason.replaceAll('_', ' ')}`, verdict: 'warning', value: n, warnAt: 1, detail: 'The rule only warns: the rows are kept.' })
    }
    return { rows, accepted: rows - rejected, rejected, byReason, warned }
  },

  async confirm(work, output) {
    const file = spillFile(work, work.step.id)
    if (!(await exists(file))) return [intermediateGone(work, output.rejected)]
    return [proven('Rows set aside', 'intermediate file, footer', output.rejected, await rowsOfFile(work, file))]
  },

  preview: (work, _output, limit) => previewSpill(work, limit),
})

/** Writes the rejected rows with reason and details. */
export async function writeRejected(work: Work<'validate'>): Promise<void> {
  const { step, context, observed } = work
  const rules = step.rules.filter((rule) => rule.enforce === 'reject')
  await withSession(work, [step.of, step.raw], async (session) => {
    await writeSpill(spillFile(work, step.id), async (draft) => {
      await blueprintSql(`${observed.definition.file}, rules of ${step.id}`, () => session.run(`COPY (${rejectedSql(rules, step.order)}) TO ${text(draft)} (FORMAT parquet, COMPRESSION snappy)`, undefined, context.signal))
    })
  })
}

/**
 * Rows that a rule fits, with `reason` and `details`: the first rule in the list wins. Ties among repeats are broken
 * by `order`, then by the row's place in the join.
 */
export function rejectedSql(rules: readonly RejectRule[], order: readonly string[]): string {
  const repeats = rules.flatMap((rule, i) => (rule.repeats ? [{ columns: rule.repeats, i }] : []))
  const place = `{${[...order, 'joined_row'].map((column, i) => `k${i}: ${name(column)}`).join(', ')}}`
  const firsts = repeats.map(({ columns, i }) => `first_${i} AS (SELECT ${columns.map((column, k) => `${name(column)} AS equal_${i}_${k}`).join(', ')}, min_by(joined_row, ${place}) AS keeps_${i} FROM run.joined GROUP BY ALL HAVING count(*) > 1)`)
  const joins = repeats.map(({ columns, i }) => `LEFT JOIN first_${i} ON ${columns.map((column, k) => `joined.${name(column)} IS NOT DISTINCT FROM equal_${i}_${k}`).join(' AND ')}`)
  const fits = rules.map((rule, i) => `WHEN ${rule.when === undefined ? `keeps_${i} <> joined_row` : `(${rule.when})`} THEN ${i}`)
  const label = (of: (rule: RejectRule) => string): string => `CASE rule ${rules.map((rule, i) => `WHEN ${i} THEN ${of(rule)}`).join(' ')} END`
  return `WITH ${[...firsts, `judged AS (SELECT joined.*, CASE ${fits.join(' ')} END AS rule FROM run.joined AS joined ${joins.join(' ')})`].join(',\n')}
    SELECT * EXCLUDE (rule), ${label((rule) => text(rule.reason))} AS reason, ${label((rule) => sentence(rule.details))} AS details FROM judged WHERE rule IS NOT NULL`
}

/** `{column}` in a sentence becomes the value, shortened; everything else is literal. */
function sentence(details: string): string {
  const parts = details.split(/\{([a-z][a-z0-9_]*)\}/)
  return `concat(${parts.map((part, i) => (i % 2 === 0 ? text(part) : `coalesce(left(CAST(${name(part)} AS VARCHAR), 40), 'NULL')`)).join(', ')})`
}

function inOrder(rules: readonly RejectRule[], found: readonly { reason: string; n: number }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { reason } of rules) {
    const n = found.filter((one) => one.reason === reason).reduce((sum, one) => sum + one.n, 0)
    if (n > 0) counts[reason] = n
  }
  return counts
}

async function countWarned(work: Work<'validate'>, session: Parameters<Parameters<typeof withSession>[2]>[0]): Promise<Record<string, number>> {
  const rules = work.step.rules.filter((rule) => rule.enforce === 'warn' && rule.when !== undefined)
  if (rules.length === 0) return {}
  const sql = `SELECT ${rules.map((rule, i) => `count(*) FILTER (WHERE ${rule.when!}) AS n${i}`).join(', ')} FROM run.accepted AS joined`
  const [found] = await blueprintSql(`${work.observed.definition.file}, rules of ${work.step.id}`, () => session.rows<Record<string, number>>(sql, undefined, work.context.signal))
  return Object.fromEntries(rules.map((rule, i) => [rule.reason, found?.[`n${i}`] ?? 0] as const).filter(([, n]) => n > 0))
}
