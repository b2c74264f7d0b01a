import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { EXIT } from '#core/api/errors.ts'
import { inProcess } from '#core/api/index.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { startPlan, type PlanOptions } from '#core/cli/start-plan.ts'
import { count, plain, table } from '#core/cli/text.ts'
import type { World } from '#core/cli/world.ts'
import { writeFileWhole } from '#core/cli/write-whole.ts'

const whole = (text: string): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('A whole number, from 0.')
  return value
}

/** audit head | proof | consistency | anchor | anchors | keys | rotate-key | archive | bundle: what a stranger can check. */
export function evidenceCommands(audit: Command, world: World): void {
  const head = describeCommand(audit.command('head'), {
    summary: 'sign how far the log reaches, and print that line',
    about: 'The line is an anchor: keep it where this machine has no access, and hold the log against it later with audit verify --against.',
    examples: ['regie audit head', 'regie audit head --json'],
  })
  act(head, world, async ({ options, line, regie }) => {
    const signed = (await regie()).evidence.head()
    await (options.json ? line({ head: signed }) : world.io.out(`${signed}\n`))
  })

  const proof = describeCommand(audit.command('proof <entry>'), {
    summary: 'an entry with its way to a signed head',
    about: 'Stands for itself: docs/verifier checks it without Régie and without the rest of the log.',
    examples: ['regie audit proof 12', 'regie audit proof 12 --json | cat'],
  })
  act(proof, world, async ({ options, line, regie }, entry = '') => {
    const proven = await inProcess(await regie()).audit.proof({ seq: whole(entry) })
    if (options.json) return line(proven)
    await world.io.out([`${plain(proven.canonical)}\n`, `leaf ${proven.leafHash}\n`, ...proven.proof.map((node) => `  +  ${node}\n`), `root ${proven.rootHash} of ${count(proven.size)} entries\n`, `${proven.head}\n`].join(''))
  })

  const consistency = describeCommand(audit.command('consistency <from> <to>'), {
    summary: 'that the first entries are still what they were',
    about: 'Both are numbers of entries. Whoever knows the root over the first, e.g. from an anchor, can check that nothing of it was changed since.',
    examples: ['regie audit consistency 3 4', 'regie audit consistency 3 4 --json'],
  })
  act(consistency, world, async ({ options, line, regie }, from = '', to = '') => {
    const proven = await inProcess(await regie()).audit.consistency({ from: whole(from), to: whole(to) })
    if (options.json) return line(proven)
    await world.io.out([`root ${proven.fromRoot} of ${count(proven.from)} entries\n`, ...proven.proof.map((node) => `  +  ${node}\n`), `root ${proven.toRoot} of ${count(proven.to)} entries\n`].join(''))
  })

  const anchor = describeCommand(audit.command('anchor'), {
    summary: 'sign the head and keep it outside this machine',
    about: 'An object in the environment’s store, a row in its PostgreSQL (schema regie), a git tag in the workspace, or a printed line. The anchor is read back where it was put.',
    examples: ['regie audit anchor --env sandbox --to object', 'regie audit anchor --env sandbox --to line --json | tail -1'],
    exits: ['refused', 'cancelled'],
  })
    .requiredOption('--env <name>', 'environment')
    .addOption(new Option('--to <place>', 'where to').choices(['object', 'database', 'git', 'line']).default('object'))
    .option('--plan', 'show what would be done, do nothing')
    .option('--yes', 'don’t ask')
  act<PlanOptions & { env: string; to: string }>(
    anchor,
    world,
    async (context) => {
      const regie = await context.regie()
      const plan = await regie.engine.plan('audit.anchor', { environment: context.options.env, to: context.options.to }, context.actor)
      const code = await startPlan(context, plan)
      const { json, plan: shown } = context.options
      const [made] = json || shown || code !== EXIT.done ? [] : regie.evidence.anchors()
      if (made) await world.io.out(`${made.line}\n`)
      return code
    },
    { workspace: 'needed' },
  )

  const anchors = describeCommand(audit.command('anchors'), { summary: 'anchors that were made, each held against the log', examples: ['regie audit anchors', 'regie audit anchors --json'] })
  act(anchors, world, async ({ options, line, regie }) => {
    const found = await inProcess(await regie()).audit.anchors({})
    if (options.json) {
      for (const one of found) await line(one)
      return
    }
    const rows = found.map((one) => [one.at, one.environment, one.to, one.reference.length > 60 ? `${one.reference.slice(0, 57)}…` : one.reference, count(one.entries), one.ok ? 'holds' : plain(one.problem ?? '')])
    await world.io.out(rows.length === 0 ? 'No anchor yet: regie audit anchor --env <name>\n' : table(['at', 'environment', 'to', 'there', 'entries', ''], rows))
  })

  const keys = describeCommand(audit.command('keys'), { summary: 'public keys that have signed heads of this log', examples: ['regie audit keys'] })
  act(keys, world, async ({ options, line, regie }) => {
    const found = await inProcess(await regie()).audit.keys({})
    if (options.json) {
      for (const key of found) await line(key)
      return
    }
    await world.io.out(found.length === 0 ? 'No key yet: the first signed head makes one.\n' : table(['entry', 'key', 'since', '', 'public key'], found.map((key) => [key.seq, key.keyId, key.at, key.reason, key.publicKey])))
  })

  const rotate = describeCommand(audit.command('rotate-key'), {
    summary: 'make a new signing key; the old one vouches for it',
    about: 'The old key’s private part is destroyed; its public part stays in the log, so that old heads stay checkable.',
    examples: ['regie audit rotate-key'],
  })
  act(rotate, world, async ({ options, line, regie }) => {
    const key = await inProcess(await regie()).audit.rotateKey({})
    await (options.json ? line(key) : world.io.out(`Key ${key.keyId} signs from now on.\n${key.line}\n`))
  })

  const archive = describeCommand(audit.command('archive'), {
    summary: 'seal copies of all entries that are in no segment yet',
    about: 'The log itself is never cut: sealed segments outlive it. Put them on another disk with --to; audit verify reads the home’s own ones too.',
    examples: ['regie audit archive', 'regie audit archive --to /mnt/archive/audit'],
    exits: ['refused', 'cancelled'],
  }).option('--to <folder>', 'folder of segments (default: REGIE_HOME/audit/segments)')
  act<{ to?: string }>(archive, world, async ({ options, line, regie }) => {
    const folder = options.to === undefined ? undefined : resolve(world.cwd, options.to)
    const sealed = await (await regie()).evidence.archive({ folder, signal: world.cancelled })
    if (options.json) return line(sealed)
    await world.io.out(`${count(sealed.to - sealed.from)} entries, ${sealed.from} to ${sealed.to - 1}\n${sealed.file}\n${sealed.head}\n`)
  })

  const bundle = describeCommand(audit.command('bundle <runId>'), {
    summary: 'all evidence of one run in one file',
    about: 'Plan, approvals, steps, what was read back, hashes, audit entries, their proofs and a signed head. docs/verifier checks the file without Régie; the PDF is for people.',
    examples: ['regie audit bundle 20261121_105814_ab12 --out evidence.json --pdf evidence.pdf'],
  })
    .requiredOption('--out <file>', 'file to write')
    .option('--pdf <file>', 'the same as a document for people')
  act<{ out: string; pdf?: string }>(bundle, world, async ({ options, line, regie }, runId = '') => {
    const made = await (await regie()).evidence.bundle(runId, { pdf: options.pdf !== undefined })
    const file = resolve(world.cwd, options.out)
    await writeFileWhole(file, made.text)
    const pdf = options.pdf === undefined || !made.pdf ? null : resolve(world.cwd, options.pdf)
    if (pdf && made.pdf) await writeFileWhole(pdf, made.pdf)
    const sha256 = createHash('sha256').update(made.text).digest('hex')
    if (options.json) return line({ file, pdf, entries: made.entries, sha256 })
    await world.io.out(`${count(made.entries)} entries with their proofs\n${file}\nSHA-256 ${sha256}\n${pdf ? `${pdf}\n` : ''}`)
  })
}
