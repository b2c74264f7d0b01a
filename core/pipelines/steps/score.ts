import { setMaxListeners } from 'node:events'
import { mkdir, open, rm } from 'node:fs/promises'
import type { Json } from '#core/base/json.ts'
import { withSession } from '#core/pipelines/relations.ts'
import type { ScoreBatch, Scores } from '#core/pipelines/scorer.ts'
import { exists, spillFile, spillFolder, writeSpill } from '#core/pipelines/spill.ts'
import { count, name, text } from '#core/pipelines/sql.ts'
import { proven, stepKind, type Work } from '#core/pipelines/step-kind.ts'
import { intermediateGone, previewSpill, rowsOfFile } from './stage-join.ts'
import type { StagedOutput } from './stage-table.ts'

export type ScoreOutput = {
  readonly rows: number
  readonly relevant: number
  readonly irrelevant: number
  readonly models: readonly { readonly name: string; readonly version: string; readonly sha256: string }[]
}

/** Batches that are with the scorer at once: enough to keep its workers busy, few enough for flat memory. */
const IN_FLIGHT = 4

/** Columns of run.scores after the id, in the order in which they are spilled. */
const COLUMNS = {
  text_length: 'INTEGER',
  text_length_score: 'DOUBLE',
  is_extreme_rating: 'BOOLEAN',
  keyword_score: 'DOUBLE',
  relevance_score: 'DOUBLE',
  theme: 'VARCHAR',
  confidence: 'DOUBLE',
  sentiment: 'VARCHAR',
  relevant: 'BOOLEAN',
} as const

/** Sends the staged rows through the scorer, batch by batch, and keeps the scores beside them. */
export const score = stepKind<'score', ScoreOutput>({
  where: 'warehouse → models',
  again: 'safe',
  effect: (step) => ({ effect: `Scores ${step.columns.text} of every staged row; relevant from confidence ${step.relevantFrom.confidence} and relevance ${step.relevantFrom.relevance}. Publishes nothing.` }),

  async act(work) {
    const { context } = work
    const models = await context.deps.scorer.describe()
    const { rows, relevant } = await writeScores(work)
    work.log('info', `${count(rows)} rows scored by ${models.map((model) => `${model.name} ${model.version}`).join(', ')}; ${count(relevant)} relevant`)
    return { rows, relevant, irrelevant: rows - relevant, models: models.map((model) => ({ name: model.name, version: model.version, sha256: model.sha256 })) }
  },

  async confirm(work, output) {
    const staged = work.context.output<StagedOutput>(work.step.of)
    const file = spillFile(work, work.step.id)
    if (!(await exists(file))) return [intermediateGone(work, output.rows)]
    return [proven('Scored rows', 'intermediate file, footer', staged.rows, await rowsOfFile(work, file))]
  },

  preview: (work, _output, limit) => previewSpill(work, limit),
})

/** Writes the scores of all staged rows to the intermediate file. */
export async function writeScores(work: Work<'score'>): Promise<{ rows: number; relevant: number }> {
  const { context, step } = work
  const { table, rows: totalRows } = context.output<StagedOutput>(step.of)
  const { id, text: body, rating, hasImage, hasOrders } = step.columns
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  setMaxListeners(0, signal)
  const csv = `${spillFile(work, step.id)}.csv`
  await mkdir(spillFolder(work), { recursive: true, mode: 0o700 })
  const file = await open(csv, 'w', 0o600)
  let rows = 0
  let relevant = 0
  try {
    await withSession(work, [step.of], async (session) => {
      const waiting: Promise<{ ids: readonly string[]; scores: Scores }>[] = []
      const write = async (): Promise<void> => {
        const { ids, scores } = await waiting.shift()!
        const lines = spillLines(ids, scores, step.relevantFrom)
        await file.write(lines.text)
        rows += ids.length
        relevant += lines.relevant
        context.progress({ rows, totalRows })
      }
      const select = `SELECT ${name(id)}::VARCHAR AS id, ${name(body)} AS body, ${name(rating)} AS rating, ${name(hasImage)} AS has_image, ${name(hasOrders)} AS has_orders FROM staged.${name(table)}`
      try {
        let batch: Record<string, Json>[] = []
        const send = async (): Promise<void> => {
          const full = batch
          batch = []
          const scored = context.deps.scorer.score(asBatch(full), signal).then((scores) => ({ ids: full.map((row) => row.id as string), scores }))
          scored.catch(() => {})
          waiting.push(scored)
          if (waiting.length > IN_FLIGHT) await write()
        }
        for await (const chunk of session.chunks(select, signal)) {
          signal.throwIfAborted()
          for (const row of chunk) batch.push(row)
          if (batch.length >= step.batchRows) await send()
        }
        if (batch.length > 0) await send()
        while (waiting.length > 0) await write()
      } finally {
        stop.abort()
        await Promise.allSettled(waiting)
      }
      await file.close()
      const types = Object.entries({ id: 'VARCHAR', ...COLUMNS }).map(([column, type]) => `${text(column)}: ${text(type)}`).join(', ')
      await writeSpill(spillFile(work, step.id), (draft) =>
        session.run(`COPY (FROM read_csv(${text(csv)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, columns = {${types}})) TO ${text(draft)} (FORMAT parquet)`, undefined, context.signal),
      )
    })
    return { rows, relevant }
  } finally {
    await file.close().catch(() => {})
    await rm(csv, { force: true })
  }
}

function asBatch(rows: readonly Record<string, Json>[]): ScoreBatch {
  const ratings = new Int8Array(rows.length)
  const hasImage = new Uint8Array(rows.length)
  const hasOrders = new Uint8Array(rows.length)
  const texts: (string | null)[] = []
  for (const [i, row] of rows.entries()) {
    texts.push(typeof row.body === 'string' ? row.body : null)
    ratings[i] = typeof row.rating === 'number' ? row.rating : 0
    hasImage[i] = row.has_image === true ? 1 : 0
    hasOrders[i] = row.has_orders === true ? 1 : 0
  }
  return { texts, ratings, hasImage, hasOrders }
}

/** Numbers as JavaScript writes them: they read back as the same double. */
function spillLines(ids: readonly string[], scores: Scores, from: { readonly confidence: number; readonly relevance: number }): { text: string; relevant: number } {
  let lines = ''
  let relevant = 0
  for (const [i, id] of ids.entries()) {
    const isRelevant = scores.confidence[i]! >= from.confidence && scores.relevanceScore[i]! >= from.relevance
    if (isRelevant) relevant++
    lines += `${quoted(id)},${scores.textLength[i]},${scores.textLengthScore[i]},${scores.isExtremeRating[i] === 1},${scores.keywordScore[i]},${scores.relevanceScore[i]},${quoted(scores.theme[i]!)},${scores.confidence[i]},${quoted(scores.sentiment[i]!)},${isRelevant}\n`
  }
  return { text: lines, relevant }
}

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`
