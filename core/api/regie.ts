import type { z } from 'zod'
import type { AuditLog } from '#core/audit/audit-log.ts'
import type { ConsistencyProof, ProvenEntry } from '#core/audit/proofs.ts'
import type { Segment } from '#core/audit/segments.ts'
import type { SignedKey } from '#core/audit/signed-head.ts'
import type { Document, DocumentStore, ObjectStore, SourceDatabase, SystemDescription, Warehouse } from '#core/connectors/types.ts'
import type { ColumnProfile, DataDescription, DataFilter, DataRef, DataSystem, Listing, PageAsk } from '#core/data/index.ts'
import type { dashboardReader, viewReader } from '#core/dashboards/index.ts'
import type { Engine } from '#core/operations/index.ts'
import type { EnvironmentClass } from '#core/operations/types.ts'
import type { QualityBoard } from '#core/pipelines/quality-board.ts'
import type { RuleEdit, WhatIfRows } from '#core/pipelines/what-if.ts'
import type { LimitEdit, WhatIfGate } from '#core/pipelines/what-if-gates.ts'
import type { TextScorer } from '#core/pipelines/scorer.ts'
import type { ModelCard, TextExplainer } from '#core/scoring/index.ts'
import type { Schedules } from '#core/schedules/index.ts'
import type { ChangeSchema, PipelineStepSchema } from './contract/pipelines.ts'
import type { RejectSchema } from './contract/rejects.ts'
import type { ElevationSchema, EnvironmentCheckSchema } from './contract/environments.ts'
import type { DoctorCheckSchema } from './contract/system.ts'
import type { Clock } from '#core/base/clock.ts'
import type { Json } from '#core/base/json.ts'
import type { Settings } from '#core/settings/settings.ts'
import type { Store } from '#core/store/store.ts'

/* What the API needs of the program. core/regie.ts composes it; the router's tests fake it. */

type Soon<T> = T | Promise<T>
export type DoctorCheck = z.infer<typeof DoctorCheckSchema>
export type RunChange = z.infer<typeof ChangeSchema>
/** What one look found, before it is dated. */
export type Finding = Omit<DoctorCheck, 'area' | 'checkedAt' | 'tookMs'>
export type RejectView = z.infer<typeof RejectSchema>

/** The engine as the doors use it. */
export type RunEngine = Pick<
  Engine,
  'plan' | 'savedPlan' | 'start' | 'resume' | 'rerun' | 'planRerun' | 'cancel' | 'wait' | 'list' | 'get' | 'history' | 'series' | 'compare' | 'logs' | 'watch' | 'lastEventId' | 'recover'
>
export type ScheduleKeeper = Pick<Schedules, 'list' | 'preview' | 'set' | 'pause' | 'resume' | 'remove' | 'pauseAll' | 'resumeAll' | 'serve'>
export type AuditReader = Pick<AuditLog, 'head' | 'list' | 'page' | 'count' | 'values' | 'texts' | 'entry' | 'verify' | 'export'>

/** One proof that stands for itself: entry, way to the root, signed head, keys. Hashes are hex. */
export interface EntryProof extends ProvenEntry {
  readonly size: number
  readonly rootHash: string
  /** Signed line. */
  readonly head: string
  /** Signed lines, in order. */
  readonly keys: readonly string[]
}

export interface AnchorView {
  readonly runId: string
  readonly at: string
  readonly environment: string
  readonly actor: string
  readonly to: string
  readonly where: string
  /** What names it there: object key, tag, row. */
  readonly reference: string
  readonly entries: number
  readonly rootHash: string
  readonly keyId: string
  readonly line: string
  /** Whether the log still holds all that the anchor covers. */
  readonly ok: boolean
  readonly problem: string | null
}

