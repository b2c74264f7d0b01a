import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { os } from '#core/api/context.ts'
import { UploadBroken } from '#core/api/errors.ts'
import type { Scores } from '#core/pipelines/scorer.ts'
import { explainScore, guessColumns, inspectFile, SCORE_FILE, sampleRows } from '#core/scoring/index.ts'
import { startPlan } from './start-plan.ts'

/** The scores of one row of a batch, as scripts and pages read them. */
export function scoreAt(scores: Scores, row: number) {
  return {
    textLength: scores.textLength[row] ?? 0,
    textLengthScore: scores.textLengthScore[row] ?? 0,
    isExtremeRating: scores.isExtremeRating[row] === 1,
    keywordScore: scores.keywordScore[row] ?? 0,
    relevanceScore: scores.relevanceScore[row] ?? 0,
    theme: scores.theme[row] ?? '',
    confidence: scores.confidence[row] ?? 0,
    sentiment: scores.sentiment[row] ?? '',
    status: scores.relevant[row] === 1 ? ('RELEVANT' as const) : ('IRRELEVANT' as const),
  }
}

interface Review {
  readonly text: string
  readonly rating: number | null
  readonly hasImage: boolean
  readonly hasOrders: boolean
}
const batchOf = ({ text, rating, hasImage, hasOrders }: Review) => ({ texts: [text], ratings: Int8Array.of(rating ?? 0), hasImage: Uint8Array.of(Number(hasImage)), hasOrders: Uint8Array.of(Number(hasOrders)) })

/** Uploads kept at most; an older one is removed when another begins. */
const KEPT = 5
const SAMPLE = 8

/** Path of an upload; its name is made of harmless characters and keeps its end. */
const uploadOf = (home: string, upload: string, name: string): string => join(home, 'uploads', upload, basename(name).replaceAll(/[^\p{L}\p{N}._ -]/gu, '_').slice(-120) || 'file')

async function forgetOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const aged = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })))
  for (const { name } of aged.toSorted((a, b) => b.at - a.at).slice(KEPT)) await rm(join(folder, name), { recursive: true, force: true })
}

export const scoring = {
  one: os.scoring.one.handler(async ({ input, context, signal }) => scoreAt(await context.regie.scorer.score(batchOf(input), signal), 0)),

  explain: os.scoring.explain.handler(async ({ input, context }) => {
    const { words, themes, sentiments, models, ...numbers } = await context.regie.explainer.explain(input.text)
    return { ...numbers, words: [...words], themes: [...themes], sentiments: [...sentiments], models: [...models] }
  }),

  terms: os.scoring.terms.handler(async ({ input, context: { regie }, signal }) => explainScore(input, scoreAt(await regie.scorer.score(batchOf(input), signal), 0))),

  models: os.scoring.models.handler(({ context }) => context.regie.modelCards()),

  upload: os.scoring.upload.handler(async ({ input, context: { regie } }) => {
    const { home } = regie.info()
    const upload = input.upload ?? randomBytes(12).toString('hex')
    const file = uploadOf(home, upload, input.name)
    if (input.upload === null) {
      await mkdir(join(home, 'uploads', upload), { recursive: true, mode: 0o700 })
      await forgetOld(join(home, 'uploads'))
    }
    const handle = await open(file, input.upload === null ? 'wx' : 'r+', 0o600)
    try {
      const { size } = await handle.stat()
      if (size !== input.offset) throw new UploadBroken(input.offset, size)
      const bytes = Buffer.from(input.base64, 'base64')
      await handle.write(bytes, 0, bytes.length, size)
      return { upload, file, bytes: size + bytes.length }
    } finally {
      await handle.close()
    }
  }),

  inspect: os.scoring.inspect.handler(async ({ input, context: { regie }, signal }) => {
    const { warehouse } = await regie.environment(input.environment)
    const found = await inspectFile(warehouse, resolve(input.file), signal)
    const { file, format, bytes, columns } = found
    return { file, format, bytes, columns, sample: await sampleRows(warehouse, found, SAMPLE, signal), guess: guessColumns(columns) }
  }),

  planFile: os.scoring.planFile.handler(async ({ input: { environment, file, out, columns, replace }, context: { regie, actor } }) => {
    const own = join(regie.info().home, 'scored')
    if (out === null) await mkdir(own, { recursive: true, mode: 0o700 })
    const target = out === null ? join(own, `${randomBytes(8).toString('hex')}.parquet`) : resolve(out)
    return await regie.engine.plan(SCORE_FILE, { environment, file: resolve(file), out: target, columns, replace }, actor)
  }),

  runFile: os.scoring.runFile.handler(({ input: { planHash, environment }, context }) => startPlan(context, planHash, { operation: SCORE_FILE, input: { environment } })),
}
