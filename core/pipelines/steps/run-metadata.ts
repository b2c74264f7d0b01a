import { iso } from '#core/base/clock.ts'
import { runDate } from '#core/pipelines/raw-store.ts'
import { stepNamed } from '#core/pipelines/relations.ts'
import { proven, stepKind } from '#core/pipelines/step-kind.ts'
import type { PublishOutput } from './publish.ts'
import type { JoinOutput } from './stage-join.ts'
import type { ValidateOutput } from './validate.ts'
import type { RejectsOutput } from './write-rejects.ts'

type Metadata = { readonly collection: string; readonly statistics: { readonly [name: string]: number } }

/** Writes what a run did to the document store, under the field names that the platform's readers know. */
export const runMetadata = stepKind<'run-metadata', Metadata>({
  where: 'document store',
  again: 'safe',
  effect: (step) => ({ effect: `Writes one document about the run to ${step.collection}.`, estimateRows: 1 }),

  async act(work) {
    const { context, step, observed } = work
    const { documents } = context.deps
    const validated = context.output<ValidateOutput>(step.validated)
    const validate = stepNamed(work, step.validated)
    const { base } = validate.kind === 'validate' ? context.output<JoinOutput>(validate.of) : { base: validated.rows }
    const published = context.output<PublishOutput>(step.published).tables.find(({ table }) => table === step.counted)
    const counts = { extracted: base, accepted: validated.accepted, rejected: validated.rejected, published: published?.rows ?? 0, documents: context.output<RejectsOutput>(step.rejects).documents }
    const statistics = Object.fromEntries(Object.entries(step.statistics).map(([name, of]) => [name, counts[of]]))
    await documents.index(step.collection, ['run_id', ...step.index])
    await documents.upsert(
      step.collection,
      [{ _id: context.runId, run_id: context.runId, pipeline_version: observed.definition.version, execution_timestamp: iso(context.clock.now()), statistics, source: context.input.source ?? 'environment', run_date: runDate(context.runId), ...(context.input.window ? { window: { ...context.input.window } } : {}) }],
      context.signal,
    )
    work.log('info', `run recorded in ${step.collection}`)
    return { collection: step.collection, statistics }
  },

  async confirm(work, output) {
    const [found] = await work.context.deps.documents.find(output.collection, { where: { run_id: work.context.runId }, limit: 1 })
    return [proven('Document about the run', `document store, ${output.collection}`, output.statistics, found?.statistics ?? null)]
  },
})
