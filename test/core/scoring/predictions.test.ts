import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { shipped } from '#core/base/package-root.ts'
import { classify, openSession } from '#core/scoring/classifier.ts'
import { readModels } from '#core/scoring/model-registry.ts'

interface Golden {
  readonly text: string
  readonly theme: number
  readonly themeProbability: number
  readonly sentiment: number
  readonly sentimentProbability: number
}

it('answers what Python answers with the same files, all texts in one batch', async () => {
  const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden', 'predictions.json'), 'utf8')) as Golden[]
  const models = await readModels(shipped('models'))
  const [theme, sentiment] = await classify(
    golden.map(({ text }) => text),
    await Promise.all([models.theme, models.sentiment].map(async (model) => ({ session: await openSession(model), labels: model.labels.length }))),
  )
  golden.forEach((expected, i) => {
    expect([theme!.label[i], sentiment!.label[i]], expected.text).toEqual([expected.theme, expected.sentiment])
    expect(theme!.probability[i]).toBeCloseTo(expected.themeProbability, 4)
    expect(sentiment!.probability[i]).toBeCloseTo(expected.sentimentProbability, 4)
  })
})
