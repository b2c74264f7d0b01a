import { resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { EXIT } from '#core/api/errors.ts'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { startPlan, type PlanOptions } from '#core/cli/start-plan.ts'
import { plain, table } from '#core/cli/text.ts'
import type { World } from '#core/cli/world.ts'
import { ENVIRONMENT_CLASSES, type EnvironmentClass } from '#core/operations/types.ts'

interface AddOptions {
  readonly class: EnvironmentClass
  readonly from: string
}

/** pre-production is how people write it. */
const levels: Readonly<Record<string, EnvironmentClass>> = { ...Object.fromEntries(ENVIRONMENT_CLASSES.map((level) => [level, level])), 'pre-production': 'preproduction' }
const level = (text: string): EnvironmentClass => {
  const found = levels[text]
  if (!found) throw new InvalidArgumentError(`One of: ${Object.keys(levels).join(', ')}.`)
  return found
}

/** env list | add | check */
export function envCommand(parent: Command, world: World): void {
  const env = parent.command('env').summary('list, add and check environments').description('List, add and check environments.')

  const list = describeCommand(env.command('list'), { summary: 'the environments of the workspace', examples: ['regie env list'] })
  act(list, world, async ({ options, line, regie }) => {
    const { environments } = (await regie()).info()
    if (options.json) for (const one of environments) await line(one)
    else await world.io.out(table(['environment', 'class', 'title'], environments.map((one) => [one.name, one.class, one.title])))
  }, { workspace: 'needed' })

  const add = describeCommand(env.command('add <name>'), {
    summary: 'add an environment from a file of KEY=VALUE lines',
    about: [
      'The file must be readable by its owner only (mode 0600). Its secrets go into the vault; the workspace gets environments/<name>.yaml without any.',
      'Keys: POSTGRES_URL; S3_ENDPOINT, S3_BUCKET, S3_PREFIX, S3_REGION, S3_ENCRYPTION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; MONGODB_URL; TLS_CA_FILE. A system that is left out is embedded and labelled so.',
      'Two environments may not share a database, a bucket or a login.',
    ].join('\n\n'),
    examples: ['regie env add staging --class preproduction --from staging.env'],
    exits: ['refused'],
  })
    .addOption(new Option('--class <class>', 'development, preproduction or production').argParser(level).makeOptionMandatory())
    .requiredOption('--from <file>', 'file of KEY=VALUE lines, mode 0600')
  act<AddOptions>(add, world, async ({ options, line, regie }, name = '') => {
    const added = await inProcess(await regie()).environments.add({ name, class: options.class, from: resolve(world.cwd, options.from) })
    if (options.json) return line(added)
    await world.io.out(`Environment ${added.name} (${added.class}) added.\n`)
    if (added.embedded.length > 0) await world.io.out(`Embedded, since the file names none: ${added.embedded.join(', ')}.\n`)
    if (added.secrets.length > 0) await world.io.out(`In the vault: ${added.secrets.join(', ')}. ${plain(options.from)} is no longer needed.\n`)
    await world.io.out(`Next: regie env check ${added.name}\n`)
  }, { workspace: 'needed' })

  const check = describeCommand(env.command('check <name>'), {
    summary: 'ask every system of an environment what it is and what it allows',
    about: 'Writes nothing. "not proven" is what was not looked at: it is not "passed". Ends with 1 when a check failed.',
    examples: ['regie env check sandbox', 'regie env check sandbox --json'],
    exits: ['failed'],
  })
  act(check, world, async ({ options, line, regie }, environment = '') => {
    const { ok, checks } = await inProcess(await regie()).environments.check({ environment }, { signal: world.cancelled })
    if (options.json) await line({ ok, checks })
    else {
      await world.io.out(table(['system', 'check', 'state', 'evidence'], checks.map((one) => [one.system, one.check, one.state.replace('-', ' '), plain(one.evidence)])))
      for (const one of checks) if (one.mend && one.state !== 'passed') await world.io.out(`${one.system}, ${one.check}: ${plain(one.mend)}\n`)
    }
    return ok ? EXIT.done : EXIT.failed
  }, { workspace: 'needed' })
}

interface ElevateOptions {
  readonly for: number
  readonly reason?: string
  readonly confirm?: string
  readonly end?: boolean
}

const minutes = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('A whole number of minutes.')
  return value
}

/** elevate: production is read-only without it. */
export function elevateCommand(parent: Command, world: World): void {
  const elevate = describeCommand(parent.command('elevate <environment>'), {
    summary: 'be allowed to change a production environment for a while',
    about: 'Production is read-only outside an elevation, through every door. It is for a stated reason and time, asks for the name of the environment to be typed, and is audited.',
    examples: ['regie elevate production --for 30 --reason "Restore reviews after incident 42"', 'regie elevate production --end'],
    exits: ['refused'],
  })
    .option('--for <minutes>', 'how long', minutes, 30)
    .option('--reason <text>', 'why')
    .option('--confirm <name>', 'the name of the environment, where nobody can be asked')
    .option('--end', 'give it back now')
  act<ElevateOptions>(elevate, world, async ({ options, line, regie }, environment = '') => {
    const api = inProcess(await regie())
    if (options.end) {
      const { ended } = await api.environments.endElevation({ environment })
      return options.json ? line({ ended }) : world.io.out(ended ? `${environment} is read-only again.\n` : `There was no elevation in ${environment}.\n`)
    }
    const typed = options.confirm ?? (world.ask ? await world.ask(`Type the name of the environment: `) : '')
    const granted = await api.environments.elevate({ environment, typed: typed.trim(), reason: options.reason ?? '', minutes: options.for })
    await (options.json ? line(granted) : world.io.out(`${environment} may be changed until ${granted.until}.\n`))
  }, { workspace: 'needed' })
}

interface LoadOptions extends PlanOptions {
  readonly env: string
  readonly blueprint?: string
  readonly scale: number
}

const scale = (text: string): number => {
  const value = Number(text)
  if (!(value > 0 && value <= 100)) throw new InvalidArgumentError('A number above 0, at most 100.')
  return value
}

/** source load */
export function sourceCommand(parent: Command, world: World): void {
  const source = parent.command('source').summary('load the generated source').description('Load the generated source.')
  const load = describeCommand(source.command('load'), {
    summary: "load a blueprint's generated source into an environment's database",
    about: 'Only into an environment of class development or preproduction. Tables that it did not load itself are never touched: then it refuses. Repeating it does only what is missing.',
    examples: ['regie source load --env staging', 'regie source load --env staging --scale 0.1 --yes --json'],
    exits: ['failed', 'refused', 'cancelled'],
  })
    .requiredOption('--env <name>', 'environment')
    .option('--blueprint <name>', 'whose source (default: the first of the workspace)')
    .option('--scale <factor>', 'times the usual number of rows', scale, 1)
    .option('--plan', 'show the plan and stop')
    .option('--yes', 'the plan was seen')
  act<LoadOptions>(load, world, async (context) => {
    const { env: environment, scale: size } = context.options
    const regie = await context.regie()
    const blueprint = context.options.blueprint ?? (await regie.pipelines.list(environment))[0]?.blueprint ?? ''
    return startPlan(context, await inProcess(regie).environments.planLoadSource({ environment, blueprint, scale: size }))
  }, { workspace: 'needed' })
}
