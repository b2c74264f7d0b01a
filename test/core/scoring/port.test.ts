import { expectTypeOf, it } from 'vitest'
import type * as port from '#core/pipelines/scorer.ts'
import type * as room from '#core/scoring/types.ts'
import type { scoring } from '#core/api/contract/scoring.ts'
import type { ReviewScore } from '#core/scoring/score-one.ts'
import type { z } from 'zod'

it('fits the port that pipelines score through, and the contract of one score', () => {
  expectTypeOf<room.TextScorer>().toExtend<port.TextScorer>()
  expectTypeOf<port.ScoreBatch>().toExtend<room.ScoreBatch>()
  expectTypeOf<room.Scores>().toExtend<port.Scores>()
  type One = (typeof scoring.one)['~orpc']['outputSchema']
  expectTypeOf<ReviewScore>().toExtend<z.output<NonNullable<One>>>()
})
