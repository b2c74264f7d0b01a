import type { InferenceSession } from 'onnxruntime-node'
import { classify, openSession } from './classifier.ts'
import type { Models } from './model-registry.ts'
import { isExtremeRating, isRelevant, keywordScore, relevanceScore, textLength, textLengthScore } from './text-scores.ts'
import type { ScoreBatch } from './types.ts'
import { parseLexicon } from './vader-lexicon.ts'
import { vaderCompound, type VaderLexicon } from './vader.ts'

/**
 * VADER reads at most this many UTF-16 code units of a text (the source's column holds 20,000 characters).
 * The length of a text counts all of it; themes and sentiment read MAX_FEATURES features.
 */
export const VADER_LIMIT = 32_768

/** Scores with labels as numbers: what crosses from a worker. */
export interface NumericScores {
  readonly textLength: Int32Array
  readonly textLengthScore: Float64Array
  readonly isExtremeRating: Uint8Array
  readonly keywordScore: Float64Array
  readonly relevanceScore: Float64Array
  readonly theme: Uint8Array
  readonly confidence: Float64Array
  readonly sentiment: Uint8Array
  readonly relevant: Uint8Array
}

export interface OpenModels {
  readonly theme: InferenceSession
  readonly sentiment: InferenceSession
  readonly themes: number
  readonly sentiments: number
  readonly lexicon: VaderLexicon
}

/** @throws ModelBroken */
export async function openModels(models: Models): Promise<OpenModels> {
  return {
    theme: await openSession(models.theme),
    sentiment: await openSession(models.sentiment),
    themes: models.theme.labels.length,
    sentiments: models.sentiment.labels.length,
    lexicon: parseLexicon(models.lexicon, models.emoji),
  }
}

/** All scores of a batch, on the calling thread. */
export async function scoreTexts(batch: ScoreBatch, models: OpenModels): Promise<NumericScores> {
  const rows = batch.texts.length
  const [theme, sentiment] = await classify(batch.texts, [
    { session: models.theme, labels: models.themes },
    { session: models.sentiment, labels: models.sentiments },
  ])
  const scores = {
    textLength: new Int32Array(rows),
    textLengthScore: new Float64Array(rows),
    isExtremeRating: new Uint8Array(rows),
    keywordScore: new Float64Array(rows),
    relevanceScore: new Float64Array(rows),
    theme: theme!.label,
    confidence: new Float64Array(rows),
    sentiment: sentiment!.label,
    relevant: new Uint8Array(rows),
  }
  for (let i = 0; i < rows; i++) {
    const text = batch.texts[i] ?? ''
    const length = textLength(text)
    const terms = {
      textLengthScore: textLengthScore(length),
      hasImage: batch.hasImage[i] === 1,
      hasOrders: batch.hasOrders[i] === 1,
      isExtremeRating: isExtremeRating(batch.ratings[i]!),
      keywordScore: length === 0 ? 0 : keywordScore(vaderCompound(text.slice(0, VADER_LIMIT), models.lexicon)),
    }
    scores.textLength[i] = length
    scores.textLengthScore[i] = terms.textLengthScore
    scores.isExtremeRating[i] = Number(terms.isExtremeRating)
    scores.keywordScore[i] = terms.keywordScore
    scores.relevanceScore[i] = relevanceScore(terms)
    scores.confidence[i] = toPercent(theme!.probability[i]!)
    scores.relevant[i] = Number(isRelevant(scores.confidence[i]!, scores.relevanceScore[i]!))
  }
  return scores
}

/** To four decimals: CPUs differ in the last bits of exp(), stored scores should not. */
const toPercent = (probability: number): number => Math.round(probability * 1e6) / 1e4
