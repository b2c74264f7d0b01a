import { Option, type Command } from 'commander'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { table } from '#core/cli/text.ts'
import type { World } from '#core/cli/world.ts'

/** schedule list | set | pause | resume | remove */
export function scheduleCommand(parent: Command, world: World): void {
  const schedule = parent.command('schedule').summary('when pipelines start by themselves').description('When pipelines start by themselves. Schedules fire while regie serve or the console runs.')

  const list = describeCommand(schedule.command('list'), { summary: 'schedules, their next due times and what became of the last ones', examples: ['regie schedule list', 'regie schedule list --json'] })
    .option('--env <name>', 'of one environment')
    .option('--pipeline <id>', 'of one pipeline')
  act<{ env?: string; pipeline?: string }>(list, world, async ({ options, line, regie }) => {
    const board = await inProcess(await regie()).schedules.list({ environment: options.env, pipeline: options.pipeline })
    if (options.json) {
      await line(board)
      return
    }
    const rows = board.schedules.map((one) => {
      const last = one.firings[0]
      return [one.id, one.state, one.environment, typeof one.input.pipeline === 'string' ? one.input.pipeline : one.operation, one.cron, one.zone, one.next[0] ?? '', last ? `${last.due} ${last.outcome}${last.failure ? `: ${last.failure.what}` : ''}` : 'never due']
    })
    await world.io.out(rows.length === 0 ? 'No schedule.\n' : table(['schedule', 'state', 'environment', 'pipeline', 'cron', 'zone', 'next', 'last'], rows))
    if (board.pausedAll) await world.io.out(`All schedules are paused: ${board.pausedAll.reason}\n`)
    if (!board.served && rows.length > 0) await world.io.out('Nothing fires now: no core serves this home. Start regie serve or the console.\n')
  })

  const set = describeCommand(schedule.command('set <id>'), {
    summary: 'make a schedule or change one',
    about: 'Counts from now on. A due time that was missed while the core was down gets one run for all of them (--misfire once), or none (--misfire skip); either is written down.',
    examples: ['regie schedule set nightly --pipeline reviews --cron "30 2 * * *" --zone Europe/Paris'],
  })
    .requiredOption('--pipeline <id>', 'what runs')
    .requiredOption('--cron <expression>', 'minute, hour, day of month, month, day of week')
    .option('--zone <name>', 'time zone, e.g. Europe/Paris', 'UTC')
    .option('--env <name>', 'where', 'sandbox')
    .addOption(new Option('--misfire <policy>', 'what happens to missed due times').choices(['once', 'skip']).default('once'))
    .option('--no-scoring', 'leave the scoring steps out')
  act<{ pipeline: string; cron: string; zone: string; env: string; misfire: 'once' | 'skip'; scoring: boolean }>(
    set,
    world,
    async ({ options: { pipeline, cron, zone, env, misfire, scoring, json }, line, regie }, id = '') => {
      const made = await inProcess(await regie()).schedules.set({ id, pipeline, cron, zone, misfire, environment: env, ...(scoring ? {} : { scoring }) })
      await (json ? line(made) : world.io.out(`Schedule ${made.id}: next ${made.next.join(', ')}\n`))
    },
    { workspace: 'needed' },
  )

  const pause = describeCommand(schedule.command('pause [id]'), { summary: 'let one schedule, or all of them, fire no more', examples: ['regie schedule pause nightly --reason "migration on Saturday"', 'regie schedule pause --all --reason "storage is nearly full"'] })
    .option('--all', 'all schedules of the workspace')
    .option('--reason <text>', 'why; shown beside it')
  act<{ all?: boolean; reason?: string }>(pause, world, async ({ options, line, regie }, id) => {
    const api = inProcess(await regie()).schedules
    const paused = options.all ? await api.pauseAll({ reason: options.reason ?? 'paused by hand' }) : await api.pause({ id: id ?? '', reason: options.reason ?? null })
    await (options.json ? line(paused) : world.io.out(options.all ? 'All schedules are paused.\n' : `Schedule ${id ?? ''} is paused.\n`))
  })

  const resume = describeCommand(schedule.command('resume [id]'), { summary: 'let it fire again, from now on', examples: ['regie schedule resume nightly', 'regie schedule resume --all'] }).option('--all', 'all schedules of the workspace')
  act<{ all?: boolean }>(resume, world, async ({ options, line, regie }, id) => {
    const api = inProcess(await regie()).schedules
    const resumed = options.all ? await api.resumeAll({}) : await api.resume({ id: id ?? '' })
    await (options.json ? line(resumed) : world.io.out(options.all ? 'Schedules fire again.\n' : `Schedule ${id ?? ''} fires again.\n`))
  })

  const remove = describeCommand(schedule.command('remove <id>'), { summary: 'take a schedule away; runs it started stay in the history', examples: ['regie schedule remove nightly'] })
  act(remove, world, async ({ options, line, regie }, id = '') => {
    const removed = await inProcess(await regie()).schedules.remove({ id })
    await (options.json ? line(removed) : world.io.out(`Schedule ${id} is removed.\n`))
  })
}
