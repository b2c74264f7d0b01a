import { os } from '#core/api/context.ts'
import type { Scores } from '#core/pipelines/scorer.ts'

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

export const scoring = {
  explain: os.scoring.explain.handler(async ({ input, context }) => {
    const { words, themes, sentiments, models, ...numbers } = await context.regie.explainer.explain(input.text)
    return { ...numbers, words: [...words], themes: [...themes], sentiments: [...sentiments], models: [...models] }
  }),

  one: os.scoring.one.handler(async ({ input, context, signal }) => {
    const scores = await context.regie.scorer.score(
      {
        texts: [input.text],
        ratings: Int8Array.of(input.rating ?? 0),
        hasImage: Uint8Array.of(Number(input.hasImage)),
        hasOrders: Uint8Array.of(Number(input.hasOrders)),
      },
      signal,
    )
    return scoreAt(scores, 0)
  }),
}
