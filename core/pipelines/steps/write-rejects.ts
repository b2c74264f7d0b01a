import type { Document } from '#core/connectors/types.ts'
import type { Json } from '#core/base/json.ts'
import { withSession } from '#core/pipelines/relations.ts'
import { runTimestamp } from '#core/pipelines/raw-store.ts'
import { count } from '#core/pipelines/sql.ts'
import { proven, stepKind, type Work } from '#core/pipelines/step-kind.ts'
import type { ValidateOutput } from './validate.ts'

export type RejectsOutput = { readonly collection: string; readonly documents: number }

/** Longest text that a document keeps of a column, characters: a row of megabytes must not swell the document store. */
const LONGEST_TEXT = 20_000
/** Written by `validate`, not part of the row as extracted. */
const OWN = ['reason', 'details', 'joined_row', 'source_row', 'file_row_number']

/** Puts every rejected row into the document store: reason, details, the pseudonymised row and the run. */
export const writeRejects = stepKind<'write-rejects', RejectsOutput>({
  where: 'document store',
  again: 'safe',
  effect: (step) => ({ effect: `Writes one document per rejected row to ${step.collection}.` }),

  async act(work) {
    const { context, step } = work
    const { documents } = context.deps
    await documents.index(step.collection, ['run_id', ...step.index])
    // what an interrupted attempt wrote
    if ((await documents.count(step.collection, { run_id: context.runId })) > 0) await documents.remove(step.collection, { run_id: context.runId })
    const written = await withSession(work, [step.of], (session) =>
      documents.upsert(step.collection, documentsOf(work, session.chunks('SELECT * FROM run.rejected', context.signal)), context.signal),
    )
    context.progress({ rows: written, totalRows: written })
    work.log('info', `${count(written)} documents in ${step.collection}`)
    return { collection: step.collection, documents: written }
  },

  async confirm(work, output) {
    const { context, step } = work
    const { documents } = context.deps
    const { byReason, rejected } = context.output<ValidateOutput>(step.of)
    const found = output.documents === 0 ? {} : await documents.countBy(step.collection, 'rejection_reason', { run_id: context.runId })
    const total = Object.values(found).reduce((sum, n) => sum + n, 0)
    const sorted = (counts: Readonly<Record<string, number>>): Json => Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    return [
      proven('Documents of rejected rows', `document store, ${step.collection}`, rejected, total),
      proven('Documents by reason', `document store, ${step.collection}`, sorted(byReason), sorted(found)),
    ]
  },

  async preview(work, _output, limit) {
    const { context, step } = work
    const found = await context.deps.documents.find(step.collection, { where: { run_id: context.runId }, limit })
    const columns = ['review_id', 'rejection_reason', 'error_details', 'rejected_at'].map((column) => (column === 'review_id' ? step.idColumn : column))
    return { columns, rows: found.map((document) => columns.map((column) => document[column] ?? null)), note: null }
  },
})

async function* documentsOf(work: Work<'write-rejects'>, chunks: AsyncIterable<readonly Record<string, Json>[]>): AsyncGenerator<readonly Document[]> {
  const { context, step } = work
  const rejectedAt = `${runTimestamp(context.runId).replace(' ', 'T')}.000Z`
  const left = new Set([...OWN, ...step.leaveOut])
  let written = 0
  for await (const chunk of chunks) {
    yield chunk.map((row) => ({
      _id: `${context.runId}/${String(row.joined_row as number).padStart(9, '0')}`,
      [step.idColumn]: row[step.idColumn] ?? null,
      rejection_reason: row.reason ?? null,
      rejected_at: rejectedAt,
      original_data: Object.fromEntries(Object.entries(row).filter(([column]) => !left.has(column)).map(([column, value]) => [column, shortened(value)])),
      error_details: row.details ?? null,
      run_id: context.runId,
    }))
    written += chunk.length
    context.progress({ rows: written })
  }
}

const shortened = (value: Json): Json => (typeof value === 'string' && value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}… (${count(value.length)} characters)` : value)
