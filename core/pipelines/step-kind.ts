import type { Json } from '#core/base/json.ts'
import type { Evidence, StepContext } from '#core/operations/types.ts'
import type { SourceDatabase } from '#core/connectors/types.ts'
import type { PipelineDefinition, StepDefinition, StepOf } from './definition.ts'
import type { PipelineDeps, PseudonymKeys } from './deps.ts'
import type { ObservedWindow } from './observe-window.ts'
import type { Window } from './window.ts'

export interface RunInput {
  readonly environment: string
  readonly pipeline: string
  /** A folder of real files in place of the environment's source. */
  readonly source?: string
  /** false: without the steps that score. */
  readonly scoring: boolean
  /** A backfill: only the rows of these days are exchanged. */
  readonly window?: Window
}

/** What a plan of a pipeline rests on. Plain JSON; the whole definition, so that a resumed run uses the same one. */
export type Observed = {
  readonly definition: PipelineDefinition
  readonly definitionHash: string
  readonly source: { readonly [table: string]: ObservedTable | null }
  readonly published: { readonly [table: string]: { readonly version: number; readonly rows: number; readonly sha256: string } | null }
  /** Domain → id of the key that pseudonyms are made with. */
  readonly keys: { readonly [domain: string]: string }
  /** Of a backfill. */
  readonly window?: ObservedWindow
}

export type ObservedTable = {
  /** Of those that the pipeline reads, the ones that the source has. */
  readonly columns: readonly string[]
  /** To one digit: statistics that move a little don't make a plan stale. null = the server has none. */
  readonly rows: number | null
}

/** One step of one run at work. */
export interface AnyWork {
  readonly step: StepDefinition
  /** All steps of this run. */
  readonly steps: readonly StepDefinition[]
  readonly observed: Observed
  readonly context: StepContext<RunInput, PipelineDeps>
  /** The environment's source, or the folder of the run's input. */
  source(): Promise<{ readonly source: SourceDatabase; readonly pseudonyms: PseudonymKeys }>
  /** To the run's log and, where the step says so, to the document store. No row's content, no person. */
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void
}

export interface Work<Kind extends StepDefinition['kind']> extends AnyWork {
  readonly step: StepOf<Kind>
}

export interface Preview {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Json[])[]
  readonly note: string | null
}

export const noPreview = (note: string): Preview => ({ columns: [], rows: [], note })

/** One kind of step of the catalogue: general, names nobody's tables. */
export interface StepKind<Kind extends StepDefinition['kind'], Output extends Json> {
  /** The systems it works on, as the operator calls them. */
  readonly where: string
  readonly again: 'safe' | 'confirm'
  /** Pure: what it will do, with estimates. */
  effect(step: StepOf<Kind>, observed: Observed): { readonly effect: string; readonly estimateRows?: number; readonly estimateMs?: number }
  act(work: Work<Kind>): Promise<Output>
  /** Reads back from the system that was changed. */
  confirm(work: Work<Kind>, output: Output): Promise<readonly Evidence[]>
  recall?(work: Work<Kind>): Promise<Output | null>
  /** First rows of what the step made, for people; never raw personal data. */
  preview?(work: Work<Kind>, output: Output, limit: number): Promise<Preview>
}

/** Keeps the types of a kind together. */
export const stepKind = <Kind extends StepDefinition['kind'], Output extends Json>(kind: StepKind<Kind, Output>): StepKind<Kind, Output> => kind

export const proven = (what: string, readFrom: string, expected: Json, found: Json): Evidence => ({ what, state: JSON.stringify(expected) === JSON.stringify(found) ? 'proven' : 'disproven', readFrom, expected, found })

/** Rows of a table as the plan knows them; 0 when unknown. */
export const estimatedRows = (observed: Observed, table: string): number => observed.source[table]?.rows ?? 0
