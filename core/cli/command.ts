import type { Command } from 'commander'
import type { Regie } from '#core/api/regie.ts'
import { EXIT } from '#core/api/errors.ts'
import { WorkspaceNotFound } from '#core/environments/errors.ts'
import { findWorkspace, rememberWorkspace } from './home.ts'
import type { CommonOptions, Context, World } from './world.ts'

export interface CommandText {
  readonly summary: string
  /** Further paragraphs of the help. */
  readonly about?: string
  /** Lines as typed, without the prompt; a test runs them. */
  readonly examples: readonly string[]
  /** Exit codes beside 0 that this command may end with. */
  readonly exits?: readonly (keyof typeof MEANING)[]
}

const MEANING = {
  failed: '1    it failed; what happened is on stderr',
  usage: '2    the command was not understood',
  refused: '3    a guard refused it; nothing was changed',
  stopped: '4    a quality gate stopped the run',
  cancelled: '130  cancelled with Ctrl-C',
} as const

const block = (title: string, lines: readonly string[]): string => `\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}\n`

/** Help that teaches: what it does, how it is typed, how it ends. */
export function describeCommand(command: Command, text: CommandText): Command {
  const exits = ['0    done', MEANING.failed, MEANING.usage, ...(text.exits ?? []).map((exit) => MEANING[exit])]
  return command
    .summary(text.summary)
    .description([text.summary, text.about].filter(Boolean).join('\n\n'))
    .addHelpText('after', block('Examples', text.examples.map((line) => `$ ${line}`)) + block('Exit codes', [...new Set(exits)]))
}

/**
 * Makes a command do something: gives its action the program, lazily opened, and closes it again.
 * The action's number is the exit code; none is 0.
 */
export function act<Options extends object>(
  command: Command,
  world: World,
  action: (context: Context<Options>, ...args: string[]) => Promise<number | void>,
  { workspace = 'optional' }: { workspace?: 'needed' | 'optional' } = {},
): void {
  command.option('--json', 'answer in JSON, one value per line').option('--workspace <folder>', 'folder with regie.yaml (default: the one you are in, else the last one used)')
  command.action(async (...given: unknown[]) => {
    const options = command.opts<Options & CommonOptions>()
    const args = given.slice(0, command.registeredArguments.length) as string[]
    const program: { opened: Promise<Regie> | null } = { opened: null }
    const context: Context<Options> = {
      ...world,
      options,
      line: (value) => world.io.out(JSON.stringify(value) + '\n'),
      regie: () => {
        const folder = findWorkspace(world.home, world.cwd, options.workspace)
        if (folder === null && workspace === 'needed') throw new WorkspaceNotFound(world.cwd)
        if (folder !== null && options.workspace !== undefined) rememberWorkspace(world.home, folder)
        return (program.opened ??= world.open({ home: world.home, workspace: folder, clock: world.clock, actor: world.actor }))
      },
    }
    try {
      world.exit.code = (await action(context, ...args)) ?? EXIT.done
    } finally {
      const regie = await program.opened?.catch(() => null)
      await regie?.close()
    }
  })
}
