import { writeSync } from 'node:fs'
import { AuditLog } from '#core/audit/audit-log.ts'
import { systemClock } from '#core/base/clock.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore } from '#core/store/store.ts'

/** Child of kill.test.ts: appends alone and in groups for ever; says each entry once it is acknowledged. */
const store = openStore(process.argv[2] as string, { clock: systemClock, migrations })
const log = new AuditLog(store, systemClock)
const acknowledge = (index: number, seq: number, leafHash: string): void => void writeSync(1, `${index} ${seq} ${leafHash}\n`)
const draft = (index: number): Parameters<AuditLog['append']>[0] => ({
  actor: 'child',
  kind: 'step.finished',
  environment: 'sandbox',
  runId: null,
  summary: `Entry ${index}`,
  body: { index, pad: 'x'.repeat(index % 3_000) },
})

for (let index = 0; ; ) {
  const alone = log.append(draft(index))
  acknowledge(index++, alone.seq, alone.leafHash)
  const group = Array.from({ length: 1 + (index % 40) }, () => {
    const mine = index++
    return log.appendSoon(draft(mine)).then(({ seq, leafHash }) => acknowledge(mine, seq, leafHash))
  })
  await Promise.all(group)
}
