import { monitorEventLoopDelay } from 'node:perf_hooks'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Cancelled } from '#core/base/errors.ts'
import { shipped } from '#core/base/package-root.ts'
import { ScorerClosed } from '#core/scoring/errors.ts'
import { explainScore, scoreOne } from '#core/scoring/score-one.ts'
import { createTextScorer } from '#core/scoring/text-scorer.ts'
import type { ScoreBatch, Scores } from '#core/scoring/types.ts'

const THEMES = ['product quality or satisfaction', 'product defect or damaged item', 'delivery issue or shipping delay', 'customer service or support']
const scorer = createTextScorer({ modelsFolder: shipped('models'), workers: 2 })
afterAll(() => scorer.close())

const batchOf = (texts: readonly (string | null)[], rating = 5): ScoreBatch => ({
  texts,
  ratings: new Int8Array(texts.length).fill(rating),
  hasImage: new Uint8Array(texts.length),
  hasOrders: new Uint8Array(texts.length).fill(1),
})
const row = (scores: Scores, at: number): unknown[] => Object.values(scores).map((column: ArrayLike<unknown>) => column[at])
const words = ['good', 'broken', 'arrived', 'late', 'refund', 'lampe', 'kaputt', 'très', 'déçu', '壊れ', '质量', '😀', '!', 'never', 'but', 'service']
const text = fc.oneof(fc.array(fc.constantFrom(...words), { maxLength: 200 }).map((some) => some.join(' ')), fc.string({ unit: 'binary', maxLength: 300 }))

describe('text scorer', () => {
  it('names its models with their hashes', async () => {
    const models = await scorer.describe()
    expect(models.map((model) => model.name).toSorted()).toEqual(['sentiment', 'theme', 'vader'])
    for (const model of models) expect(model.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('tells the four themes and the three sentiments apart on plain cases', async () => {
    const scores = await scorer.score(
      batchOf([
        'Great quality, I love it, works perfectly and looks beautiful.',
        'It broke after two days and stopped working, defective, the plastic cracked.',
        'Never arrived. The delivery was late and the package never came, still waiting.',
        'Customer service never answered my emails and refused the refund.',
      ]),
    )
    expect(scores.theme).toEqual(THEMES)
    expect(scores.sentiment[0]).toBe('positive')
    expect(scores.sentiment[1]).toBe('negative')
  })

  it('gives the same text the same scores, bit for bit, in any batch and any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 120 }), fc.array(text, { maxLength: 400 }), async (texts, others) => {
        const together = await scorer.score(batchOf(texts))
        const mixed = await scorer.score(batchOf([...others, ...texts.toReversed()]))
        const alone = await scorer.score(batchOf([texts[0]!]))
        texts.forEach((_, i) => expect(row(mixed, others.length + texts.length - 1 - i)).toEqual(row(together, i)))
        expect(row(alone, 0)).toEqual(row(together, 0))
      }),
      { numRuns: 30 },
    )
  })

  it('keeps every value in its range, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text), { maxLength: 60 }), async (texts) => {
        const scores = await scorer.score(batchOf(texts))
        texts.forEach((_, i) => {
          expect(THEMES).toContain(scores.theme[i])
          expect(['negative', 'neutral', 'positive']).toContain(scores.sentiment[i])
          expect(scores.confidence[i]).toBeGreaterThanOrEqual(25 - 1e-3)
          expect(scores.confidence[i]).toBeLessThanOrEqual(100)
          expect(scores.relevanceScore[i]).toBeGreaterThanOrEqual(0)
          expect(scores.relevanceScore[i]).toBeLessThanOrEqual(100)
        })
      }),
      { numRuns: 30 },
    )
  })

  it('scores NULL and empty text as length 0 with keyword score 0', async () => {
    const scores = await scorer.score(batchOf([null, '']))
    expect([...scores.textLength]).toEqual([0, 0])
    expect([...scores.keywordScore]).toEqual([0, 0])
    expect([...scores.relevant]).toEqual([0, 0])
    expect(scores.textLengthScore[0]).toBeCloseTo(0.324652, 6)
  })

  it('takes a text of 20 MB: its length counts whole, its features and words are those of its beginning', async () => {
    const start = 'It broke after two days, bad. '
    const long = start + 'x'.repeat(20_000_000) + '😀'
    const short = start + 'x'.repeat(40_000)
    const scores = await scorer.score(batchOf([long, short]))
    expect(scores.textLength[0]).toBe(start.length + 20_000_001)
    expect(scores.keywordScore[0]).toBe(scores.keywordScore[1])
    expect(scores.theme[0]).toBe(scores.theme[1])
  })

  it('scores an empty batch', async () => {
    expect((await scorer.score(batchOf([]))).theme).toEqual([])
  })

  it('leaves the event loop to others while it works', async () => {
    const ticks = { count: 0 }
    const timer = setInterval(() => ticks.count++, 5)
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    await scorer.score(batchOf(Array.from({ length: 30_000 }, (_, i) => `${words.join(' ')} ${i} `.repeat(4))))
    delay.disable()
    clearInterval(timer)
    expect(ticks.count).toBeGreaterThan(3)
  })

  it('stops at once when asked, and goes on scoring afterwards', async () => {
    const stop = new AbortController()
    const running = scorer.score(batchOf(Array.from({ length: 50_000 }, (_, i) => `text number ${i}`)), stop.signal)
    setTimeout(() => stop.abort(), 5)
    await expect(running).rejects.toBeInstanceOf(Cancelled)
    await expect(scorer.score(batchOf(['x']), stop.signal)).rejects.toBeInstanceOf(Cancelled)
    expect((await scorer.score(batchOf(['a good lamp']))).theme).toHaveLength(1)
  })

  it('refuses after close, and fails what was running', async () => {
    const other = createTextScorer({ modelsFolder: shipped('models'), workers: 1 })
    await other.score(batchOf(['warm']))
    const running = other.score(batchOf(Array.from({ length: 20_000 }, (_, i) => `text number ${i}`)))
    const refused = expect(running).rejects.toBeInstanceOf(ScorerClosed)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await other.close()
    await refused
    await expect(other.score(batchOf(['x']))).rejects.toBeInstanceOf(ScorerClosed)
  })
})

describe('one review', () => {
  const review = { text: 'Great quality, I love it. '.repeat(12), rating: 5, hasImage: true, hasOrders: true }

  it('scores as in a batch', async () => {
    const one = await scoreOne(scorer, review)
    const many = await scorer.score({ ...batchOf([review.text]), hasImage: Uint8Array.of(1) })
    expect(one).toMatchObject({ textLength: many.textLength[0], relevanceScore: many.relevanceScore[0], theme: many.theme[0], confidence: many.confidence[0] })
    expect(one.status).toBe(many.relevant[0] ? 'RELEVANT' : 'IRRELEVANT')
    expect(one.isExtremeRating).toBe(true)
  })

  it('is explained: parts sum to its relevance, conditions say what lacks', async () => {
    const one = await scoreOne(scorer, { ...review, rating: null, hasImage: false })
    const { parts, conditions } = explainScore({ hasImage: false, hasOrders: true }, one)
    expect(parts.reduce((sum, part) => sum + part.points, 0)).toBeCloseTo(one.relevanceScore, 9)
    expect(conditions.every((condition) => condition.missing === 0)).toBe(one.status === 'RELEVANT')
  })
})
