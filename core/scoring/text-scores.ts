/**
 * The reviews platform's relevance, kept exactly: a fixed weighting of five signals of a review.
 * "Keyword score" is sentiment (VADER) despite its name; the name is the platform's column.
 */

/** Weights of the relevance score; they sum to 1. */
export const RELEVANCE_WEIGHTS = {
  textLength: 0.3,
  image: 0.2,
  orders: 0.1,
  extremeRating: 0.15,
  keyword: 0.25,
} as const

/** A review is RELEVANT when it reaches both (each × 100). */
export const RELEVANT_FROM = { confidence: 78.3, relevance: 58.8 } as const

/** Length in characters that scores best, and the spread around it. */
const BEST_LENGTH = 300
const LENGTH_SPREAD = 200

/** Characters (code points; a lone surrogate counts as one), as LENGTH() in SQL counts them; 0 for NULL. */
export function textLength(text: string | null): number {
  if (text === null) return 0
  let length = text.length
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0xd800 || unit > 0xdbff) continue
    const next = text.charCodeAt(i + 1)
    if (next < 0xdc00 || next > 0xdfff) continue
    length--
    i++
  }
  return length
}

/** exp(−(length−300)² / (2·200²)), 0..1 */
export function textLengthScore(length: number): number {
  return Math.exp(-((length - BEST_LENGTH) ** 2) / (2 * LENGTH_SPREAD ** 2))
}

/** 1 or 5 stars. */
export const isExtremeRating = (rating: number): boolean => rating === 1 || rating === 5

/** (VADER compound + 1) / 2, 0..1 */
export const keywordScore = (compound: number): number => (compound + 1) / 2

export interface RelevanceTerms {
  readonly textLengthScore: number
  readonly hasImage: boolean
  readonly hasOrders: boolean
  readonly isExtremeRating: boolean
  readonly keywordScore: number
}

/** 0..100 */
export function relevanceScore(terms: RelevanceTerms): number {
  const weights = RELEVANCE_WEIGHTS
  return (
    100 *
    (weights.textLength * terms.textLengthScore +
      weights.image * Number(terms.hasImage) +
      weights.orders * Number(terms.hasOrders) +
      weights.extremeRating * Number(terms.isExtremeRating) +
      weights.keyword * terms.keywordScore)
  )
}

/** Both in 0..100. */
export function isRelevant(confidence: number, relevance: number): boolean {
  return confidence >= RELEVANT_FROM.confidence && relevance >= RELEVANT_FROM.relevance
}

export interface RelevancePart {
  readonly term: keyof typeof RELEVANCE_WEIGHTS
  /** 0..1 */
  readonly value: number
  readonly weight: number
  /** Points of the score that this term gives; the parts sum to the relevance score. */
  readonly points: number
}

/** What each term gives to a relevance score, largest first. */
export function explainRelevance(terms: RelevanceTerms): RelevancePart[] {
  const values = {
    textLength: terms.textLengthScore,
    image: Number(terms.hasImage),
    orders: Number(terms.hasOrders),
    extremeRating: Number(terms.isExtremeRating),
    keyword: terms.keywordScore,
  }
  return (Object.keys(RELEVANCE_WEIGHTS) as (keyof typeof RELEVANCE_WEIGHTS)[])
    .map((term) => ({
      term,
      value: values[term],
      weight: RELEVANCE_WEIGHTS[term],
      points: 100 * RELEVANCE_WEIGHTS[term] * values[term],
    }))
    .toSorted((a, b) => b.points - a.points)
}
