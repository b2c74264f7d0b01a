import { resolve } from 'node:path'
import type { Command } from 'commander'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { startPlan, type PlanOptions } from '#core/cli/start-plan.ts'
import { planText } from '#core/cli/confirm-plan.ts'
import { EXIT } from '#core/api/errors.ts'
import { plain, table } from '#core/cli/text.ts'
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

/** pipeline list | plan | run */
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
}
