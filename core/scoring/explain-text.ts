import { probabilities } from './classifier.ts'
import { readModels } from './model-registry.ts'
import { openModels, VADER_LIMIT } from './score-texts.ts'
import { keywordScore, textLength } from './text-scores.ts'
import type { ModelIdentity } from './types.ts'
import { vaderReading, type VaderWord } from './vader.ts'

export interface LabelProbability {
  readonly label: string
  /** Calibrated, 0..1 */
  readonly probability: number
}

/** Why a text has the scores it has. */
export interface TextExplanation {
  readonly textLength: number
  readonly words: readonly VaderWord[]
  /** What exclamation and question marks add to the words' sum. */
  readonly emphasis: number
  readonly sum: number
  /** −1..1 */
  readonly compound: number
  /** (compound + 1) / 2; 0 for no text */
  readonly keywordScore: number
  /** Most probable first */
  readonly themes: readonly LabelProbability[]
  readonly sentiments: readonly LabelProbability[]
  readonly models: readonly ModelIdentity[]
}

export interface TextExplainer {
  /** @throws ModelBroken, ScorerCrashed */
  explain(text: string): Promise<TextExplanation>
}

/** Explains one text at a time, on the calling thread: the models open with the first one and are some megabytes. */
export function createTextExplainer({ modelsFolder }: { readonly modelsFolder: string }): TextExplainer {
  const open = async () => {
    const models = await readModels(modelsFolder)
    return { models, opened: await openModels(models) }
  }
  let opening: ReturnType<typeof open> | undefined
  return {
    async explain(text) {
      const current = (opening ??= open())
      // A broken models folder may be mended while the program runs.
      current.catch(() => (opening = undefined))
      const { models, opened } = await current
      const length = textLength(text)
      const { words, emphasis, sum, compound } = vaderReading(text.slice(0, VADER_LIMIT), opened.lexicon)
      const [themes, sentiments] = await Promise.all([probabilities(text, opened.theme), probabilities(text, opened.sentiment)])
      return {
        textLength: length,
        words,
        emphasis,
        sum,
        compound,
        keywordScore: length === 0 ? 0 : keywordScore(compound),
        themes: ranked(models.theme.labels, themes),
        sentiments: ranked(models.sentiment.labels, sentiments),
        models: models.identities,
      }
    },
  }
}

const ranked = (labels: readonly string[], found: readonly number[]): LabelProbability[] =>
  labels.map((label, i) => ({ label, probability: found[i] ?? 0 })).toSorted((a, b) => b.probability - a.probability)
