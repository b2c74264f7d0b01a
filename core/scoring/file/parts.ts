import { open, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Json } from '#core/base/json.ts'
import type { ScoreBatch, Scores } from '#core/scoring/types.ts'

/* Scores as they are made, in files of their own beside the output: what a killed process had finished is kept. */

/** Rows of a part: about two seconds of work. */
export const PART_ROWS = 20_000

/** Columns that are added to the file's own, in their order. */
export const SCORE_COLUMNS = {
  text_length: 'INTEGER',
  text_length_score: 'DOUBLE',
  is_extreme_rating: 'BOOLEAN',
  keyword_score: 'DOUBLE',
  relevance_score: 'DOUBLE',
  category_review: 'VARCHAR',
  confidence_score: 'DOUBLE',
  sentiment: 'VARCHAR',
  relevant_status: 'VARCHAR',
} as const

export const partsFolder = (out: string, runId: string): string => join(dirname(out), `.${basename(out)}.${runId}.parts`)

export interface Part {
  readonly path: string
  readonly from: number
  readonly rows: number
}

/** Finished parts from the first row on without a gap. */
export async function finishedParts(folder: string): Promise<Part[]> {
  const names = await readdir(folder).catch(() => [])
  const all = names
    .flatMap((name): Part[] => {
      const found = /^part-(\d+)-(\d+)\.csv$/.exec(name)
      return found ? [{ path: join(folder, name), from: Number(found[1]), rows: Number(found[2]) }] : []
    })
    .toSorted((a, b) => a.from - b.from)
  const parts: Part[] = []
  let next = 0
  for (const part of all) {
    if (part.from !== next) break
    parts.push(part)
    next += part.rows
  }
  return parts
}

/** Writes a part whole or not at all, on the disk when it resolves. */
export async function writePart(folder: string, from: number, batch: ScoreBatch, scores: Scores): Promise<{ rows: number; relevant: number }> {
  const rows = batch.texts.length
  let text = ''
  let relevant = 0
  for (let i = 0; i < rows; i++) {
    if (scores.relevant[i] === 1) relevant++
    text += `${scores.textLength[i]},${scores.textLengthScore[i]},${scores.isExtremeRating[i] === 1},${scores.keywordScore[i]},${scores.relevanceScore[i]},"${scores.theme[i]!.replaceAll('"', '""')}",${scores.confidence[i]},"${scores.sentiment[i]!.replaceAll('"', '""')}",${scores.relevant[i] === 1 ? 'RELEVANT' : 'IRRELEVANT'}\n`
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `part-${String(from).padStart(12, '0')}-${rows}.csv`)
  const draft = `${path}.draft`
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (thrown) {
    await rm(draft, { force: true })
    throw thrown
  }
  return { rows, relevant }
}

export function asBatch(rows: readonly Record<string, Json>[]): ScoreBatch {
  return {
    texts: rows.map(({ body }) => (typeof body === 'string' ? body : null)),
    ratings: Int8Array.from(rows, ({ rating }) => (typeof rating === 'number' ? rating : 0)),
    hasImage: Uint8Array.from(rows, (row) => Number(row.has_image === true)),
    hasOrders: Uint8Array.from(rows, (row) => Number(row.has_orders === true)),
  }
}
