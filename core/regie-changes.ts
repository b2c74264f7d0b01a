import type { RunChange as Change } from './api/regie.ts'
import type { Json } from './base/json.ts'
import type { RunDetail } from './operations/types.ts'
import type { Observed } from './pipelines/step-kind.ts'
import type { ExtractOutput } from './pipelines/steps/extract.ts'
import type { PublishOutput } from './pipelines/steps/publish.ts'


const nothing = { version: null, previous: null, rows: null, bytes: null } as const

/** What a run made or replaced, from the outputs that its finished steps journalled. */
export function changesOf(run: RunDetail): Change[] {
  if (run.operation === 'warehouse.swap-back') return run.steps.flatMap((step) => (step.output === null ? [] : swapped(step.id, step.output)))
  if (run.operation !== 'pipelines.run') return []
  const { definition } = run.plan.observed as unknown as Observed
  return run.steps.flatMap((step): Change[] => {
    const { output } = step
    if (output === null) return []
    const kind = definition.steps.find(({ id }) => id === step.id)
    switch (kind?.kind) {
      case 'extract':
        return Object.entries((output as unknown as ExtractOutput).tables).map(([table, { rows, bytes, manifest }]) => ({
          ...nothing, stepId: step.id, system: 'object-store', kind: 'objects', name: manifest.key.replace(/[^/]*$/, '') || table, rows, bytes,
        }))
      case 'write-rejects':
        return [{ ...nothing, stepId: step.id, system: 'document-store', kind: 'documents', name: kind.collection, rows: (output as { documents?: number }).documents ?? null }]
      case 'run-metadata':
        return [{ ...nothing, stepId: step.id, system: 'document-store', kind: 'documents', name: kind.collection, rows: 1 }]
      case 'publish': {
        const { tables, views } = output as unknown as PublishOutput
        return [
          ...tables.map(({ table, version, previous, rows }): Change => ({ ...nothing, stepId: step.id, system: 'warehouse', kind: 'table', name: table, version, previous, rows })),
          ...views.map((name): Change => ({ ...nothing, stepId: step.id, system: 'warehouse', kind: 'view', name })),
        ]
      }
      default:
        return []
    }
  })
}

function swapped(stepId: string, output: Json): Change[] {
  const { tables = [] } = output as unknown as { readonly tables?: readonly { table: string; version: number; replaced: number | null; rows: number }[] }
  return tables.map(({ table, version, replaced, rows }) => ({ ...nothing, stepId, system: 'warehouse', kind: 'table', name: table, version, previous: replaced, rows }))
}
