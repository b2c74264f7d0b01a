import { setMaxListeners } from 'node:events'
import { z } from 'zod'
import type { Json } from '#core/base/json.ts'
import { operation, type Operation, type PlannedStep, type Step, type StepContext } from '#core/operations/types.ts'
import type { PipelineCatalogue } from './catalogue.ts'
import { definitionHash, extractOf, stepsOf, type PipelineDefinition, type StepDefinition } from './definition.ts'
import type { PipelineDeps } from './deps.ts'
import { SourceColumnMissing, SourceTableMissing } from './errors.ts'
import { StepLog } from './log-documents.ts'
import { openSource, type OpenSource } from './open-source.ts'
import { kindOf } from './steps/index.ts'
import type { Observed, ObservedTable, RunInput, AnyWork } from './step-kind.ts'
import type { ExtractOutput } from './steps/extract.ts'
import type { PublishOutput } from './steps/publish.ts'
import type { ScoreOutput } from './steps/score.ts'
import type { ValidateOutput } from './steps/validate.ts'
import { observeWindow, refuseWindow, windowWarnings } from './observe-window.ts'
import { Window, windowedStep } from './window.ts'
import type { StagedOutput } from './steps/stage-table.ts'
import { SWAP_BACK } from './swap-back.ts'

export const RunPipelineInput = z.strictObject({
  environment: z.string(),
  pipeline: z.string(),
  source: z.string().optional(),
  scoring: z.boolean().default(true),
  window: Window.optional(),
})

/** Runs a pipeline of a blueprint, from its source to published tables. Way back: the versions that it replaces are kept. */
export const runPipeline = (catalogue: PipelineCatalogue): Operation<RunInput, Json, PipelineDeps> =>
  operation<RunInput, Json, PipelineDeps>({
    id: 'pipelines.run',
    version: 1,
    capability: 'pipelines.run',
    input: RunPipelineInput,
    environment: ({ environment }) => environment,
    locks: ({ environment }) => [`${environment}/warehouse`, `${environment}/documents`],

    observe: async (input, deps, signal) => (await observe(catalogue.get(input.pipeline), input, deps, signal)) as unknown as Json,

    plan(input, seen) {
      const observed = seen as unknown as Observed
      const { definition } = observed
      return {
        title: `${input.window ? `Backfill ${definition.title} from ${input.window.from} to ${input.window.to}` : `Run pipeline ${definition.title}`}${input.source === undefined ? '' : ' over a folder'}${input.scoring ? '' : ' without scoring'}`,
        steps: stepsOf(definition, input.scoring).map((step) => planned(step, observed)),
        wayBack: wayBack(observed),
        warnings: Object.values(observed.published).every((table) => table === null) ? ['Nothing is published yet: after this first run there is no earlier version to go back to.'] : windowWarnings(observed),
        refuse: missingFrom(observed) ?? refuseWindow(input, observed),
      }
    },

    guards: [],

    steps(input, plan) {
      const observed = plan.observed as unknown as Observed
      const steps = stepsOf(observed.definition, input.scoring)
      return steps.map((step) => runnable(step, steps, observed))
    },

    prove(outputs, plan) {
      const { definition } = plan.observed as unknown as Observed
      const outputOf = <T>(kind: StepDefinition['kind']): T | null => {
        const step = definition.steps.find((one) => one.kind === kind)
        return step ? ((outputs.get(step.id) ?? null) as T | null) : null
      }
      const extracted = outputOf<ExtractOutput>('extract')?.tables ?? {}
      const validated = outputOf<ValidateOutput>('validate')
      const scored = outputOf<ScoreOutput>('score')
      const published = outputOf<PublishOutput>('publish')?.tables.find(({ table }) => table === definition.result)
      return {
        counts: {
          extracted: Object.fromEntries(Object.entries(extracted).map(([table, { rows }]) => [table, rows])),
          accepted: validated?.accepted ?? null,
          rejected: validated?.rejected ?? null,
          relevant: scored?.relevant ?? null,
          irrelevant: scored?.irrelevant ?? null,
        },
        rejectedByReason: validated?.byReason ?? {},
        contentHash: published?.contentHash ?? null,
        ...(plan.observed as unknown as Observed).window ? { window: windowOf(definition, outputs) } : {},
      }
    },

    undo(outputs, plan) {
      const { definition } = plan.observed as unknown as Observed
      const published = outputs.get(definition.steps.find((step) => step.kind === 'publish')?.id ?? '') as PublishOutput | undefined
      if (!published || published.tables.some(({ previous }) => previous === null)) return null
      const tables = published.tables.map(({ table, previous }) => ({ table, version: previous }))
      return { operation: SWAP_BACK, input: { environment: plan.environment, tables } }
    },
  })

/** What a backfill exchanged; null when it did not come so far. */
function windowOf(definition: PipelineDefinition, outputs: ReadonlyMap<string, Json>): Json {
  const step = windowedStep(definition)?.step
  return (step && (outputs.get(step.id) as StagedOutput | undefined)?.window) ?? null
}

