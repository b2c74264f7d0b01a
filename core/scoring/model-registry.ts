import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ModelBroken } from './errors.ts'
import { BUCKETS, MAX_FEATURES } from './features.ts'
import type { ModelIdentity } from './types.ts'

const FileEntry = z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
const Named = { name: z.string(), version: z.string() }
const Manifest = z.object({
  format: z.literal(1),
  models: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        ...Named,
        kind: z.literal('hashed-linear'),
        labels: z.array(z.string()).min(2),
        buckets: z.number(),
        maxFeatures: z.number(),
        files: z.object({ model: FileEntry }),
      }),
      z.object({ ...Named, kind: z.literal('lexicon'), files: z.object({ lexicon: FileEntry, emoji: FileEntry }) }),
    ]),
  ),
})

export interface Classifier {
  readonly name: string
  readonly labels: readonly string[]
  /** The ONNX file's bytes, as checked. */
  readonly model: Uint8Array
}

/** Everything a worker needs, read once and checked; crosses to it by structured clone. */
export interface Models {
  readonly identities: readonly ModelIdentity[]
  readonly theme: Classifier
  readonly sentiment: Classifier
  readonly lexicon: string
  readonly emoji: string
}

/**
 * Reads models/manifest.json and every file it names. The bytes that are checked are the bytes that are
 * used: nothing is read again afterwards.
 * @throws ModelBroken for anything absent, cut, changed, or made for other features than this program's
 */
export async function readModels(folder: string): Promise<Models> {
  const manifest = await readManifest(folder)
  const identities: ModelIdentity[] = []
  const classifiers = new Map<string, Classifier>()
  let words: { readonly lexicon: string; readonly emoji: string } | undefined
  for (const model of manifest.models) {
    const check = async (file: z.infer<typeof FileEntry>): Promise<Buffer> => readChecked(folder, model.name, file)
    if (model.kind === 'lexicon') {
      const [lexicon, emoji] = [await check(model.files.lexicon), await check(model.files.emoji)]
      words = { lexicon: lexicon.toString('utf8'), emoji: emoji.toString('utf8') }
      const both = createHash('sha256').update(lexicon).update(emoji).digest('hex')
      identities.push({ name: model.name, version: model.version, sha256: both })
      continue
    }
    if (model.buckets !== BUCKETS || model.maxFeatures !== MAX_FEATURES) {
      throw new ModelBroken(model.name, `it was trained on other features (${model.buckets} buckets) than this program makes (${BUCKETS})`)
    }
    const bytes = await check(model.files.model)
    classifiers.set(model.name, { name: model.name, labels: model.labels, model: Uint8Array.from(bytes) })
    identities.push({ name: model.name, version: model.version, sha256: model.files.model.sha256 })
  }
  const [theme, sentiment] = [classifiers.get('theme'), classifiers.get('sentiment')]
  if (!theme) throw new ModelBroken('theme', 'the manifest does not name it')
  if (!sentiment) throw new ModelBroken('sentiment', 'the manifest does not name it')
  if (!words) throw new ModelBroken('vader', 'the manifest does not name it')
  return { identities, theme, sentiment, ...words }
}

async function readManifest(folder: string): Promise<z.infer<typeof Manifest>> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch((cause: unknown) => {
    throw new ModelBroken('manifest.json', `it can't be read in ${folder}`, cause)
  })
  try {
    return Manifest.parse(JSON.parse(text))
  } catch (cause) {
    throw new ModelBroken('manifest.json', 'it is not a manifest of this format', cause)
  }
}

async function readChecked(folder: string, model: string, file: z.infer<typeof FileEntry>): Promise<Buffer> {
  const content = await readFile(join(folder, file.path)).catch((cause: unknown) => {
    throw new ModelBroken(model, `${file.path} can't be read`, cause)
  })
  if (content.length !== file.bytes) {
    throw new ModelBroken(model, `${file.path} has ${content.length} bytes instead of ${file.bytes}`)
  }
  if (createHash('sha256').update(content).digest('hex') !== file.sha256) {
    throw new ModelBroken(model, `${file.path} is not the file that its manifest describes (sha256 differs)`)
  }
  return content
}
