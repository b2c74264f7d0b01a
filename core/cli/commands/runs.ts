import { InvalidArgumentError, Option, type Command } from 'commander'
import { inProcess } from '#core/api/index.ts'
import { EXIT } from '#core/api/errors.ts'
import { RUN_STATES, type RunDetail, type RunState } from '#core/operations/types.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { comparisonText } from '#core/cli/compare-view.ts'
import { followRun } from '#core/cli/follow-run.ts'
import { startPlan, type PlanOptions } from '#core/cli/start-plan.ts'
import { summary } from '#core/cli/run-view.ts'
import { duration, plain, table } from '#core/cli/text.ts'
import type { Context, World } from '#core/cli/world.ts'

const limit = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 500) throw new InvalidArgumentError('From 1 to 500.')
  return value
}

interface ListOptions {
  readonly env?: string
  readonly pipeline?: string
  readonly state?: RunState
  readonly limit: number
}

/** runs: the history. */
export function runsCommand(parent: Command, world: World): void {
  // `--json` after `compare` is compare's
  const history = parent.command('runs').enablePositionalOptions()
  compareCommand(history, world)
  const command = describeCommand(history, {
    summary: 'the history of runs, newest first',
    examples: ['regie runs', 'regie runs --state failed --limit 5', 'regie runs --json'],
  })
    .option('--env <name>', 'of one environment')
    .option('--pipeline <id>', 'of one pipeline')
    .addOption(new Option('--state <state>', 'in one state').choices(RUN_STATES))
    .option('--limit <n>', 'at most so many', limit, 20)
  act<ListOptions>(command, world, async ({ options, line, regie }) => {
    const { runs } = await inProcess(await regie()).runs.list({ environment: options.env, pipeline: options.pipeline, states: options.state ? [options.state] : undefined, limit: options.limit })
    if (options.json) {
      for (const run of runs) await line(run)
      return
    }
    const rows = runs.map((run) => [run.number, run.runId, run.state, run.environment, run.title, run.startedAt ?? '', duration(run.durationMs)])
    await world.io.out(rows.length === 0 ? 'No run yet.\n' : table(['no', 'run', 'state', 'environment', 'title', 'started', 'took'], rows))
  })
}

function compareCommand(parent: Command, world: World): void {
  const compare = describeCommand(parent.command('compare <a> <b>'), {
    summary: 'two runs side by side: what matters first, then steps, counts, gates and what they rest on',
    examples: ['regie runs compare 20261121_105814_ab12 20261121_120000_cd34', 'regie runs compare 20261121_105814_ab12 20261121_120000_cd34 --json'],
  })
  act(compare, world, async ({ options, line, regie }, a = '', b = '') => {
    const comparison = await inProcess(await regie()).runs.compare({ a, b })
    await (options.json ? line(comparison) : world.io.out(comparisonText(comparison)))
  })
}