async function observe(definition: PipelineDefinition, input: RunInput, deps: PipelineDeps, signal: AbortSignal): Promise<Observed> {
  const { tables } = extractOf(definition)
  return await withSource(input, deps, async ({ source, pseudonyms }) => {
    const [found, published] = await Promise.all([source.tables(signal), deps.warehouse.tables()])
    const seen = (table: string): ObservedTable | null => {
      const one = found.find(({ name }) => name === table)
      const spec = tables[table]!
      if (!one) return null
      const has = new Set(one.columns.map((column) => column.name))
      return { columns: [...spec.columns, ...spec.optional].filter((column) => has.has(column)), rows: oneDigit(one.rows) }
    }
    const domains = new Set(Object.values(tables).flatMap((spec) => Object.values(spec.pseudonymise)))
    const keys = await Promise.all([...domains].map(async (domain) => [domain, (await pseudonyms.current(domain)).keyId] as const))
    const staged = stepsOf(definition, input.scoring).flatMap((step) => (step.kind === 'stage-table' ? [step.table] : []))
    const dated = windowedStep(definition)
    const window = input.window && dated && tables[dated.dated.table]?.columns.every((column) => seen(dated.dated.table)?.columns.includes(column)) ? await observeWindow({ definition, window: input.window, deps, source, signal, published: published.find(({ name }) => name === dated.step.table)?.current ?? null }) : null
    return {
      definition,
      definitionHash: definitionHash(definition),
      source: Object.fromEntries(Object.keys(tables).map((table) => [table, seen(table)])),
      published: Object.fromEntries(
        staged.map((table) => {
          const current = published.find(({ name }) => name === table)?.current
          return [table, current ? { version: current.version, rows: current.rows, sha256: current.sha256 } : null]
        }),
      ),
      keys: Object.fromEntries(keys),
      ...(window ? { window } : {}),
    }
  })
}

/** To one digit, so that statistics that move a little don't make a plan stale; null when the server has none. */
function oneDigit(rows: number): number | null {
  if (rows <= 0) return rows === 0 ? 0 : null
  const scale = 10 ** Math.floor(Math.log10(rows))
  return Math.round(rows / scale) * scale
}

function missingFrom({ definition, source }: Observed): SourceTableMissing | SourceColumnMissing | null {
  for (const [table, spec] of Object.entries(extractOf(definition).tables)) {
    const seen = source[table]
    if (!seen) return new SourceTableMissing(table)
    const absent = spec.columns.filter((column) => !seen.columns.includes(column))
    if (absent.length > 0) return new SourceColumnMissing(table, absent)
  }
  return null
}

function planned(step: StepDefinition, observed: Observed): PlannedStep {
  const kind = kindOf(step.kind)
  return { id: step.id, title: step.title, where: kind.where, needs: step.needs, ...kind.effect(step, observed) }
}

function wayBack({ published }: Observed): string {
  const kept = Object.entries(published).flatMap(([table, current]) => (current ? [`${table} version ${current.version}`] : []))
  return kept.length > 0 ? `Swap ${kept.join(', ')} back in: kept, one transaction.` : 'None: nothing is published yet. The raw store keeps every version.'
}

function runnable(step: StepDefinition, steps: readonly StepDefinition[], observed: Observed): Step<RunInput, PipelineDeps> {
  const kind = kindOf(step.kind)
  const at = async <T>(context: StepContext<RunInput, PipelineDeps>, use: (work: AnyWork) => Promise<T>): Promise<T> => {
    const log = new StepLog(context, step)
    const opened: Opened = { source: null }
    // statements and streams of a step listen to one signal
    setMaxListeners(0, context.signal)
    try {
      return await use(workOf(context, step, steps, observed, log.write, opened))
    } finally {
      await log.flush()
      await opened.source?.then((source) => source.close(), () => {})
    }
  }
  return {
    ...planned(step, observed),
    again: kind.again,
    ...(kind.again === 'safe' ? { retry: { attempts: 3, baseMs: 500 } } : {}),
    act: (context) => at(context, (work) => kind.act(work)),
    confirm: (context, output) => at(context, (work) => kind.confirm(work, output)),
    ...(kind.recall ? { recall: (context: StepContext<RunInput, PipelineDeps>) => at(context, async (work) => (await kind.recall!(work)) ?? null) } : {}),
  }
}

export interface Opened {
  source: Promise<OpenSource> | null
}

/** One step at work. `opened` holds its source until the caller closes it. */
function workOf(context: StepContext<RunInput, PipelineDeps>, step: StepDefinition, steps: readonly StepDefinition[], observed: Observed, log: AnyWork['log'], opened: Opened): AnyWork {
  return { step, steps, observed, context, log, source: () => (opened.source ??= openSource(context.input, context.deps)) }
}

async function withSource<T>(input: RunInput, deps: PipelineDeps, use: (opened: OpenSource) => Promise<T>): Promise<T> {
  const opened = await openSource(input, deps)
  try {
    return await use(opened)
  } finally {
    await opened.close()
  }
}
