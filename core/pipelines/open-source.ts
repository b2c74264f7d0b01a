import type { SourceDatabase } from '#core/connectors/types.ts'
import type { PipelineDeps, PseudonymKeys } from './deps.ts'
import { FolderUnsupported } from './errors.ts'
import type { RunInput } from './step-kind.ts'

export type OpenSource = { readonly source: SourceDatabase; readonly pseudonyms: PseudonymKeys; close(): Promise<void> }

/** The environment's own source, or the folder that the run's input names; closing the former does nothing. */
export async function openSource(input: RunInput, deps: PipelineDeps): Promise<OpenSource> {
  if (input.source === undefined) return { source: deps.source, pseudonyms: deps.pseudonyms, close: async () => {} }
  if (!deps.openFolder) throw new FolderUnsupported(input.environment)
  const { source, pseudonyms } = await deps.openFolder(input.source)
  return { source, pseudonyms, close: () => source.close() }
}
