import { createHash } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AuditLog } from '#core/audit/audit-log.ts'
import { systemClock } from '#core/base/clock.ts'
import { openEmbeddedDatabase } from '#core/connectors/embedded/postgres/embedded-database.ts'
import { provisionSandbox } from '#core/environments/provision-sandbox.ts'
import { openSandbox } from '#core/environments/sandbox.ts'
import { initWorkspace } from '#core/environments/workspace.ts'
import { Engine } from '#core/operations/engine.ts'
import { OperationRegistry } from '#core/operations/registry.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore } from '#core/store/store.ts'
import { killProbe } from '#test/faults/kill-probe.ts'

/* Provisions, or resumes provisioning, the sandbox of REGIE_HOME and prints what PostgreSQL then holds. */

const home = process.env.REGIE_HOME ?? ''
const chosen = process.env.ENGINE === 'pglite' ? 'pglite' : 'server'
// The harness makes homes in a private folder, which the server's own user could not enter.
if (process.getuid?.() === 0) chmodSync(dirname(home), 0o711)
const killAtRows = Number(process.env.KILL_AT_ROWS ?? Infinity)
const store = openStore(join(home, 'state.sqlite'), { clock: systemClock, migrations })
const audit = new AuditLog(store, systemClock)
const { workspace } = initWorkspace(join(home, 'workspace'), { blueprints: ['reviews'], seed: 1, scale: Number(process.env.SCALE ?? 0.02) })
const folder = join(home, 'pg')
const file = workspace.environment('sandbox').source
const database = openEmbeddedDatabase({ folder, home, clock: systemClock, server: 'sandbox', engine: chosen })
const sandbox = openSandbox({ workspace, blueprint: 'reviews', scale: file.engine === 'generated' ? file.scale : 1, markers: false, folder, open: () => database })
const killing: typeof sandbox = {
  ...sandbox,
  load: (tables, options = {}) =>
    sandbox.load(tables, {
      ...options,
      onRows: (rows, total) => {
        options.onRows?.(rows, total)
        if (rows >= killAtRows) process.kill(process.pid, 'SIGKILL')
      },
    }),
}
const engine = new Engine({
  store,
  audit,
  clock: systemClock,
  registry: new OperationRegistry().add(provisionSandbox),
  depsFor: async () => ({ environment: { name: 'sandbox' }, sandbox: killing }),
  classOf: () => 'sandbox',
  probe: killProbe(process.env),
})
await engine.recover()
const [left] = engine.list().runs
const runId = left?.runId ?? (await engine.start((await engine.plan('sandbox.provision', { environment: 'sandbox', part: 'all' }, 'anna')).hash, 'anna')).runId
const run = await engine.wait(runId)
const { source } = await database
const rows: [string, string, number][] = []
for (const name of sandbox.tables) {
  const hash = createHash('sha256')
  for await (const chunk of await source.copyOut(`SELECT * FROM ${name}`)) hash.update(chunk as Buffer)
  rows.push([name, hash.digest('hex').slice(0, 12), await sandbox.count(name)])
}
const keys = await source.query('SELECT count(*)::int AS n FROM pg_constraint WHERE connamespace = \'public\'::regnamespace AND contype IN (\'p\', \'u\', \'f\')', [])
console.log(JSON.stringify({ state: run.state, failure: run.failure, result: run.result, steps: run.steps.map(({ id, state }) => [id, state]), rows, keys, complete: (await sandbox.state()).complete }))
await engine.close()
await sandbox.close()
await (await database).close()
store.close()
