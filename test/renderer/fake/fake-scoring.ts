import type { Client, RunDetail } from '#renderer/api/types.ts'

type Answer = <T>(answer: () => T) => Promise<T>
type Scoring = Client['scoring']

const MODEL = { name: 'a-theme-model', version: '1', sha256: '3f'.repeat(32) }

/** One review taken apart, a file, and the models behind both. */
export function fakeScoring(ask: Answer, plan: () => RunDetail['plan']): Pick<Record<keyof Scoring, unknown>, 'one' | 'explain' | 'terms' | 'models' | 'inspect' | 'planFile'> {
  return {
    one: () => ask(() => ({ textLength: 52, textLengthScore: 26, isExtremeRating: true, keywordScore: 61, relevanceScore: 47.2, theme: 'quality of the product', confidence: 88.1, sentiment: 'positive', status: 'RELEVANT' })),
    explain: () => ask(() => ({
      textLength: 52, words: [{ word: 'good', valence: 1.9, counted: 1.9 }, { word: 'broke', valence: -1.6, counted: -0.8 }], emphasis: 0.29, sum: 1.39, compound: 0.34, keywordScore: 61,
      themes: [{ label: 'quality of the product', probability: 0.881 }, { label: 'delivery', probability: 0.07 }], sentiments: [{ label: 'positive', probability: 0.93 }, { label: 'negative', probability: 0.07 }], models: [MODEL],
    })),
    terms: () => ask(() => ({
      parts: [{ term: 'textLength', value: 26, weight: 0.25, points: 6.5 }, { term: 'image', value: 100, weight: 0.2, points: 20 }, { term: 'orders', value: 0, weight: 0.2, points: 0 }, { term: 'extremeRating', value: 100, weight: 0.15, points: 15 }, { term: 'keyword', value: 61, weight: 0.2, points: 12.2 }],
      conditions: [{ on: 'confidence', value: 88.1, needs: 78.3, missing: 0 }, { on: 'relevance', value: 53.7, needs: 60, missing: 6.3 }],
    })),
    models: () => ask(() => [{ ...MODEL, card: '# A theme model\n\nWhat it is for, and what it cannot do.\n' }]),
    inspect: () => ask(() => ({ file: '/srv/reviews/new.csv', format: 'csv', bytes: 90_112, columns: ['description', 'rating'], sample: [['Works as it should', 5]], guess: { text: 'description', rating: 'rating', hasImage: null, hasOrders: null } })),
    planFile: () => ask(plan),
  }
}
