import { Command } from 'commander'
import { auditCommand } from './commands/audit.ts'
import { completionCommand } from './commands/completion.ts'
import { dataCommand } from './commands/data.ts'
import { doctorCommand } from './commands/doctor.ts'
import { elevateCommand, envCommand, sourceCommand } from './commands/env.ts'
import { initCommand } from './commands/init.ts'
import { pipelineCommand } from './commands/pipeline.ts'
import { qualityCommand } from './commands/quality.ts'
import { rejectsCommand } from './commands/rejects.ts'
import { runCommand, runsCommand } from './commands/runs.ts'
import { scheduleCommand } from './commands/schedule.ts'
import { scoreCommand } from './commands/score.ts'
import { coreHostCommand, serveCommand } from './commands/serve.ts'
import { startCommand } from './commands/start.ts'
import { judge } from './failures.ts'
import { sentences } from './text.ts'
import type { World } from './world.ts'

/** All commands, in the order in which help lists them. */
export function buildProgram(world: World, version: string): Command {
  const program = new Command('regie')
    .description('The control room for data platforms: run, monitor, go back, decide and prove.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('Add --help for examples.')
    .configureOutput({ writeOut: (text) => void world.io.out(text), writeErr: (text) => world.io.err(text), getOutHelpWidth: () => Math.min(100, world.io.columns()) })
    .addHelpText('after', '\nState lives in REGIE_HOME and nowhere else (now: ' + world.home + ').\nExit codes: 0 done, 1 failed, 2 usage, 3 refused by a guard, 4 a gate stopped it, 130 cancelled.')
  for (const add of [
    startCommand,
    initCommand,
    serveCommand,
    envCommand,
    elevateCommand,
    sourceCommand,
    pipelineCommand,
    runsCommand,
    runCommand,
    scheduleCommand,
    qualityCommand,
    rejectsCommand,
    scoreCommand,
    dataCommand,
    auditCommand,
    doctorCommand,
    completionCommand,
    coreHostCommand,
  ])
    add(program, world)
  return program
}

/** Runs one command line and returns its exit code; every failure ends in sentences, none in a stack trace. */
export async function runCli(args: readonly string[], world: World, version: string): Promise<number> {
  const json = args.includes('--json')
  // A promise alone does not keep Node alive: a worker that is not counted would let the process end in the middle.
  const alive = setInterval(() => undefined, 60_000)
  try {
    await buildProgram(world, version).parseAsync(args, { from: 'user' })
    return world.exit.code
  } catch (thrown) {
    const { failure, code } = judge(thrown, world.report)
    if (failure) {
      if (json) await world.io.out(JSON.stringify({ failure }) + '\n')
      world.io.err(sentences(failure))
    }
    return code
  } finally {
    await world.io.flush()
    clearInterval(alive)
  }
}
