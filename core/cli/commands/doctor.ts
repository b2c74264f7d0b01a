import type { Command } from 'commander'
import { EXIT, presentable } from '#core/api/errors.ts'
import { dated, examineMachine, examineProgram } from '#core/api/doctor/index.ts'
import type { DoctorCheck } from '#core/api/regie.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { plain } from '#core/cli/text.ts'
import type { World } from '#core/cli/world.ts'

const MARK: Readonly<Record<DoctorCheck['state'], string>> = { passed: '✓', warning: '!', failed: '✗', 'not-proven': '–' }

/** doctor: everything that can be looked at, also when the program can't be opened. */
export function doctorCommand(parent: Command, world: World): void {
  const command = describeCommand(parent.command('doctor'), {
    summary: 'check the machine, the state and the models',
    about: 'Changes nothing. Ends with 1 when a check failed; a warning or something that could not be looked at does not.',
    examples: ['regie doctor', 'regie doctor --json'],
    exits: ['failed'],
  })
  act(command, world, async ({ options, line, regie }) => {
    const checks = await examineMachine(world.home, world.clock)
    try {
      checks.push(...(await examineProgram(await regie(), world.cancelled)))
    } catch (error) {
      const { what, next } = presentable(error, world.report)
      checks.push(await dated('program', world.clock, () => ({ check: 'program', title: 'Program', state: 'failed', found: what, ...(next ? { mend: next } : {}) })))
    }
    for (const check of checks) {
      if (options.json) await line(check)
      else await world.io.out(`${MARK[check.state]} ${check.title.padEnd(24)} ${plain(check.found)}\n${check.mend ? `${' '.repeat(27)}${plain(check.mend)}\n` : ''}`)
    }
    return checks.some((check) => check.state === 'failed') ? EXIT.failed : EXIT.done
  })
}
