import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { z } from 'zod'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { startPlan, type PlanOptions } from '#core/cli/start-plan.ts'
import { planText } from '#core/cli/confirm-plan.ts'
import { EXIT } from '#core/api/errors.ts'
import { count, plain, table } from '#core/cli/text.ts'
import type { SeenWindowSchema } from '#core/api/contract/pipelines.ts'
import type { Plan } from '#core/operations/types.ts'
import type { World } from '#core/cli/world.ts'

interface Options extends PlanOptions {
  readonly env: string
  readonly source?: string
  readonly scoring: boolean
}

const inEnvironment = (command: Command): Command => command.option('--env <name>', 'environment', 'sandbox')
const planning = (command: Command): Command =>
  inEnvironment(command).option('--source <folder>', 'read from a folder of CSV files instead of the source system').option('--no-scoring', 'leave the scoring steps out')

const request = (world: World, pipeline: string, { env, source, scoring }: Options) => ({
  environment: env,
  pipeline,
  ...(source === undefined ? {} : { source: resolve(world.cwd, source) }),
  ...(scoring ? {} : { scoring }),
})

interface BackfillOptions extends PlanOptions {
  readonly env: string
  readonly from: string
  readonly to: string
}

/** Days that a person reads one by one; --json lists more. */
const LISTED = 31

/** What a dry run found for the range, day by day; '' for a plan that observed no range. */
function windowText(plan: Plan): string {
  const seen = (plan.observed as { window?: z.infer<typeof SeenWindowSchema> } | null)?.window
  if (!seen) return ''
  const most = Math.max(1, ...seen.perDay.map(({ rows }) => rows))
  const days = seen.perDay.slice(0, LISTED).map(({ day, rows }) => `  ${day}  ${count(rows).padStart(9)}  ${'▇'.repeat(Math.max(1, Math.round((24 * rows) / most)))}\n`)
  return [
    `Rows per day in the source (${seen.daysWithRows} of ${seen.days} days have rows; about ${count(seen.rows)} in all)\n`,
    ...days,
    seen.daysWithRows > days.length ? `  … and ${seen.daysWithRows - days.length} more; --json lists ${seen.perDay.length} of them\n` : '',
    `In place of ${seen.replaces === null ? 'an unknown number of' : count(seen.replaces)} published rows\n\n`,
  ].join('')
}

/** pipeline list | plan | run | backfill */
export function pipelineCommand(parent: Command, world: World): void {
  const pipeline = parent.command('pipeline').summary('list, plan and run pipelines').description('List, plan and run pipelines.')

  const list = describeCommand(pipeline.command('list'), { summary: 'the pipelines of an environment', examples: ['regie pipeline list --env sandbox'] })
  act<Options>(inEnvironment(list), world, async ({ options, line, regie }) => {
    const found = await inProcess(await regie()).pipelines.list({ environment: options.env })
    if (options.json) for (const one of found) await line(one)
    else await world.io.out(table(['pipeline', 'title', 'steps', 'last run'], found.map((one) => [one.id, one.title, one.steps.length, one.lastRun ? `${one.lastRun.state}, ${one.lastRun.runId}` : 'never'])))
  }, { workspace: 'needed' })

  const plan = describeCommand(pipeline.command('plan <pipeline>'), {
    summary: 'what a run would do, without doing it',
    examples: ['regie pipeline plan reviews --env sandbox', 'regie pipeline plan reviews --env sandbox --json'],
    exits: ['refused'],
  })
  act<Options>(planning(plan), world, async ({ options, line, regie }, id = '') => {
    const planned = await inProcess(await regie()).pipelines.plan(request(world, id, options))
    await (options.json ? line(planned) : world.io.out(planText(planned)))
    return planned.refuse ? EXIT.refused : EXIT.done
  }, { workspace: 'needed' })

  const run = describeCommand(pipeline.command('run <pipeline>'), {
    summary: 'run a pipeline and follow it to its end',
    about: [
      'With --json every event is one line; the last line is {"runId","status","counts","rejectedByReason","contentHash","durationMs"}.',
      'Ctrl-C cancels the run and waits for its end. When the reader of a pipe goes away the run goes on; one line on stderr says so.',
      'A sandbox and a development environment ask nothing; pre-production asks a person at a terminal; production shows the plan first, or --yes says that it was seen.',
    ].join('\n'),
    examples: ['regie pipeline run reviews --env sandbox', 'regie pipeline run reviews --env sandbox --json | tail -1', 'regie pipeline run reviews --env sandbox --plan', 'regie pipeline run reviews --env sandbox --source ./exports'],
    exits: ['refused', 'stopped', 'cancelled'],
  })
    .option('--plan', 'show the plan and stop')
    .option('--yes', 'run without asking')
  act<Options>(planning(run), world, async (context, id = '') => {
    const planned = await inProcess(await context.regie()).pipelines.plan(request(world, id, context.options))
    for (const warning of planned.warnings) if (!context.options.json && !context.options.plan) world.io.err(`Warning: ${plain(warning)}\n`)
    return startPlan(context, planned)
  }, { workspace: 'needed' })

  const backfill = describeCommand(pipeline.command('backfill <pipeline>'), {
    summary: 'run a pipeline again for a range of days',
    about: [
      'Exchanges the published rows of these days, both included, by what the source has for them now; all other rows stay as they are. What dates a row stands in the pipeline (window).',
      'The source is still read as a whole. --plan is the dry run: rows per day, rows that would go, warnings.',
      'Asks as `pipeline run` does, ends as it does, and `run undo` takes it back.',
    ].join('\n'),
    examples: ['regie pipeline backfill reviews --from 2025-03-01 --to 2025-03-31 --plan', 'regie pipeline backfill reviews --from 2025-03-01 --to 2025-03-31 --env sandbox --json'],
    exits: ['refused', 'stopped', 'cancelled'],
  })
    .requiredOption('--from <date>', 'first day, as 2025-03-01')
    .requiredOption('--to <date>', 'last day')
    .option('--plan', 'show rows per day and the plan, and stop')
    .option('--yes', 'run without asking')
  act<BackfillOptions>(inEnvironment(backfill), world, async (context, id = '') => {
    const { env, from, to, json } = context.options
    const planned = await inProcess(await context.regie()).pipelines.plan({ environment: env, pipeline: id, window: { from, to } })
    if (context.options.plan && !json) await world.io.out(windowText(planned))
    for (const warning of planned.warnings) if (!json && !context.options.plan) world.io.err(`Warning: ${plain(warning)}\n`)
    return startPlan(context, planned)
  }, { workspace: 'needed' })
}
