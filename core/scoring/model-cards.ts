import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readModels } from './model-registry.ts'
import type { ModelIdentity } from './types.ts'

export interface ModelCard extends ModelIdentity {
  /** Markdown: what it was trained on, its metrics and limits. */
  readonly card: string
}

/** Every model with its card; the files are checked against their manifest first. Throws ModelBroken. */
export async function readModelCards(folder: string): Promise<readonly ModelCard[]> {
  const { identities } = await readModels(folder)
  return await Promise.all(
    identities.map(async (identity) => {
      const text = (file: string): Promise<string | null> => readFile(join(folder, identity.name, file), 'utf8').catch(() => null)
      return { ...identity, card: (await text('CARD.md')) ?? (await text('README.md')) ?? '' }
    }),
  )
}
