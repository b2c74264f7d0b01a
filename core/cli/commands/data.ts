import { resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { bytes, count, table } from '#core/cli/text.ts'
import type { World } from '#core/cli/world.ts'

interface Options {
  readonly env: string
  readonly out: string
  readonly system: System
  readonly version?: string
  readonly where: readonly Filter[]
  readonly sort?: string
  readonly descending?: boolean
  readonly limit: number
  readonly offset: number
  readonly column?: readonly string[]
}

const SYSTEMS = ['postgresql', 'object-store', 'warehouse', 'document-store'] as const
type System = (typeof SYSTEMS)[number]
interface Filter {
  readonly column: string
  readonly op: 'contains' | 'equals' | 'not-equals' | 'from' | 'to' | 'null' | 'not-null'
  readonly value?: string
}

const OPS = { '~': 'contains', '=': 'equals', '!=': 'not-equals', '>=': 'from', '<=': 'to' } as const

/** `column=value`, `!=`, `~` (contains), `>=`, `<=`; `column=NULL` and `column!=NULL`. */
export function filterOf(text: string, before: readonly Filter[] = []): readonly Filter[] {
  const found = /^(.+?)(!=|>=|<=|=|~)([\s\S]*)$/.exec(text)
  const [, column = '', sign = '', value = ''] = found ?? []
  if (!found) throw new InvalidArgumentError('Write column=value, column!=value, column~part, column>=value or column<=value.')
  if (value === 'NULL' && (sign === '=' || sign === '!=')) return [...before, { column, op: sign === '=' ? 'null' : 'not-null' }]
  return [...before, { column, op: OPS[sign as keyof typeof OPS], value }]
}

const whole = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number.')
  return Number(text)
}

const cell = (value: unknown): string => (value === null ? 'NULL' : typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/\s+/g, ' ').slice(0, 48)

const what = (command: Command): Command =>
  command
    .option('--env <name>', 'environment', 'sandbox')
    .addOption(new Option('--system <system>', 'which system holds it').choices(SYSTEMS).default('warehouse'))
    .option('--version <version>', 'a kept version of a table or an object')
    .option('--where <filter>', 'column=value, != ~ >= <=; may be repeated, all must hold', filterOf, [])
const sorted = (command: Command): Command => command.option('--sort <column>', 'order by a column').option('--descending', 'largest first')
const sortOf = ({ sort, descending }: Options) => (sort === undefined ? null : { column: sort, descending: descending === true })