/** What shows a stranger that the audit log is what it was. */
export interface EvidenceDesk {
  /** Signs the head of now; the line. */
  head(): string
  /** Throws AUDIT_ENTRY_MISSING. */
  proof(seq: number): EntryProof
  /** Throws TREE_SIZE_UNKNOWN. */
  consistency(from: number, to: number): ConsistencyProof
  /** Every head that stands in a text against this log. Throws ANCHOR_UNREADABLE. */
  check(text: string): readonly { readonly size: number; readonly at: string; readonly rootHash: string; readonly keyId: string; readonly ok: boolean; readonly problem: string | null }[]
  keys(): readonly (SignedKey & { readonly seq: number })[]
  rotateKey(): SignedKey
  /** Seals the entries that no segment of the folder holds yet; default: the home's own. Throws NOTHING_TO_ARCHIVE. */
  archive(options: { folder?: string; signal?: AbortSignal }): Promise<Segment>
  /** Newest first. */
  anchors(): readonly AnchorView[]
  /** Throws RUN_UNKNOWN. */
  bundle(runId: string, options: { pdf: boolean }): Promise<{ readonly name: string; readonly text: string; readonly entries: number; readonly pdf: Buffer | null }>
}

export interface SandboxView {
  readonly ready: boolean
  readonly complete: boolean
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly loaded: boolean }[]
}

export interface EnvironmentView {
  readonly name: string
  readonly class: EnvironmentClass
  readonly title: string
  readonly source: SourceDatabase
  readonly objects: ObjectStore
  readonly warehouse: Warehouse
  readonly documents: DocumentStore
  systems(): Promise<readonly SystemDescription[]>
  /** Null where the environment is no sandbox. */
  readonly sandbox: { state(signal?: AbortSignal): Promise<SandboxView> } | null
}

export interface PipelineView {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly blueprint: string
  readonly version: string
  readonly steps: readonly z.infer<typeof PipelineStepSchema>[]
  /** What dates its rows; null when it can't be run for a range of days. */
  readonly window: { readonly table: string; readonly column: string } | null
}

export interface PipelineCatalogue {
  list(environment: string): Soon<readonly PipelineView[]>
  /** Throws PIPELINE_UNKNOWN. */
  get(environment: string, pipeline: string): Soon<PipelineView>
  source(environment: string, pipeline: string): Soon<{ readonly file: string; readonly yaml: string }>
  /** What a run of a pipeline has changed in its systems; [] for other runs. Throws RUN_UNKNOWN. */
  changes(runId: string): RunChange[]
  /** First rows of a finished step's output. */
  preview(query: { runId: string; stepId: string; limit: number; signal?: AbortSignal }): Promise<{ readonly columns: string[]; readonly rows: Json[][]; readonly note: string | null }>
}

export interface RejectQuery {
  readonly environment: string
  readonly runId?: string
  readonly reason?: string
  readonly search?: string
  readonly sort?: 'reviewId' | 'reason' | 'rejectedAt'
  readonly descending?: boolean
  readonly offset?: number
  readonly limit?: number
}

export interface RejectReader {
  list(query: RejectQuery): Promise<{ readonly runId: string | null; readonly total: number; readonly byReason: Readonly<Record<string, number>>; readonly rows: readonly RejectView[] }>
  /** Every reject of a run as the document that is stored, streamed; default: the last run that published. */
  stream(query: { environment: string; runId?: string; reason?: string }): AsyncIterable<Document>
}

export interface QualityReader {
  /** Over the newest `limit` runs that ended. Throws PIPELINE_UNKNOWN. */
  board(environment: string, pipeline: string, limit: number): QualityBoard
  /**
   * What edited rules and limits would have given on the last run's rows; changes nothing. Null before the first run;
   * `rows` null when only limits are tried. Throws RULE_INVALID, RULE_UNKNOWN.
   */
  preview(ask: { environment: string; pipeline: string; rules: readonly RuleEdit[]; gates: readonly LimitEdit[]; signal?: AbortSignal }): Promise<{ readonly runId: string; readonly number: number; readonly rows: WhatIfRows | null; readonly gates: readonly WhatIfGate[] } | null>
}

export type DashboardReader = ReturnType<typeof dashboardReader>
export type ViewReader = ReturnType<typeof viewReader>

