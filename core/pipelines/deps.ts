import type { DocumentStore, ObjectStore, SourceDatabase, Warehouse } from '#core/connectors/types.ts'
import type { EnvironmentClass } from '#core/operations/types.ts'
import type { TextScorer } from './scorer.ts'

/** Keys for pseudonyms. The key itself never leaves this port as text, log or JSON. */
export interface PseudonymKeys {
  /** Current key of a domain (one domain per column, e.g. "buyer"). */
  current(domain: string): Promise<{ readonly keyId: string; readonly key: Buffer }>
}

/** What the operations of this room work with: one environment's systems, opened lazily. */
export interface PipelineDeps {
  readonly environment: { readonly name: string; readonly class: EnvironmentClass }
  readonly source: SourceDatabase
  readonly objects: ObjectStore
  readonly warehouse: Warehouse
  readonly documents: DocumentStore
  readonly scorer: TextScorer
  readonly pseudonyms: PseudonymKeys
  /** Folder for spills of this environment; emptied at start, never holds raw personal data. */
  readonly scratch: string
  /**
   * Opens a folder of real files as a source of the same tables, with the keys for its people; the caller closes the
   * source. Absent where runs over a folder aren't offered.
   */
  readonly openFolder?: (folder: string) => Promise<{ readonly source: SourceDatabase; readonly pseudonyms: PseudonymKeys }>
}
