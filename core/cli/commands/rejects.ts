import type { Command } from 'commander'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { count, table } from '#core/cli/text.ts'
import type { World } from '#core/cli/world.ts'

interface Options {
  readonly env: string
  readonly run?: string
  readonly reason?: string
}

/** rejects: the rows that a run refused, as the documents that it wrote. */
export function rejectsCommand(parent: Command, world: World): void {
  const command = describeCommand(parent.command('rejects'), {
    summary: 'the rows that a run rejected, with reason and original row',
    about: 'With --json one document per line, as it stands in the document store.',
    examples: ['regie rejects --run 20261121_105814_ab12 --json', 'regie rejects --reason empty_description'],
  })
    .option('--env <name>', 'environment', 'sandbox')
    .option('--run <runId>', 'of one run (default: the last one that published)')
    .option('--reason <reason>', 'of one reason')
  act<Options>(command, world, async ({ options, line, regie }) => {
    const program = await regie()
    if (options.json) {
      for await (const document of program.rejects.stream({ environment: options.env, runId: options.run, reason: options.reason })) {
        if (world.io.closed()) return
        await line(document)
      }
      return
    }
    const found = await inProcess(program).rejects.list({ environment: options.env, runId: options.run, reason: options.reason, limit: 200 })
    if (found.runId === null) {
      await world.io.out('No run has published yet.\n')
      return
    }
    await world.io.out(`Run ${found.runId}: ${count(found.total)} rejected\n\n${table(['reason', 'rows'], Object.entries(found.byReason))}\n`)
    await world.io.out(table(['id', 'reason', 'details'], found.rows.map((row) => [row.reviewId, row.reason, row.errorDetails])))
    if (found.total > found.rows.length) await world.io.out(`… and ${count(found.total - found.rows.length)} more: use --json for all\n`)
  }, { workspace: 'needed' })
}
