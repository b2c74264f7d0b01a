import { writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AuditLog } from '#core/audit/audit-log.ts'
import { Notary } from '#core/audit/notary.ts'
import { AuditProofs } from '#core/audit/proofs.ts'
import { Segments } from '#core/audit/segments.ts'
import { systemClock } from '#core/base/clock.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore } from '#core/store/store.ts'

/** Child of evidence-kill.test.ts: appends, signs, rotates the key and seals segments for ever; says each signed head. */
const file = process.argv[2] as string
const store = openStore(file, { clock: systemClock, migrations })
const log = new AuditLog(store, systemClock)
const home = dirname(file)
const notary = new Notary({ store, log, clock: systemClock, home })
const segments = new Segments({ folder: join(home, 'audit', 'segments'), store, notary, proofs: new AuditProofs(store) })

for (let index = 0; ; index += 1) {
  log.append({ actor: 'child', kind: 'step.finished', environment: null, runId: null, summary: `Entry ${index}`, body: { pad: 'x'.repeat(index % 2_000) } })
  writeSync(1, `${notary.head('child').line}\n`)
  if (index % 2 === 0) notary.rotate('child')
  if (index % 3 === 0) await segments.archive('child')
}
