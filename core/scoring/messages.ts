import type { Failure } from '#core/base/errors.ts'
import type { NumericScores } from './score-texts.ts'
import type { ScoreBatch } from './types.ts'

/** Main thread → worker */
export interface ChunkToScore {
  readonly chunk: number
  readonly batch: ScoreBatch
}

/** Worker → main thread, once, before any chunk is answered */
export type WorkerReady = { readonly kind: 'ready' } | { readonly kind: 'broken'; readonly failure: Failure }

/** Worker → main thread, once per chunk */
export type ChunkDone =
  | { readonly kind: 'scored'; readonly chunk: number; readonly scores: NumericScores }
  | { readonly kind: 'failed'; readonly chunk: number; readonly failure: Failure }