/** run show | resume | cancel | rerun */
export function runCommand(parent: Command, world: World): void {
  const run = parent.command('run').summary('show, resume, cancel or re-run one run').description('Show, resume, cancel or re-run one run.')

  const show = describeCommand(run.command('show <runId>'), {
    summary: 'steps, gates, proof and failure of a run',
    examples: ['regie run show 20261121_105814_ab12', 'regie run show 20261121_105814_ab12 --logs'],
  }).option('--logs', 'its log lines too')
  act<{ logs?: boolean }>(show, world, async ({ options, line, regie }, runId = '') => {
    const api = inProcess(await regie())
    const detail = await api.runs.get({ runId })
    const logs = options.logs ? (await api.runs.logs({ runId, minimumLevel: 'debug', limit: 2000 })).lines : []
    if (options.json) {
      await line(options.logs ? { ...detail, logs } : detail)
      return
    }
    await world.io.out(showText(detail))
    for (const { at, stepId, level, message } of logs) await world.io.out(`${at}  ${level.padEnd(5)}  ${stepId ?? ''}  ${plain(message)}\n`)
  })

  const resume = describeCommand(run.command('resume <runId>'), {
    summary: 'go on with a run that was interrupted, failed, stopped or cancelled',
    about: 'Finished steps are read back from the systems; what no longer holds is done again. Ends like pipeline run, with the same last line under --json.',
    examples: ['regie run resume 20261121_105814_ab12', 'regie run resume 20261121_105814_ab12 --json | tail -1'],
    exits: ['refused', 'stopped', 'cancelled'],
  })
  act(resume, world, async (context, runId = '') => {
    const regie = await context.regie()
    const api = inProcess(regie)
    const { sequence, lastEventId } = await api.runs.get({ runId })
    await api.runs.resume({ runId, sequence })
    return followRun(world, regie, runId, { json: context.options.json === true, after: lastEventId })
  })

  const cancel = describeCommand(run.command('cancel <runId>'), {
    summary: 'stop a run, in whichever process it runs',
    about: 'Asks its steps to stop and waits until they have; what they did half is undone or left as the step says.',
    examples: ['regie run cancel 20261121_105814_ab12'],
    exits: ['refused'],
  })
  act(cancel, world, async (context, runId = '') => {
    const regie = await context.regie()
    const api = inProcess(regie)
    const { sequence } = await api.runs.get({ runId })
    // Steps move the sequence on all the time; a person who typed the id means the run, whatever its step.
    await regie.engine.cancel(runId, { actor: world.actor }).catch((error: unknown) => {
      if ((error as { code?: string }).code !== 'STALE_COMMAND') throw error
      return api.runs.cancel({ runId, sequence })
    })
    const ended = await regie.engine.wait(runId, world.cancelled)
    await (context.options.json ? context.line(ended) : world.io.out(`${summary(ended)}\n`))
    return ended.state === 'cancelled' ? EXIT.done : EXIT.failed
  })

  const undo = describeCommand(run.command('undo <runId>'), {
    summary: 'go the way back that a run recorded',
    about: 'An operation of its own: planned, shown, confirmed and proven like any other.',
    examples: ['regie run undo 20261121_105814_ab12 --plan', 'regie run undo 20261121_105814_ab12 --yes'],
    exits: ['refused', 'stopped', 'cancelled'],
  })
    .option('--plan', 'show the plan and stop')
    .option('--yes', 'start it without asking: the plan was seen')
  act<PlanOptions>(undo, world, async (context, runId = '') => startPlan(context, await inProcess(await context.regie()).runs.planUndo({ runId })))

  const rerun = describeCommand(run.command('rerun <runId>'), {
    summary: 'a new run that takes over the finished steps before a chosen one',
    examples: ['regie run rerun 20261121_105814_ab12 --from validate'],
    exits: ['refused', 'stopped', 'cancelled'],
  }).requiredOption('--from <step>', 'first step to do again')
  act<{ from: string }>(rerun, world, async (context: Context<{ from: string }>, runId = '') => {
    const regie = await context.regie()
    const after = regie.engine.lastEventId()
    const started = await inProcess(regie).runs.rerun({ runId, fromStep: context.options.from })
    return followRun(world, regie, started.runId, { json: context.options.json === true, after })
  })
}

function showText(run: Omit<RunDetail, 'undo'>): string {
  const steps = run.steps.map((step) => [step.id, step.state, step.rows ?? '', step.attempt > 1 ? `attempt ${step.attempt}` : '', step.failure?.what ?? ''])
  const gates = run.steps.flatMap((step) => step.gates.map((gate) => [gate.title, gate.verdict, gate.value === null ? '' : `${gate.value}${gate.unit ?? ''}`]))
  const proof = run.steps.flatMap((step) => step.evidence.map((one) => [one.what, one.state, one.readFrom]))
  return [
    `${plain(run.title)} in ${run.environment}, by ${plain(run.actor)}\n${summary(run)}\n\n`,
    table(['step', 'state', 'rows', '', ''], steps),
    gates.length > 0 ? '\n' + table(['gate', 'verdict', 'value'], gates) : '',
    proof.length > 0 ? '\n' + table(['proof', 'state', 'read from'], proof) : '',
    run.result ? `\n${JSON.stringify(run.result)}\n` : '',
  ].join('')
}
