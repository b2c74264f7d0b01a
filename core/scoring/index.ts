export { createTextScorer, type ScorerOptions } from './text-scorer.ts'
export { explainScore, scoreOne, type ReviewScore, type ReviewToScore, type ScoreExplanation } from './score-one.ts'
export { ModelBroken, ScorerClosed, ScorerCrashed } from './errors.ts'
export type { ModelIdentity, ScoreBatch, Scores, TextScorer } from './types.ts'
