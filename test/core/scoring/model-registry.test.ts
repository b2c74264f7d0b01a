import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shipped } from '#core/base/package-root.ts'
import { ModelBroken } from '#core/scoring/errors.ts'
import { readModels } from '#core/scoring/model-registry.ts'
import { createTextScorer } from '#core/scoring/text-scorer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'))
  for (const part of ['manifest.json', 'theme/model.onnx', 'sentiment/model.onnx', 'vader/lexicon.tsv', 'vader/emoji.tsv']) {
    await cp(shipped('models', part), join(folder, part))
  }
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const batch = { texts: ['a good lamp'], ratings: Int8Array.of(5), hasImage: Uint8Array.of(0), hasOrders: Uint8Array.of(1) }

/** Scores with the folder as it is; a broken one must fail before any row. */
async function score(): Promise<unknown> {
  const scorer = createTextScorer({ modelsFolder: folder, workers: 1 })
  try {
    return await scorer.score(batch)
  } finally {
    await scorer.close()
  }
}

/** Makes the manifest agree with whatever the model file now holds. */
async function signAnew(path: string): Promise<void> {
  const content = await readFile(join(folder, path))
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { models: { files: Record<string, { path: string; bytes: number; sha256: string }> }[] }
  for (const model of manifest.models) {
    for (const file of Object.values(model.files)) {
      if (file.path !== path) continue
      file.bytes = content.length
      file.sha256 = createHash('sha256').update(content).digest('hex')
    }
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
}

describe('models', () => {
  it('are read whole when they are what the manifest says', async () => {
    const models = await readModels(folder)
    expect(models.theme.labels).toHaveLength(4)
    expect(models.sentiment.labels).toEqual(['negative', 'neutral', 'positive'])
  })

  it.each(['theme/model.onnx', 'sentiment/model.onnx', 'vader/lexicon.tsv'])('are refused when %s is cut in half', async (path) => {
    await truncate(join(folder, path), Math.floor((await readFile(join(folder, path))).length / 2))
    await expect(score()).rejects.toMatchObject({ code: 'MODEL_BROKEN', untouched: 'No row was scored.' })
  })

  it('are refused when one byte differs', async () => {
    const content = await readFile(join(folder, 'theme/model.onnx'))
    content[content.length >> 1]! ^= 1
    await writeFile(join(folder, 'theme/model.onnx'), content)
    await expect(score()).rejects.toThrow(/sha256 differs/)
  })

  it('are refused when a file or the manifest is missing or no manifest', async () => {
    await rm(join(folder, 'sentiment/model.onnx'))
    await expect(score()).rejects.toMatchObject({ code: 'MODEL_BROKEN', model: 'sentiment' })
    await writeFile(join(folder, 'manifest.json'), '{"format":9}')
    await expect(score()).rejects.toBeInstanceOf(ModelBroken)
    await rm(join(folder, 'manifest.json'))
    await expect(score()).rejects.toBeInstanceOf(ModelBroken)
  })

  it('are refused by the runtime when half a file carries a right hash', async () => {
    const path = join(folder, 'theme/model.onnx')
    await truncate(path, Math.floor((await readFile(path)).length / 2))
    await signAnew('theme/model.onnx')
    await expect(score()).rejects.toMatchObject({ code: 'MODEL_BROKEN', what: expect.stringContaining('theme') as string })
  })

  it('are refused when they were trained on other features', async () => {
    const manifest = await readFile(join(folder, 'manifest.json'), 'utf8')
    await writeFile(join(folder, 'manifest.json'), manifest.replaceAll(/"buckets": \d+/g, '"buckets": 1024'))
    await expect(score()).rejects.toThrow(/other features/)
  })

  it('may be mended while the program runs', async () => {
    const scorer = createTextScorer({ modelsFolder: folder, workers: 1 })
    await rm(join(folder, 'theme/model.onnx'))
    await expect(scorer.describe()).rejects.toBeInstanceOf(ModelBroken)
    await cp(shipped('models', 'theme/model.onnx'), join(folder, 'theme/model.onnx'))
    expect(await scorer.describe()).toHaveLength(3)
    await scorer.close()
  })

  it('may be mended after the runtime refused one, too', async () => {
    const manifest = await readFile(join(folder, 'manifest.json'))
    const path = join(folder, 'theme/model.onnx')
    await truncate(path, Math.floor((await readFile(path)).length / 2))
    await signAnew('theme/model.onnx')
    const scorer = createTextScorer({ modelsFolder: folder, workers: 1 })
    await expect(scorer.score(batch)).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
    await cp(shipped('models', 'theme/model.onnx'), path)
    await writeFile(join(folder, 'manifest.json'), manifest)
    expect((await scorer.score(batch)).theme).toHaveLength(1)
    await scorer.close()
  })
})
