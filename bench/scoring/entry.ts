import { classify } from '#core/scoring/classifier.ts'
import { readModels } from '#core/scoring/model-registry.ts'
import { openModels, scoreTexts } from '#core/scoring/score-texts.ts'

/** What a scoring worker does, on the calling thread, in the pool's chunk size. */
const CHUNK = 2048

interface Scoring {
  readonly classifyAll: (texts: readonly string[]) => Promise<void>
  readonly scoreAll: (texts: readonly string[]) => Promise<void>
}

export async function openScoring(modelsFolder: string): Promise<Scoring> {
  const models = await openModels(await readModels(modelsFolder))
  return {
    async classifyAll(texts) {
      for (let from = 0; from < texts.length; from += CHUNK) {
        await classify(texts.slice(from, from + CHUNK), [{ session: models.sentiment, labels: models.sentiments }])
      }
    },
    async scoreAll(texts) {
      for (let from = 0; from < texts.length; from += CHUNK) {
        const part = texts.slice(from, from + CHUNK)
        await scoreTexts(
          { texts: part, ratings: new Int8Array(part.length).fill(5), hasImage: new Uint8Array(part.length), hasOrders: new Uint8Array(part.length) },
          models,
        )
      }
    },
  }
}
