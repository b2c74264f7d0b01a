import { InvalidArgumentError, Option, type Command } from 'commander'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { count, table } from '#core/cli/text.ts'
import type { World } from '#core/cli/world.ts'

interface Options {
  readonly env: string
  readonly limit: number
  readonly rule?: number
  readonly when?: string
  readonly enforce?: 'reject' | 'warn' | 'off'
  readonly gate?: string
  readonly warn?: number
  readonly stop?: number
}

const whole = (text: string): number => {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('A whole number from 1.')
  return Number(text)
}
const percent = (text: string): number => {
  if (!/^\d{1,6}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('A number of percent.')
  return Number(text)
}
const shown = (value: number | null, unit = ''): string => (value === null ? '-' : `${value}${unit}`)

/** quality rules | trend | preview */
export function qualityCommand(parent: Command, world: World): void {
  const quality = parent.command('quality').summary('reject rules and gates: what they say, measured and would have said').description('The reject rules and gates of a pipeline, what its runs measured, and what other rules or limits would have given.')
  const inEnvironment = (command: Command): Command => command.option('--env <name>', 'environment', 'sandbox')

  const rules = describeCommand(quality.command('rules <pipeline>'), { summary: 'the reject rules in their order, and the gates with their limits', examples: ['regie quality rules reviews', 'regie quality rules reviews --json'] })
  act<Options>(inEnvironment(rules), world, async ({ options, line, regie }, pipeline = '') => {
    const board = await inProcess(await regie()).quality.board({ environment: options.env, pipeline })
    if (options.json) {
      for (const rule of board.rules) await line({ rule: rule.index + 1, ...rule })
      for (const { points: _, ...gate } of board.gates) await line({ gate: gate.id, ...gate })
      return
    }
    await world.io.out(table(['rule', 'reason', 'effect', 'last run', 'when'], board.rules.map((rule) => [rule.index + 1, rule.reason, rule.enforce, shown(rule.found), rule.when ?? `repeats ${rule.repeats?.join(', ')}`])) + '\n')
    await world.io.out(table(['gate', 'measures', 'warns at', 'stops at'], board.gates.map((gate) => [gate.id, gate.title, shown(gate.warn ?? null, gate.unit), shown(gate.stop ?? null, gate.unit)])))
  }, { workspace: 'needed' })

  const trend = describeCommand(quality.command('trend <pipeline>'), { summary: 'what every gate measured, run by run', examples: ['regie quality trend reviews --limit 10', 'regie quality trend reviews --json'] }).option('--limit <runs>', 'newest runs', whole, 30)
  act<Options>(inEnvironment(trend), world, async ({ options, line, regie }, pipeline = '') => {
    const { gates } = await inProcess(await regie()).quality.board({ environment: options.env, pipeline, limit: Math.min(100, options.limit) })
    if (options.json) for (const gate of gates) for (const point of gate.points) await line({ gate: gate.id, unit: gate.unit, ...point })
    else await world.io.out(table(['gate', 'run', 'measured', 'warned at', 'stopped at', 'verdict'], gates.flatMap((gate) => gate.points.map((point) => [gate.id, point.number, shown(point.value, gate.unit), shown(point.warnAt ?? null, gate.unit), shown(point.stopAt ?? null, gate.unit), point.verdict]))))
  }, { workspace: 'needed' })

  const preview = describeCommand(quality.command('preview <pipeline>'), {
    summary: 'what another rule or other limits would have given on the last run',
    about: 'Changes nothing. --rule takes the number that `quality rules` shows; its expression is one predicate over the joined row.',
    examples: ["regie quality preview reviews --rule 5 --when 'text_length<10'", 'regie quality preview reviews --rule 7 --enforce reject --json', 'regie quality preview reviews --gate audit/reject-rate --warn 1 --stop 2'],
  })
    .option('--rule <n>', 'the rule to try', whole)
    .option('--when <expression>', 'its predicate')
    .addOption(new Option('--enforce <effect>', 'its effect').choices(['reject', 'warn', 'off']))
    .option('--gate <id>', 'the gate whose limits to try')
    .option('--warn <percent>', 'warns over it', percent)
    .option('--stop <percent>', 'stops the run over it', percent)
  act<Options>(inEnvironment(preview), world, async ({ options: { env, json, rule, when, enforce, gate, warn, stop }, line, regie }, pipeline = '') => {
    const api = inProcess(await regie())
    const { rules: known } = await api.quality.board({ environment: env, pipeline, limit: 1 })
    const found = await api.quality.preview({
      environment: env,
      pipeline,
      rules: rule === undefined ? [] : [{ index: rule - 1, reason: known[rule - 1]?.reason ?? '', when, enforce }],
      gates: gate === undefined ? [] : [{ id: gate, warn: warn ?? null, stop: stop ?? null }],
    })
    if (json || !found) {
      await (json ? line(found) : world.io.out('No run has been judged yet.\n'))
      return
    }
    await world.io.out(`On the rows of run ${found.number}, nothing is changed:\n\n`)
    const { rows } = found
    if (rows) {
      await world.io.out(`${count(rows.rejected)} of ${count(rows.total)} rows would be rejected, ${count(rows.rejectedBefore)} are now: ${count(rows.newly)} newly, ${count(rows.gone)} no longer, ${count(rows.otherReason)} for another reason\n\n`)
      await world.io.out(table(['reason', 'would', 'now'], [...new Set([...Object.keys(rows.byReason), ...Object.keys(rows.byReasonBefore)])].map((reason) => [reason, rows.byReason[reason] ?? 0, rows.byReasonBefore[reason] ?? 0])) + '\n')
    }
    await world.io.out(table(['gate', 'would measure', 'would say', 'said'], found.gates.map((one) => [one.id, shown(one.value, one.unit), one.verdict, one.verdictBefore])))
  }, { workspace: 'needed' })
}
