import { dirname } from 'node:path'
import { AuditLog } from '#core/audit/audit-log.ts'
import type { AuditDraft } from '#core/audit/entry.ts'
import { Notary } from '#core/audit/notary.ts'
import { AuditProofs } from '#core/audit/proofs.ts'
import { systemClock } from '#core/base/clock.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore } from '#core/store/store.ts'

/**
 * One measured part in a process of its own; bench/audit/run.mjs builds and calls it.
 * usage: entry.js group|signed|single|verify|proof <file> [entries]; prints {"seconds", "cpu", "entries", "root"?, "slowMs"?}; cpu in seconds, of all its threads
 */
const [part, file, count] = process.argv.slice(2) as [string, string, string | undefined]
const entries = Number(count ?? 0)
const store = openStore(file, { clock: systemClock, migrations, backupAfterMs: Number.POSITIVE_INFINITY })
const log = new AuditLog(store, systemClock)

/** The same entry as bench/peers/audit_append.py writes. */
const draft = (rows: number): AuditDraft => ({
  actor: 'operator',
  kind: 'step.finished',
  environment: 'sandbox',
  runId: '20260101_000000_abcd',
  summary: `Step load finished with ${rows} rows.`,
  body: { rows, step: 'load', tables: ['reviews', 'products', 'orders'], hash: 'a'.repeat(64) },
})

/** Appends that wait for the same commit. */
const WAITING = 1_000

const cpuBefore = process.cpuUsage()
const began = performance.now()
let root: string | undefined
let slowMs: number | undefined
const notary = new Notary({ store, log, clock: systemClock, home: dirname(file) })
const loud = (failure: unknown): never => {
  throw failure
}
if (part === 'group' || part === 'signed') {
  // Ten times a second: the program signs once a minute.
  if (part === 'signed') notary.startSigning(100, loud)
  for (let from = 0; from < entries; from += WAITING) {
    await Promise.all(Array.from({ length: WAITING }, (_, index) => log.appendSoon(draft(from + index))))
  }
} else if (part === 'single') for (let index = 0; index < entries; index += 1) log.append(draft(index))
else if (part === 'proof') {
  const proofs = new AuditProofs(store)
  const { size } = proofs
  const took: number[] = []
  for (let index = 0; index < entries; index += 1) {
    const from = performance.now()
    proofs.inclusion((index * 7_919) % size)
    took.push(performance.now() - from)
  }
  // One in a hundred may have waited for its turn on the machine.
  slowMs = took.toSorted((a, b) => a - b)[Math.floor(entries * 0.99)]
} else {
  const verdict = await log.verify()
  if (!verdict.ok) throw new Error(verdict.firstBad?.problem)
  root = verdict.rootHash
}
const seconds = (performance.now() - began) / 1_000
const { user, system } = process.cpuUsage(cpuBefore)
process.stdout.write(`${JSON.stringify({ seconds, cpu: (user + system) / 1e6, entries: log.head().entries, root, slowMs })}\n`)
notary.close('bench', loud)
store.close()
