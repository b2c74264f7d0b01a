import type { RejectQuery, RejectReader, RejectView } from './api/regie.ts'
import type { Json } from './base/json.ts'
import type { Document, DocumentQuery } from './connectors/types.ts'
import type { Environment } from './environments/environment.ts'
import type { Engine } from './operations/index.ts'
import type { PipelineCatalogue } from './pipelines/catalogue.ts'

export interface RejectParts {
  readonly catalogue: PipelineCatalogue
  readonly engine: Pick<Engine, 'list' | 'get'>
  readonly environment: (name: string) => Promise<Environment>
}

/** Where a pipeline's rejects lie, and which of their fields names the row. */
interface RejectCollection {
  readonly pipeline: string
  readonly collection: string
  readonly idColumn: string
}

const SORTS = { reason: 'rejection_reason', rejectedAt: 'rejected_at' } as const

/** Rejected rows of a run as documents, over whatever pipelines the workspace has. */
export function rejectReader({ catalogue, engine, environment }: RejectParts): RejectReader {
  const collections = (): RejectCollection[] =>
    catalogue.list().flatMap((pipeline) => pipeline.steps.flatMap((step) => (step.kind === 'write-rejects' ? [{ pipeline: pipeline.id, collection: step.collection, idColumn: step.idColumn }] : [])))

  /** The run that is meant and where its rejects lie; null when no run got that far. Throws RunUnknown. */
  function locate(name: string, runId?: string): { readonly runId: string; readonly at: RejectCollection } | null {
    const known = collections()
    const of = (input: Json): RejectCollection | undefined => known.find(({ pipeline }) => pipeline === (input as { pipeline?: string }).pipeline)
    if (runId !== undefined) {
      const at = of(engine.get(runId).input) ?? known[0]
      return at ? { runId, at } : null
    }
    const { runs } = engine.list({ environment: name, operation: 'pipelines.run', states: ['succeeded', 'stopped'], limit: 20 })
    for (const run of runs) {
      const at = of(run.input)
      if (at) return { runId: run.runId, at }
    }
    return null
  }

  return {
    async list({ environment: name, runId, reason, search, sort = 'reviewId', descending = false, offset = 0, limit = 200 }: RejectQuery) {
      const located = locate(name, runId)
      if (!located) return { runId: null, total: 0, byReason: {}, rows: [] }
      const { documents } = await environment(name)
      const { collection, idColumn } = located.at
      const where: DocumentQuery['where'] = { run_id: located.runId, ...(reason === undefined ? {} : { rejection_reason: reason }) }
      const field = sort === 'reviewId' ? idColumn : SORTS[sort]
      const [byReason, rows] = await Promise.all([
        documents.countBy(collection, 'rejection_reason', { run_id: located.runId }),
        documents.find(collection, { where, search, sort: { field, descending }, offset, limit }),
      ])
      const total = search ? (await documents.find(collection, { where, search })).length : await documents.count(collection, where)
      return { runId: located.runId, total, byReason, rows: rows.map((document) => view(document, located.at)) }
    },

    async *stream({ environment: name, runId, reason }) {
      const located = locate(name, runId)
      if (!located) return
      const { documents } = await environment(name)
      yield* documents.stream(located.at.collection, { where: { run_id: located.runId, ...(reason === undefined ? {} : { rejection_reason: reason }) } })
    },
  }
}

/** A scalar of a document as text; anything deeper as JSON. */
const textOf = (value: Json | undefined): string => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value))

function view(document: Document, { idColumn }: RejectCollection): RejectView {
  return {
    id: document._id,
    runId: textOf(document.run_id),
    reviewId: textOf(document[idColumn]),
    reason: textOf(document.rejection_reason),
    rejectedAt: textOf(document.rejected_at),
    errorDetails: textOf(document.error_details),
    originalData: (document.original_data ?? {}) as Record<string, Json>,
  }
}
