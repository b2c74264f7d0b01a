import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import { RegieError } from '#core/base/errors.ts'
import { workerFile } from '#core/base/package-root.ts'
import { ScorerClosed } from './errors.ts'
import { readModels, type Models } from './model-registry.ts'
import type { NumericScores } from './score-texts.ts'
import type { ModelIdentity, ScoreBatch, Scores, TextScorer } from './types.ts'
import { WorkerPool } from './worker-pool.ts'

/** A chunk is about 20 ms of one core: short enough to share out and to cancel, long enough to be worth a message. */
const TEXTS_PER_CHUNK = 2048
const CHARACTERS_PER_CHUNK = 1 << 20
const MOST_WORKERS = 8

export interface ScorerOptions {
  /** The package's models folder: manifest.json and what it names. */
  readonly modelsFolder: string
  /** Worker threads; one per core unless given. */
  readonly workers?: number
}

interface Opened {
  readonly models: Models
  readonly pool: WorkerPool
}

/**
 * Scores text off the event loop, in worker threads. Models are read and checked at the first call, the
 * workers start with the first batch. The same text gets the same scores in any batch and any order.
 * @throws (from its methods) ModelBroken before any row is scored, ScorerCrashed, ScorerClosed, Cancelled
 */
export function createTextScorer({ modelsFolder, workers }: ScorerOptions): TextScorer {
  const size = Math.max(1, workers ?? Math.min(MOST_WORKERS, availableParallelism()))
  let opened: Promise<Opened> | undefined
  let closed = false

  const open = (): Promise<Opened> => {
    if (closed) return Promise.reject(new ScorerClosed())
    opened ??= readModels(modelsFolder).then((models) => ({ models, pool: new WorkerPool(workerFile('scorer'), models, size) }))
    return opened
  }

  /** A broken models folder may be mended while the program runs: the next call reads it again. */
  const forgetWhenBroken = async (failed: Promise<Opened> | undefined, thrown: unknown): Promise<void> => {
    if (!(thrown instanceof RegieError) || thrown.code !== 'MODEL_BROKEN' || opened !== failed) return
    opened = undefined
    const broken = await failed?.catch(() => undefined)
    await broken?.pool.close()
  }

  return {
    async describe(): Promise<readonly ModelIdentity[]> {
      const current = open()
      try {
        return (await current).models.identities
      } catch (thrown) {
        await forgetWhenBroken(current, thrown)
        throw thrown
      }
    },

    async score(batch: ScoreBatch, signal?: AbortSignal): Promise<Scores> {
      const result = emptyScores(batch.texts.length)
      const current = open()
      // One failed chunk ends the batch: the others must not go on for nobody.
      const stop = new AbortController()
      const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
      setMaxListeners(0, either)
      try {
        const { models, pool } = await current
        await Promise.all(
          chunksOf(batch.texts, size).map(async ([from, to]) => {
            const scores = await pool.run(() => part(batch, from, to), either)
            copyInto(result, from, scores, models)
          }),
        )
      } catch (thrown) {
        stop.abort()
        await forgetWhenBroken(current, thrown)
        throw thrown
      }
      return result
    },

    async close(): Promise<void> {
      closed = true
      const running = await opened?.catch(() => undefined)
      await running?.pool.close()
    },
  }
}

/** [from, to) of each chunk. Small batches are still shared among the workers. */
function chunksOf(texts: readonly (string | null)[], workers: number): [number, number][] {
  const most = Math.min(TEXTS_PER_CHUNK, Math.max(64, Math.ceil(texts.length / (2 * workers))))
  const chunks: [number, number][] = []
  let from = 0
  let characters = 0
  for (let i = 0; i < texts.length; i++) {
    characters += texts[i]?.length ?? 0
    if (i + 1 - from < most && characters < CHARACTERS_PER_CHUNK) continue
    chunks.push([from, i + 1])
    from = i + 1
    characters = 0
  }
  if (from < texts.length) chunks.push([from, texts.length])
  return chunks
}

const part = (batch: ScoreBatch, from: number, to: number): ScoreBatch => ({
  texts: batch.texts.slice(from, to),
  ratings: batch.ratings.slice(from, to),
  hasImage: batch.hasImage.slice(from, to),
  hasOrders: batch.hasOrders.slice(from, to),
})

type WritableScores = { -readonly [K in keyof Scores]: Scores[K] extends readonly string[] ? string[] : Scores[K] }

const emptyScores = (rows: number): WritableScores => ({
  textLength: new Int32Array(rows),
  textLengthScore: new Float64Array(rows),
  isExtremeRating: new Uint8Array(rows),
  keywordScore: new Float64Array(rows),
  relevanceScore: new Float64Array(rows),
  theme: Array.from<string>({ length: rows }),
  confidence: new Float64Array(rows),
  sentiment: Array.from<string>({ length: rows }),
  relevant: new Uint8Array(rows),
})

function copyInto(result: WritableScores, from: number, scores: NumericScores, models: Models): void {
  result.textLength.set(scores.textLength, from)
  result.textLengthScore.set(scores.textLengthScore, from)
  result.isExtremeRating.set(scores.isExtremeRating, from)
  result.keywordScore.set(scores.keywordScore, from)
  result.relevanceScore.set(scores.relevanceScore, from)
  result.confidence.set(scores.confidence, from)
  result.relevant.set(scores.relevant, from)
  scores.theme.forEach((label, row) => (result.theme[from + row] = models.theme.labels[label]!))
  scores.sentiment.forEach((label, row) => (result.sentiment[from + row] = models.sentiment.labels[label]!))
}
