import { z } from 'zod'
import { EnvironmentName, JsonSchema, procedure } from './base.ts'
import { PlanSchema, RunSchema } from './runs.ts'

const Review = z.object({ text: z.string().max(1_000_000), rating: z.number().int().min(1).max(5).nullable().default(null), hasImage: z.boolean().default(false), hasOrders: z.boolean().default(false) })
const Columns = z.object({ text: z.string().min(1), rating: z.string().nullable().default(null), hasImage: z.string().nullable().default(null), hasOrders: z.string().nullable().default(null) })

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
  /** Why one review has its scores: the terms of the relevance with their weights, and the two conditions of RELEVANT. */
  terms: procedure('scoring.run')
    .input(Review)
    .output(
      z.object({
        parts: z.array(z.object({ term: z.enum(['textLength', 'image', 'orders', 'extremeRating', 'keyword']), value: z.number(), weight: z.number(), points: z.number() })).readonly(),
        conditions: z.array(z.object({ on: z.enum(['confidence', 'relevance']), value: z.number(), needs: z.number(), missing: z.number() })).readonly(),
      }),
    ),
  /** The models behind the scores, with their cards. */
  models: procedure('scoring.run').input(z.object({})).output(z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string(), card: z.string() })).readonly()),
  /** Takes a file from a page piece by piece: `upload` is null with the first piece. Pieces must come in order. */
  upload: procedure('scoring.file')
    .input(z.object({ upload: z.string().regex(/^[0-9a-f]{24}$/).nullable(), name: z.string().min(1).max(255), offset: z.number().int().min(0), base64: z.string().max(2_000_000) }))
    .output(z.object({ upload: z.string(), file: z.string(), bytes: z.number() })),
  /** What a file holds, and which columns are most likely meant. `file`: a path on the core's machine. */
  inspect: procedure('scoring.run')
    .input(z.object({ environment: EnvironmentName, file: z.string().min(1) }))
    .output(
      z.object({
        file: z.string(),
        format: z.enum(['csv', 'parquet']),
        bytes: z.number(),
        columns: z.array(z.string()).readonly(),
        sample: z.array(z.array(JsonSchema)),
        guess: z.object({ text: z.string().nullable(), rating: z.string().nullable(), hasImage: z.string().nullable(), hasOrders: z.string().nullable() }),
      }),
    ),
  /** `out` null: a file of the program's own, shown under the system `scored`. */
  planFile: procedure('scoring.run')
    .input(z.object({ environment: EnvironmentName, file: z.string().min(1), out: z.string().nullable().default(null), columns: Columns, replace: z.boolean().default(false) }))
    .output(PlanSchema),
  runFile: procedure('scoring.file').input(z.object({ environment: EnvironmentName, planHash: z.string() })).output(RunSchema),
}
