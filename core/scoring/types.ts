/**
 * The same shapes as core/pipelines/scorer.ts, declared again: the two rooms never import one another.
 * test/core/scoring/port.test.ts holds them to each other.
 */
export interface ScoreBatch {
  /** NULL and '' score as text of length 0. */
  readonly texts: readonly (string | null)[]
  /** 1..5; 0 = no rating. */
  readonly ratings: Int8Array
  /** 0/1 */
  readonly hasImage: Uint8Array
  readonly hasOrders: Uint8Array
}

/** Arrays of the batch's length, same order. */
export interface Scores {
  /** Characters (code points) */
  readonly textLength: Int32Array
  /** 0..1 */
  readonly textLengthScore: Float64Array
  /** 0/1 */
  readonly isExtremeRating: Uint8Array
  /** 0..1; 0 for no text */
  readonly keywordScore: Float64Array
  /** 0..100 */
  readonly relevanceScore: Float64Array
  readonly theme: readonly string[]
  /** Calibrated probability of the theme × 100, to four decimals */
  readonly confidence: Float64Array
  readonly sentiment: readonly string[]
  /** 1 = RELEVANT */
  readonly relevant: Uint8Array
}

export interface ModelIdentity {
  readonly name: string
  readonly version: string
  readonly sha256: string
}

export interface TextScorer {
  describe(): Promise<readonly ModelIdentity[]>
  score(batch: ScoreBatch, signal?: AbortSignal): Promise<Scores>
  close(): Promise<void>
}
