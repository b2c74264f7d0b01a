import { InvalidArgumentError, type Command } from 'commander'
import type { Regie } from '#core/api/regie.ts'
import { hostCore } from '#core/serve/core-host.ts'
import { ipcChannel, utilityChannel } from '#core/serve/host-channel.ts'
import type { HostConfig } from '#core/serve/host-messages.ts'
import { supervise, type Supervised, type SupervisorOptions } from '#core/serve/supervisor.ts'
import { shipped } from '#core/base/package-root.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { findWorkspace, rememberWorkspace } from '#core/cli/home.ts'
import { ownWorkspace } from '#core/cli/own-workspace.ts'
import type { World } from '#core/cli/world.ts'

const port = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('From 0 to 65535; 0 is any that is free.')
  return value
}

export const withPort = (command: Command): Command => command.option('--port <n>', 'port of 127.0.0.1; 0 is any that is free', port, 0)

/** Starts the core in a child process behind a port and a token of this launch. */
export function superviseCore(world: World, options: Pick<SupervisorOptions, 'port' | 'say' | 'onRun' | 'onEvent'> & { workspace: string | null; firstStart: string | null }): Promise<Supervised> {
  const { workspace, firstStart, ...rest } = options
  return supervise({
    ...rest,
    clock: world.clock,
    entry: world.entry,
    args: ['core-host'],
    config: { home: world.home, workspace, actor: world.actor, firstStart },
  })
}

/** Resolves at the first ^C or SIGTERM. */
export const untilCancelled = ({ cancelled }: World): Promise<void> =>
  new Promise((resolve) => {
    if (cancelled.aborted) resolve()
    else cancelled.addEventListener('abort', () => resolve(), { once: true })
  })

/** serve: console and API on loopback until ^C. */
export function serveCommand(parent: Command, world: World): void {
  const command = describeCommand(parent.command('serve'), {
    summary: 'serve the console on this machine, behind a link with a token',
    about: 'Listens on 127.0.0.1 only. The link holds a token that is new at every launch. The core runs in a process of its own and is started again if it dies, behind the same link. Under --json the first line is {"url"}. Ctrl-C ends it; runs that were at work are resumed at the next start.',
    examples: ['regie serve', 'regie serve --port 0 --json'],
  })
  act<{ port: number }>(withPort(command), world, async ({ options, line }) => {
    const workspace = findWorkspace(world.home, world.cwd, options.workspace)
    if (workspace !== null && options.workspace !== undefined) rememberWorkspace(world.home, workspace)
    const served = await superviseCore(world, { port: options.port, workspace, firstStart: null, say: (text) => world.io.err(`${text}\n`) })
    await (options.json ? line({ url: served.url }) : world.io.out(`The console is served at\n  ${served.url}\nCtrl-C ends it.\n`))
    await untilCancelled(world)
    await served.close()
  })
}

/** core-host: the child process of serve and start; not for people. */
export function coreHostCommand(parent: Command, world: World): void {
  parent.command('core-host', { hidden: true }).action(async () => {
    const channel = ipcChannel(process) ?? utilityChannel(process)
    const open = ({ home, workspace, actor, firstStart }: HostConfig): Promise<Regie> =>
      world.open({ home, workspace: workspace ?? (firstStart === null ? null : ownWorkspace(world).workspace.folder), clock: world.clock, actor })
    if (channel) hostCore(open, shipped('dist', 'page'), world.report, channel)
    await new Promise(() => undefined)
  })
}
