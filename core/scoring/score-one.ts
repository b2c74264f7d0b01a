import { explainRelevance, RELEVANT_FROM, type RelevancePart } from './text-scores.ts'
import type { TextScorer } from './types.ts'

export interface ReviewToScore {
  readonly text: string | null
  /** 1..5, or null for none */
  readonly rating: number | null
  readonly hasImage: boolean
  readonly hasOrders: boolean
}

/** The shape of `regie score --json` and of the API's scoring.one. */
export interface ReviewScore {
  readonly textLength: number
  readonly textLengthScore: number
  readonly isExtremeRating: boolean
  readonly keywordScore: number
  readonly relevanceScore: number
  readonly theme: string
  readonly confidence: number
  readonly sentiment: string
  readonly status: 'RELEVANT' | 'IRRELEVANT'
}

/** All scores of one review, through the same path as a batch. */
export async function scoreOne(scorer: TextScorer, review: ReviewToScore, signal?: AbortSignal): Promise<ReviewScore> {
  const scores = await scorer.score(
    {
      texts: [review.text],
      ratings: Int8Array.of(review.rating ?? 0),
      hasImage: Uint8Array.of(Number(review.hasImage)),
      hasOrders: Uint8Array.of(Number(review.hasOrders)),
    },
    signal,
  )
  return {
    textLength: scores.textLength[0]!,
    textLengthScore: scores.textLengthScore[0]!,
    isExtremeRating: scores.isExtremeRating[0] === 1,
    keywordScore: scores.keywordScore[0]!,
    relevanceScore: scores.relevanceScore[0]!,
    theme: scores.theme[0]!,
    confidence: scores.confidence[0]!,
    sentiment: scores.sentiment[0]!,
    status: scores.relevant[0] === 1 ? 'RELEVANT' : 'IRRELEVANT',
  }
}

export interface ScoreExplanation {
  /** The relevance score taken apart, largest term first */
  readonly parts: readonly RelevancePart[]
  /** The two conditions of RELEVANT; `missing` is what lacks, 0 when met. */
  readonly conditions: readonly { readonly on: 'confidence' | 'relevance'; readonly value: number; readonly needs: number; readonly missing: number }[]
}

/** Why a review has the status it has. */
export function explainScore(review: Pick<ReviewToScore, 'hasImage' | 'hasOrders'>, score: ReviewScore): ScoreExplanation {
  return {
    parts: explainRelevance({ ...score, hasImage: review.hasImage, hasOrders: review.hasOrders }),
    conditions: [condition('confidence', score.confidence), condition('relevance', score.relevanceScore)],
  }
}

function condition(on: 'confidence' | 'relevance', value: number): ScoreExplanation['conditions'][number] {
  return { on, value, needs: RELEVANT_FROM[on], missing: Math.max(0, RELEVANT_FROM[on] - value) }
}
