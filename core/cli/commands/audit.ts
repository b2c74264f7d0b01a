import { createWriteStream, readFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { EXIT, FileUnwritable } from '#core/api/errors.ts'
import { inProcess } from '#core/api/index.ts'
import { AnchorUnreadable } from '#core/audit/errors.ts'
import { isCancellation } from '#core/base/errors.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { count, plain, table } from '#core/cli/text.ts'
import type { World } from '#core/cli/world.ts'
import { evidenceCommands } from './audit-evidence.ts'

interface ListOptions {
  readonly limit: number
  readonly kind?: string
  readonly run?: string
  readonly env?: string
  readonly search?: string
}

const limit = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 1000) throw new InvalidArgumentError('From 1 to 1000.')
  return value
}

/** audit verify | list | export, and what audit-evidence.ts adds */
export function auditCommand(parent: Command, world: World): void {
  const audit = parent.command('audit').summary('verify, prove, anchor and export the audit log').description('Verify, prove, anchor, list and export the audit log. Its format: docs/audit-format.md; a verifier without Régie: docs/verifier')

  const verify = describeCommand(audit.command('verify'), {
    summary: 'recompute every hash and name the first bad entry',
    about:
      'Answers {"ok","entries","rootHash","firstBad"?} under --json, with "against" one verdict per anchor. Ends with 1 when the log is not what was appended, or not what an anchor says.',
    examples: ['regie audit verify', 'regie audit verify --json', 'regie audit verify --against anchor.txt'],
    exits: ['failed', 'cancelled'],
  }).option('--against <anchor>', 'a file that holds anchors, or the line itself; may be given again', (text: string, before: string[]) => [...before, text], [] as string[])
  act<{ against: string[] }>(verify, world, async ({ options, line, regie }) => {
    const api = inProcess(await regie())
    // Read before the work of minutes: a wrong name is said at once.
    const anchors = options.against.map((text) => anchorText(world.cwd, text))
    for await (const event of await api.audit.verify({}, { signal: world.cancelled })) {
      if (event.kind === 'progress') {
        if (world.io.tty && !options.json) world.io.err(`\r${count(event.done)} of ${count(event.total)} entries`)
        continue
      }
      const { verdict } = event
      const against = (await Promise.all(anchors.map((text) => api.audit.check({ text })))).flat()
      const ok = verdict.ok && against.every((one) => one.ok)
      if (options.json) await line(anchors.length === 0 ? verdict : { ...verdict, ok, against })
      else {
        await world.io.out(`${world.io.tty ? '\r' : ''}${verdict.ok ? 'Whole' : `NOT WHOLE: entry ${verdict.firstBad?.seq}: ${verdict.firstBad?.problem}`}. ${count(verdict.entries)} entries, root ${verdict.rootHash}\n`)
        for (const one of against) await world.io.out(one.ok ? `Anchor of ${one.at}: its ${count(one.size)} entries are still what they were.\n` : `ANCHOR OF ${one.at} DOES NOT HOLD: ${plain(one.problem ?? '')}\n`)
      }
      return ok ? EXIT.done : EXIT.failed
    }
    return EXIT.failed
  })

  const list = describeCommand(audit.command('list'), { summary: 'newest entries first', examples: ['regie audit list --limit 10', 'regie audit list --run 20261121_105814_ab12 --json'] })
    .option('--limit <n>', 'at most so many', limit, 50)
    .option('--kind <kind>', 'of one kind, e.g. run.refused')
    .option('--run <runId>', 'of one run')
    .option('--env <name>', 'of one environment')
    .option('--search <text>', 'whose sentence holds this')
  act<ListOptions>(list, world, async ({ options, line, regie }) => {
    const { entries } = await inProcess(await regie()).audit.list({ kinds: options.kind === undefined ? undefined : [options.kind], runId: options.run, environments: options.env === undefined ? undefined : [options.env], search: options.search, limit: options.limit })
    if (options.json) for (const entry of entries) await line(entry)
    else await world.io.out(table(['seq', 'at', 'actor', 'kind', 'what'], entries.map((entry) => [entry.seq, entry.at, entry.actor, entry.kind, entry.summary])))
  })

  const exporting = describeCommand(audit.command('export'), {
    summary: 'every entry as one canonical line',
    about: 'The bytes of each line, without its end, are what was hashed: a verifier needs nothing else.',
    examples: ['regie audit export --out audit.ndjson', 'regie audit export | sha256sum'],
    exits: ['cancelled'],
  }).option('--out <file>', 'file to write (default: stdout)')
  act<{ out?: string }>(exporting, world, async ({ options, line, regie }) => {
    const { audit: log } = await regie()
    if (options.out === undefined) {
      for await (const lines of log.export()) {
        if (world.io.closed()) return
        await world.io.out(lines)
      }
      return
    }
    const file = resolve(world.cwd, options.out)
    const entries = await writeWhole(file, log.export(), world.cancelled)
    await (options.json ? line({ file, entries }) : world.io.out(`${count(entries)} entries\n${file}\n`))
  })

  evidenceCommands(audit, world)
}

/** What stands in the file of that name, or the words themselves where they are an anchor. */
function anchorText(cwd: string, given: string): string {
  if (given.includes('regie-audit-head-1 ')) return given
  try {
    return readFileSync(resolve(cwd, given), 'utf8')
  } catch {
    throw new AnchorUnreadable(given)
  }
}

/** Beside it first, then by rename: half an export never stands under the name. Returns the number of lines. */
async function writeWhole(file: string, lines: AsyncIterable<string>, signal: AbortSignal): Promise<number> {
  const part = `${file}.${process.pid}.part`
  let entries = 0
  const counted = async function* (): AsyncGenerator<string> {
    for await (const text of lines) {
      entries += text.split('\n').length - 1
      yield text
    }
  }
  try {
    await pipeline(Readable.from(counted()), createWriteStream(part, { mode: 0o600 }), { signal })
    const handle = await open(part, 'r+')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw isCancellation(error) || !('syscall' in (error as object)) ? error : new FileUnwritable(file, error)
  }
  return entries
}
