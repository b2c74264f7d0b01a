import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AuditLog } from '#core/audit/audit-log.ts'
import { systemClock } from '#core/base/clock.ts'
import { Engine } from '#core/operations/engine.ts'
import { OperationRegistry } from '#core/operations/registry.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore } from '#core/store/store.ts'
import { killProbe } from './kill-probe.ts'
import { openToySystems, toyOperation } from './toy-operation.ts'

/* What the kill harness starts: runs or resumes the toy in REGIE_HOME and prints what became of it. */

const home = process.env.REGIE_HOME ?? ''
const store = openStore(join(home, 'state.sqlite'), { clock: systemClock, migrations, backupAfterMs: Infinity })
const audit = new AuditLog(store, systemClock)
const toy = openToySystems(home)
const engine = new Engine({
  store,
  audit,
  clock: systemClock,
  registry: new OperationRegistry().add(toyOperation),
  depsFor: async () => toy,
  classOf: () => 'sandbox',
  probe: killProbe(process.env),
})

await engine.recover()
const [left] = engine.list().runs
const runId = left?.runId ?? (await engine.start((await engine.plan('test.toy', { numbers: 100 }, 'anna')).hash, 'anna')).runId
const run = await engine.wait(runId)
const verdict = await audit.verify({})
const count = (sql: string): unknown => store.db.prepare(sql).pluck().get()

console.log(
  JSON.stringify({
    state: run.state,
    failure: run.failure,
    result: run.result,
    steps: run.steps.map(({ id, state, output, gates, evidence }) => ({ id, state, output, gates, evidence })),
    files: readdirSync(home).filter((name) => name.endsWith('.json')).toSorted().map((name) => [name, readFileSync(join(home, name), 'utf8')]),
    booked: toy.ledger.prepare('SELECT amount FROM booked').pluck().all(),
    runs: count('SELECT count(*) FROM runs'),
    locks: count('SELECT count(*) FROM locks'),
    leases: count('SELECT count(*) FROM leases'),
    audit: verdict.ok,
  }),
)
await engine.close()
store.close()
