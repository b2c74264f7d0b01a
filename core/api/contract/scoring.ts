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
}