/** What an environment's systems hold, for people to look at. Reads only; no value of a personal column passes. */
export interface DataReader {
  list(environment: string, system: DataSystem, signal?: AbortSignal): Promise<Listing>
  /** Throws DATA_UNKNOWN, as all below. */
  describe(at: DataAt, signal?: AbortSignal): Promise<DataDescription>
  page(at: DataAt, ask: PageAsk, signal?: AbortSignal): Promise<readonly (readonly Json[])[]>
  count(at: DataAt, filters: readonly DataFilter[], signal?: AbortSignal): Promise<number>
  profile(at: DataAt, filters: readonly DataFilter[], columns: readonly string[] | undefined, signal?: AbortSignal): AsyncIterable<{ readonly done: number; readonly total: number; readonly profile: ColumnProfile }>
  /** Writes the filtered rows to a .csv or .parquet file; returns rows. */
  exportTo(at: DataAt, ask: Pick<PageAsk, 'filters' | 'sort'>, file: string, signal?: AbortSignal): Promise<number>
  /** A path for a file of that kind that only this process uses, gone after `use`. */
  temporary<T>(environment: string, kind: 'csv' | 'parquet', use: (file: string) => AsyncIterable<T>): AsyncIterable<T>
}
export type DataAt = DataRef & { readonly environment: string }

export interface ProgramInfo {
  readonly version: string
  readonly node: string
  readonly pid: number
  readonly startedAt: string
  readonly home: string
  readonly workspace: { readonly name: string; readonly path: string }
  readonly environments: readonly { readonly name: string; readonly class: EnvironmentClass; readonly title: string }[]
  readonly actor: string
}

export interface EnvironmentAdded {
  readonly name: string
  readonly class: EnvironmentClass
  readonly title: string
  /** Systems that were left out and are embedded. */
  readonly embedded: readonly string[]
  /** Names in the vault, never values. */
  readonly secrets: readonly string[]
}

/** Adding and checking environments; secrets are read from a file on the core's machine and never come back out. */
export interface EnvironmentControl {
  /** Throws SETTINGS_READABLE, SETTINGS_INVALID, ENVIRONMENT_EXISTS, ENVIRONMENTS_SHARE. */
  add(request: { readonly name: string; readonly level: EnvironmentClass; readonly from: string }): Promise<EnvironmentAdded>
  /** For production only, for a stated time and reason, with the environment's name typed. Throws ELEVATION_REFUSED. */
  elevate(request: { readonly environment: string; readonly typed: string; readonly reason: string; readonly minutes: number }, actor: string): z.infer<typeof ElevationSchema>
  /** Null outside one, and in environments that need none. */
  elevation(environment: string, actor: string): z.infer<typeof ElevationSchema> | null
  endElevation(environment: string, actor: string): boolean
  /** Throws NOT_ELEVATED in production outside an elevation; for changes that are no operation. */
  mayChange(environment: string, actor: string): void
  check(name: string, signal?: AbortSignal): Promise<{ readonly ok: boolean; readonly checks: readonly z.infer<typeof EnvironmentCheckSchema>[] }>
}

export interface Regie {
  readonly actor: string
  readonly clock: Clock
  readonly store: Pick<Store, 'db'>
  readonly engine: RunEngine
  readonly audit: AuditReader
  readonly evidence: EvidenceDesk
  readonly settings: Pick<Settings, 'get' | 'set' | 'watch'>
  readonly pipelines: PipelineCatalogue
  readonly quality: QualityReader
  readonly rejects: RejectReader
  readonly schedules: ScheduleKeeper
  readonly dashboards: DashboardReader
  readonly data: DataReader
  readonly environments: EnvironmentControl
  readonly views: ViewReader
  readonly scorer: TextScorer
  /** Why a text has its scores. */
  readonly explainer: TextExplainer
  /** The models behind the scores with their cards. */
  modelCards(): Promise<readonly ModelCard[]>
  info(): ProgramInfo
  /** Throws ENVIRONMENT_UNKNOWN. Opens lazily; the same object for the same name. */
  environment(name: string): Promise<EnvironmentView>
  /**
   * Writes an error that nobody declared to the program's log and returns the id under which a person
   * finds it. The text stays on this machine.
   */
  incident(error: unknown, where: string): string
  /** The machine goes to sleep or wakes up: schedules pause, connections that would be dead are let go. */
  readonly power?: { suspend(): Promise<void>; resume(): Promise<void> }
  close(): Promise<void>
}

export interface OpenOptions {
  /** Folder of all state; made when absent. */
  readonly home: string
  /** Folder with regie.yaml; null = none: runs, audit and scoring work, environments throw WORKSPACE_NOT_FOUND. */
  readonly workspace: string | null
  readonly clock: Clock
  /** Whoever the runs and audit entries name. */
  readonly actor: string
}

/** What core/regie.ts exports as `openRegie`; the doors take it as a parameter. */
export type OpenRegie = (options: OpenOptions) => Promise<Regie>
