import { join } from 'node:path'
import { AuditLog } from '#core/audit/audit-log.ts'
import type { Clock } from '#core/base/clock.ts'
import { Engine } from '#core/operations/engine.ts'
import { OperationRegistry } from '#core/operations/registry.ts'
import { migrations } from '#core/regie-schema.ts'
import { Schedules } from '#core/schedules/index.ts'
import { openStore } from '#core/store/store.ts'
import { killProbe } from './kill-probe.ts'
import { openToySystems, toyOperation } from './toy-operation.ts'

/* What the kill harness starts: a schedule comes due once in REGIE_HOME; prints what became of the due time and how many runs there are. */

const DUE = Date.parse('2026-11-21T01:30:00.000Z')
const home = process.env.REGIE_HOME ?? ''
const hands = { wall: DUE - 3_600_000 }
const clock: Clock = { now: () => hands.wall, monotonic: () => performance.now() }
const store = openStore(join(home, 'state.sqlite'), { clock, migrations, backupAfterMs: Infinity })
const audit = new AuditLog(store, clock)
const toy = openToySystems(home)
const engine = new Engine({ store, audit, clock, registry: new OperationRegistry().add(toyOperation), depsFor: async () => toy, classOf: () => 'sandbox', probe: killProbe(process.env) })
const schedules = new Schedules({ store, audit, clock, engine, workspace: 'w' })
if (schedules.list().schedules.length === 0) schedules.set({ id: 'nightly', environment: 'sandbox', operation: 'test.toy', input: { numbers: 100 }, cron: '30 2 * * *', zone: 'Europe/Paris', misfire: 'once' }, 'anna')

hands.wall = DUE + 5_000
await engine.recover()
for (let tick = 0; tick < 3; tick++) await schedules.tick()
for (const { runId } of engine.list().runs) await engine.wait(runId)
await schedules.tick()

const verdict = await audit.verify({})
const { total, runs } = engine.list()
console.log(
  JSON.stringify({
    total,
    states: runs.map(({ state, actor }) => [state, actor]),
    firings: schedules.list().schedules.flatMap(({ firings }) => firings.map(({ due, outcome, missed, runId, failure }) => ({ due, outcome, missed, failure, mine: runId === runs[0]?.runId }))),
    audit: verdict.ok,
  }),
)
await schedules.close()
await engine.close()
store.close()
