import { resolve } from 'node:path'
import type { Command } from 'commander'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { bytes, count, table } from '#core/cli/text.ts'
import type { World } from '#core/cli/world.ts'

interface Options {
  readonly env: string
  readonly out: string
}

/** data tables | export */
export function dataCommand(parent: Command, world: World): void {
  const data = parent.command('data').summary('list and export published tables').description('List and export published warehouse tables.')

  const tables = describeCommand(data.command('tables'), { summary: 'published tables and views', examples: ['regie data tables --env sandbox'] }).option('--env <name>', 'environment', 'sandbox')
  act<Options>(tables, world, async ({ options, line, regie }) => {
    const found = await inProcess(await regie()).data.tables({ environment: options.env })
    if (options.json) for (const one of found) await line(one)
    else await world.io.out(found.length === 0 ? 'Nothing is published yet.\n' : table(['table', 'kind', 'rows', 'version', 'published'], found.map((one) => [one.name, one.kind, one.rows ?? '', one.version ?? '', one.publishedAt ?? ''])))
  }, { workspace: 'needed' })

  const command = describeCommand(data.command('export <table>'), {
    summary: 'write a published table or view to a file',
    about: 'The end of the file name says how: .parquet or .csv. The file appears whole or not at all; one that is there is replaced.',
    examples: ['regie data export reviews --env sandbox --out reviews.parquet', 'regie data export reviews --env sandbox --out reviews.csv --json'],
    exits: ['cancelled'],
  })
    .option('--env <name>', 'environment', 'sandbox')
    .requiredOption('--out <file>', 'file to write')
  act<Options>(command, world, async ({ options, line, regie }, name = '') => {
    const done = await inProcess(await regie()).data.export({ environment: options.env, table: name, file: resolve(world.cwd, options.out), replace: true }, { signal: world.cancelled })
    await (options.json ? line(done) : world.io.out(`${count(done.rows)} rows, ${bytes(done.bytes)}, sha256 ${done.sha256}\n${done.file}\n`))
  }, { workspace: 'needed' })
}
