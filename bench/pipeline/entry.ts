/**
 * The bench's own program, bundled by run.mjs:
 *   source <scale>              starts the machine's PostgreSQL, loads the generated source, prints where it is, waits
 *   run <home> <workspace>      one run of the pipeline without scoring in a process of its own, prints its figures
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#core/base/clock.ts'
import { openTableLoader } from '#core/connectors/postgres/table-loader.ts'
import { sandboxGenerator, sandboxSchema } from '#core/environments/sandbox.ts'
import { initWorkspace } from '#core/environments/workspace.ts'
import { openRegie } from '#core/regie.ts'
import { machinePostgresBin, startMachinePostgres } from '#test/support/machine-postgres.ts'

const BLUEPRINT = 'reviews'
const say = (value: unknown): void => console.log(JSON.stringify(value))

async function source(scale: number): Promise<void> {
  const bin = machinePostgresBin()
  if (!bin) return say({ notRun: 'no PostgreSQL of the machine: apt-get install postgresql' })
  const server = await startMachinePostgres(bin)
  const { workspace } = initWorkspace(mkdtempSync(join(tmpdir(), 'regie-bench-')), { seed: 1, blueprints: [BLUEPRINT] })
  const generator = sandboxGenerator({ workspace, blueprint: BLUEPRINT, scale, markers: false })
  const schema = sandboxSchema(workspace, BLUEPRINT)
  const loader = await openTableLoader(server.connection, 'bench')
  for (const name of generator.first) {
    const table = generator.table(name)
    await loader.load({ before: [schema.tables.get(name) ?? ''], into: table.columns.length > 0 ? `${name} (${table.columns.join(', ')})` : name, chunks: table.chunks(), after: [] })
  }
  await loader.run('VACUUM ANALYZE')
  await loader.close()
  say({ connection: server.connection })
  process.stdin.resume()
  process.stdin.on('end', () => void server.stop().then(() => process.exit(0)))
}

async function run(home: string, workspace: string): Promise<void> {
  const regie = await openRegie({ home, workspace, clock: systemClock, actor: 'bench' })
  const plan = await regie.engine.plan('pipelines.run', { environment: 'bench', pipeline: BLUEPRINT, scoring: false }, 'bench')
  const { runId } = await regie.engine.start(plan.hash, 'bench')
  const { state, result, durationMs, failure } = await regie.engine.wait(runId)
  await regie.close()
  say({ state, failure, counts: result?.counts, durationMs, peakRssMb: process.resourceUsage().maxRSS / 1024 })
  process.exit(0)
}

const [command, ...rest] = process.argv.slice(2)
if (command === 'source') await source(Number(rest[0]))
else await run(rest[0] ?? '', rest[1] ?? '')