/** data list | tables | preview | profile | export */
export function dataCommand(parent: Command, world: World): void {
  const data = parent.command('data').summary('look at, profile and export what an environment holds').description('Look at, profile and export tables, objects and documents of an environment. Values of columns that name a person are never read.')

  const list = describeCommand(data.command('list'), { summary: 'what every system of an environment holds', examples: ['regie data list --env sandbox', 'regie data list --json'] }).option('--env <name>', 'environment', 'sandbox')
  act<Options>(list, world, async ({ options, line, regie }) => {
    const tree = await inProcess(await regie()).data.tree({ environment: options.env })
    for (const { system, failure } of tree) if (failure) world.io.err(`${system}: ${failure.what}\n`)
    const items = tree.flatMap(({ system, items: found }) => found.map((item) => ({ system, ...item })))
    if (options.json) for (const one of items) await line(one)
    else await world.io.out(table(['system', 'name', 'kind', 'rows', 'personal'], items.map((one) => [one.system, one.name, one.kind, one.rows ?? '', one.personal === 'none' ? '' : one.personal])))
  }, { workspace: 'needed' })

  const tables = describeCommand(data.command('tables'), { summary: 'published tables and views', examples: ['regie data tables --env sandbox'] }).option('--env <name>', 'environment', 'sandbox')
  act<Options>(tables, world, async ({ options, line, regie }) => {
    const found = await inProcess(await regie()).data.tables({ environment: options.env })
    if (options.json) for (const one of found) await line(one)
    else await world.io.out(found.length === 0 ? 'Nothing is published yet.\n' : table(['table', 'kind', 'rows', 'version', 'published'], found.map((one) => [one.name, one.kind, one.rows ?? '', one.version ?? '', one.publishedAt ?? ''])))
  }, { workspace: 'needed' })

  const preview = describeCommand(data.command('preview <name>'), {
    summary: 'rows of a table, view, object or collection',
    about: 'Filters and order are applied by the system that holds the rows. Under --json every row is one line, by column name.',
    examples: ['regie data preview reviews --where "rating<=2" --limit 20', 'regie data preview review --system postgresql --sort rating --descending', 'regie data preview logs --system document-store --json'],
    exits: ['refused', 'cancelled'],
  })
    .option('--limit <n>', 'at most so many rows', whole, 20)
    .option('--offset <n>', 'leave out the first ones', whole, 0)
  act<Options>(sorted(what(preview)), world, async ({ options, line, regie }, name = '') => {
    const api = inProcess(await regie())
    const at = { environment: options.env, system: options.system, name, version: options.version }
    const { columns } = await api.data.describe(at, { signal: world.cancelled })
    const rows: (readonly unknown[])[] = []
    for (let offset = 0; offset < options.limit; offset += 1000) {
      const part = await api.data.page({ ...at, filters: [...options.where], sort: sortOf(options), offset: options.offset + offset, limit: Math.min(1000, options.limit - offset) }, { signal: world.cancelled })
      if (options.json) for (const row of part.rows) await line(Object.fromEntries(columns.flatMap((column, i) => (column.personal ? [] : [[column.name, row[i]]]))))
      else rows.push(...part.rows)
      if (part.rows.length < 1000) break
    }
    const hidden = columns.filter(({ personal }) => personal).map((column) => column.name)
    if (hidden.length > 0) world.io.err(`hidden, personal: ${hidden.join(', ')}\n`)
    if (!options.json) await world.io.out(table(columns.filter(({ personal }) => !personal).map((column) => column.name), rows.map((row) => row.filter((_, i) => columns[i]?.personal !== true).map(cell))))
  }, { workspace: 'needed' })

  const profile = describeCommand(data.command('profile <name>'), {
    summary: 'nulls, distinct values, range and most frequent values of columns',
    about: 'One line per column as it is done; Ctrl-C cancels the statement in the system.',
    examples: ['regie data profile reviews', 'regie data profile review --system postgresql --column rating --json'],
    exits: ['refused', 'cancelled'],
  }).option('--column <name...>', 'only these columns')
  act<Options>(what(profile), world, async ({ options, line, regie }, name = '') => {
    const at = { environment: options.env, system: options.system, name, version: options.version, filters: [...options.where] }
    for await (const { profile: one } of await inProcess(await regie()).data.profile({ ...at, columns: options.column ? [...options.column] : undefined }, { signal: world.cancelled })) {
      if (options.json) await line(one)
      else await world.io.out(`${one.column.padEnd(24)} ${one.personal ? 'hidden, personal; ' : ''}${count(one.rows)} rows, ${count(one.nulls)} NULL${one.distinct === null ? '' : `, ${count(one.distinct)} distinct, ${cell(one.min)} to ${cell(one.max)}`}\n`)
    }
  }, { workspace: 'needed' })

  const command = describeCommand(data.command('export <name>'), {
    summary: 'write a table, view, object or collection to a file',
    about: 'The end of the file name says how: .parquet or .csv. The file appears whole or not at all; one that is there is replaced. Columns that name a person are left out.',
    examples: ['regie data export reviews --env sandbox --out reviews.parquet', 'regie data export reviews --env sandbox --out reviews.csv --json', 'regie data export review --system postgresql --where rating=1 --out ones.csv'],
    exits: ['refused', 'cancelled'],
  }).requiredOption('--out <file>', 'file to write')
  act<Options>(sorted(what(command)), world, async ({ options, line, regie }, name = '') => {
    const done = await inProcess(await regie()).data.export(
      { environment: options.env, system: options.system, table: name, version: options.version, filters: [...options.where], sort: sortOf(options), file: resolve(world.cwd, options.out), replace: true },
      { signal: world.cancelled },
    )
    await (options.json ? line(done) : world.io.out(`${count(done.rows)} rows, ${bytes(done.bytes)}, sha256 ${done.sha256}\n${done.file}\n`))
  }, { workspace: 'needed' })
}
