import { InvalidArgumentError, type Command } from 'commander'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import type { World } from '#core/cli/world.ts'

interface Options {
  readonly text: string
  readonly rating?: number
  readonly hasImage?: boolean
  readonly hasOrders?: boolean
}

const rating = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 5) throw new InvalidArgumentError('From 1 to 5.')
  return value
}

/** score: one text, as the pipeline would score it. */
export function scoreCommand(parent: Command, world: World): void {
  const command = describeCommand(parent.command('score'), {
    summary: 'score one review as the pipeline does',
    about: 'Answers {"textLength","textLengthScore","isExtremeRating","keywordScore","relevanceScore","theme","confidence","sentiment","status"} under --json.',
    examples: ['regie score --text "Great quality, fast delivery" --rating 5 --has-orders', 'regie score --text "Broken after two days" --rating 1 --has-image --json'],
  })
    .requiredOption('--text <text>', 'the review')
    .option('--rating <n>', 'stars, 1 to 5', rating)
    .option('--has-image', 'the review shows a picture')
    .option('--has-orders', 'the buyer has an order of it')
  act<Options>(command, world, async ({ options, line, regie }) => {
    const score = await inProcess(await regie()).scoring.one({ text: options.text, rating: options.rating ?? null, hasImage: options.hasImage === true, hasOrders: options.hasOrders === true })
    if (options.json) return line(score)
    const rows = Object.entries(score).map(([name, value]) => `${name.padEnd(18)}${typeof value === 'number' ? Number(value.toFixed(5)) : value}\n`)
    return world.io.out(rows.join(''))
  })
}
