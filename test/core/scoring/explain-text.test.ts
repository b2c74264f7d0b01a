import { describe, expect, it } from 'vitest'
import { shipped } from '#core/base/package-root.ts'
import { createTextExplainer, createTextScorer, scoreOne } from '#core/scoring/index.ts'

const modelsFolder = shipped('models')
const TEXTS = ['', 'Not great, but the pump works very well!!!', 'It broke after two days. I want a refund :(', 'SO GOOD and never had a problem', 'Très bon produit, livraison rapide', '第三天就坏了', 'x'.repeat(2000)]

describe('explaining a text', () => {
  it('arrives at the scores of the batch, by words and probabilities that add up', async () => {
    const explainer = createTextExplainer({ modelsFolder })
    const scorer = createTextScorer({ modelsFolder, workers: 1 })
    for (const text of TEXTS) {
      const explained = await explainer.explain(text)
      const scored = await scoreOne(scorer, { text, rating: null, hasImage: false, hasOrders: false })
      expect(explained.keywordScore).toBe(scored.keywordScore)
      expect(explained.textLength).toBe(scored.textLength)
      expect(explained.themes[0]?.label).toBe(scored.theme)
      expect(Math.abs((explained.themes[0]?.probability ?? 0) * 100 - scored.confidence)).toBeLessThan(1e-3)
      expect(explained.sentiments[0]?.label).toBe(scored.sentiment)
      for (const list of [explained.themes, explained.sentiments]) expect(list.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 4)
      expect(explained.words.reduce((sum, { counted }) => sum + counted, 0) + explained.emphasis).toBeCloseTo(explained.sum, 10)
      expect(explained.sum / Math.sqrt(explained.sum ** 2 + 15)).toBeCloseTo(explained.compound, 3)
    }
    await scorer.close()
  })

  it('says what each word counts: a negation turns it, "but" weighs what follows', async () => {
    const { words, emphasis } = await createTextExplainer({ modelsFolder }).explain('Not great, but the pump works well!')
    expect(words.map(({ word }) => word)).toEqual(['great', 'well'])
    expect(words[0]?.valence).toBeGreaterThan(0)
    expect(words[0]?.counted).toBeLessThan(0)
    expect(words[1]?.counted).toBeCloseTo((words[1]?.valence ?? 0) * 1.5, 10)
    expect(emphasis).toBeCloseTo(0.292, 10)
  })
})
