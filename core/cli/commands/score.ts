import { InvalidArgumentError, type Command } from 'commander'
import { resolve } from 'node:path'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { Usage } from '#core/cli/errors.ts'
import { startPlan, type PlanOptions } from '#core/cli/start-plan.ts'
import type { World } from '#core/cli/world.ts'

interface Options extends PlanOptions {
  readonly text?: string
  readonly rating?: number
  readonly hasImage?: boolean
  readonly hasOrders?: boolean
  readonly file?: string
  readonly out?: string
  readonly env: string
  readonly replace?: boolean
  readonly textColumn?: string
  readonly ratingColumn?: string
  readonly imageColumn?: string
  readonly ordersColumn?: string
}

const rating = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 5) throw new InvalidArgumentError('From 1 to 5.')
  return value
}

/** score: one text, or the rows of a file, as the pipeline would score them. */
export function scoreCommand(parent: Command, world: World): void {
  const command = describeCommand(parent.command('score'), {
    summary: 'score one review, or the rows of a file, as the pipeline does',
    about: [
      'With --text: answers {"textLength","textLengthScore","isExtremeRating","keywordScore","relevanceScore","theme","confidence","sentiment","status"} under --json.',
      'With --file: reads a CSV (header, UTF-8) or Parquet file and writes a new one with the scores beside its columns. Columns that are not named are guessed.',
      'Under --json every event is one line; the last line is {"runId","status","file","rows","relevant","irrelevant","bytes","sha256","models","durationMs"}.',
      'A killed run is resumed with regie run resume; what it had scored is kept.',
    ].join('\n'),
    examples: ['regie score --text "Great quality, fast delivery" --rating 5 --has-orders', 'regie score --text "Broken after two days" --rating 1 --has-image --json', 'regie score --file reviews.csv --out scored.parquet --text-column description', 'regie score --file reviews.parquet --out scored.csv --json | tail -1'],
    exits: ['refused', 'cancelled'],
  })
    .option('--text <text>', 'the review')
    .option('--rating <n>', 'stars, 1 to 5', rating)
    .option('--has-image', 'the review shows a picture')
    .option('--has-orders', 'the buyer has an order of it')
    .option('--file <file>', 'a .csv or .parquet file of reviews')
    .option('--out <file>', 'where the scored rows go: .csv or .parquet')
    .option('--replace', 'write over a file that is there')
    .option('--text-column <name>', 'column of the text')
    .option('--rating-column <name>', 'column of the stars')
    .option('--image-column <name>', 'column that says whether there is a picture')
    .option('--orders-column <name>', 'column that says whether there is an order')
    .option('--env <name>', 'environment whose engine reads the file', 'sandbox')
    .option('--plan', 'show the plan for the file and stop')
    .option('--yes', 'run without asking')
  act<Options>(command, world, async (context) => {
    const { options, line, regie } = context
    if (options.file !== undefined) {
      if (options.out === undefined) throw new Usage('--file needs --out: where the scored rows go.')
      const api = inProcess(await regie())
      const file = resolve(world.cwd, options.file)
      const { guess } = await api.scoring.inspect({ environment: options.env, file }, { signal: world.cancelled })
      const text = options.textColumn ?? guess.text
      if (text === null) throw new Usage('No column looks like the text of a review: name it with --text-column.')
      const columns = { text, rating: options.ratingColumn ?? guess.rating, hasImage: options.imageColumn ?? guess.hasImage, hasOrders: options.ordersColumn ?? guess.hasOrders }
      const plan = await api.scoring.planFile({ environment: options.env, file, out: resolve(world.cwd, options.out), columns, replace: options.replace === true })
      return startPlan(context, plan)
    }
    if (options.text === undefined) throw new Usage('Give a review with --text, or a file with --file and --out.')
    const score = await inProcess(await regie()).scoring.one({ text: options.text, rating: options.rating ?? null, hasImage: options.hasImage === true, hasOrders: options.hasOrders === true })
    if (options.json) {
      await line(score)
      return
    }
    const rows = Object.entries(score).map(([name, value]) => `${name.padEnd(18)}${typeof value === 'number' ? Number(value.toFixed(5)) : value}\n`)
    await world.io.out(rows.join(''))
  })
}
