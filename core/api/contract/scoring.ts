import { z } from 'zod'
import { procedure } from './base.ts'

export const scoring = {
  one: procedure('scoring.run')
    .input(z.object({ text: z.string(), rating: z.number().int().min(1).max(5).nullable().default(null), hasImage: z.boolean().default(false), hasOrders: z.boolean().default(false) }))
    .output(
      z.object({
        textLength: z.number(),
        textLengthScore: z.number(),
        isExtremeRating: z.boolean(),
        keywordScore: z.number(),
        relevanceScore: z.number(),
        theme: z.string(),
        confidence: z.number(),
        sentiment: z.string(),
        status: z.enum(['RELEVANT', 'IRRELEVANT']),
      }),
    ),
  /** Why a text has its scores: the words that count, and every label with its probability. */
  explain: procedure('scoring.run')
    .input(z.object({ text: z.string().max(1_000_000) }))
    .output(
      z.object({
        textLength: z.number(),
        words: z.array(z.object({ word: z.string(), valence: z.number(), counted: z.number() })),
        emphasis: z.number(),
        sum: z.number(),
        compound: z.number(),
        keywordScore: z.number(),
        themes: z.array(z.object({ label: z.string(), probability: z.number() })),
        sentiments: z.array(z.object({ label: z.string(), probability: z.number() })),
        models: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string() })),
      }),
    ),
}
