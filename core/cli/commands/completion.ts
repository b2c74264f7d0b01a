import { Argument, type Command } from 'commander'
import { describeCommand } from '#core/cli/command.ts'
import type { World } from '#core/cli/world.ts'

/** What may follow each command: its sub-commands and options. `regie run` → show resume cancel … */
interface Words {
  readonly path: readonly string[]
  readonly words: readonly string[]
}

const visible = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command)

function words(command: Command, path: readonly string[] = []): Words[] {
  const subcommands = visible(command).filter((child) => child.name() !== 'help')
  const options = command.options.filter((option) => !option.hidden && option.long).map((option) => option.long ?? '')
  return [
    { path, words: [...subcommands.map((child) => child.name()), ...options, '--help'] },
    ...subcommands.flatMap((child) => words(child, [...path, child.name()])),
  ]
}

function bash(all: readonly Words[]): string {
  const cases = all.map(({ path, words: next }) => `    "${path.join(' ')}") COMPREPLY=($(compgen -W "${next.join(' ')}" -- "$word")) ;;`)
  return `# regie completion bash > /etc/bash_completion.d/regie
_regie() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -*) ;;
      *) case " ${all.flatMap(({ path }) => path).join(' ')} " in *" \${COMP_WORDS[i]} "*) path="\${path:+$path }\${COMP_WORDS[i]}" ;; esac ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o default -F _regie regie
`
}

const zsh = (all: readonly Words[]): string => `#compdef regie
# regie completion zsh > "\${fpath[1]}/_regie"
autoload -U +X bashcompinit && bashcompinit
${bash(all)}`

function fish(all: readonly Words[]): string {
  const lines = all.flatMap(({ path, words: next }) => {
    const inside = path.length === 0 ? '__fish_use_subcommand' : path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ')
    return next.map((word) => `complete -c regie -n '${inside}' ${word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`}`)
  })
  return `# regie completion fish > ~/.config/fish/completions/regie.fish\n${lines.join('\n')}\n`
}

const SHELLS = { bash, zsh, fish } as const

/** completion: a script that makes the shell complete commands and options. */
export function completionCommand(parent: Command, world: World): void {
  describeCommand(parent.command('completion'), {
    summary: 'print a script for completion in bash, zsh or fish',
    examples: ['regie completion bash', 'regie completion fish'],
  })
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .action((shell: keyof typeof SHELLS) => world.io.out(SHELLS[shell](words(parent))))
}
