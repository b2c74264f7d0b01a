import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { inProcess } from '#core/api/index.ts'
import { EXIT } from '#core/api/errors.ts'
import { shipped } from '#core/base/package-root.ts'
import { initWorkspace } from '#core/environments/workspace.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { Usage } from '#core/cli/errors.ts'
import { followRun } from '#core/cli/follow-run.ts'
import { rememberWorkspace } from '#core/cli/home.ts'
import type { World } from '#core/cli/world.ts'

interface Options {
  readonly seed?: number
  readonly scale?: number
  readonly name?: string
  readonly quick?: boolean
}

/** Every blueprint that ships with the program. */
export const shippedBlueprints = (): string[] =>
  readdirSync(shipped('core', 'blueprints'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()

const number = (text: string): number => {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Not a number.')
  return value
}

/** Makes a workspace and fills its sandbox. May be repeated: what is there is kept. */
export function initCommand(parent: Command, world: World): void {
  const command = describeCommand(parent.command('init'), {
    summary: 'make a workspace and fill its sandbox',
    about: 'A workspace is a folder for git: environments, pipelines and policy as YAML. Its sandbox is a real PostgreSQL with generated data. Repeating init does only what is missing.',
    examples: ['regie init --workspace ./platform', 'regie init --workspace ./platform --seed 7 --json'],
    exits: ['cancelled'],
  })
    .option('--seed <n>', 'seed of the generated data: same seed, same rows', number)
    .option('--scale <factor>', 'times the usual number of rows', number)
    .option('--name <name>', 'name of the workspace (default: the name of its folder)')
    .option('--quick', 'load only the tables that pipelines read first')
  act<Options>(command, world, async (context) => {
    const { seed, scale, name, quick, workspace: named, json = false } = context.options
    if (named === undefined) throw new Usage('Which folder? --workspace <folder> is missing.', 'regie init --workspace ./platform')
    const folder = resolve(world.cwd, named)
    const { workspace, created } = initWorkspace(folder, { seed, scale, name, blueprints: shippedBlueprints() })
    rememberWorkspace(world.home, folder)
    if (!json) await world.io.out(`Workspace ${workspace.name} ${created ? 'made' : 'is there already'}: ${folder}\n`)

    const regie = await context.regie()
    const api = inProcess(regie)
    const environment = regie.info().environments.find((one) => one.class === 'sandbox')
    if (!environment) return EXIT.done
    const plan = await api.environments.planProvision({ environment: environment.name, part: quick ? 'pipeline-tables' : 'all' })
    const after = regie.engine.lastEventId()
    const { runId } = await api.environments.provision({ environment: environment.name, planHash: plan.hash })
    return followRun(world, regie, runId, { json, after })
  })
}
