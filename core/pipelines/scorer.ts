/**
 * Port to text scoring, column-wise so that a batch crosses a worker boundary cheaply.
 * The pipeline knows this port only; core/regie.ts puts the ONNX scorer behind it.
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
  /** Characters (code points), as LENGTH() in SQL counts them. */
  readonly textLength: Int32Array
  /** exp(-(len-300)²/(2·200²)), 0..1 */
  readonly textLengthScore: Float64Array
  /** rating in {1,5}, 0/1 */
  readonly isExtremeRating: Uint8Array
  /** (VADER compound + 1) / 2, 0..1; 0 for no text */
  readonly keywordScore: Float64Array
  /** 0..100 */
  readonly relevanceScore: Float64Array
  readonly theme: readonly string[]
  /** Calibrated probability of the theme × 100 */
  readonly confidence: Float64Array
  readonly sentiment: readonly string[]
  /** 1 = RELEVANT */
  readonly relevant: Uint8Array
}

export interface TextScorer {
  /** Names and hashes of the models behind the scores: part of a run's evidence. */
  describe(): Promise<readonly { readonly name: string; readonly version: string; readonly sha256: string }[]>
  /** Off the event loop. Same text, same score, whatever the batch. Abort rejects with Cancelled. */
  score(batch: ScoreBatch, signal?: AbortSignal): Promise<Scores>
  close(): Promise<void>
}
