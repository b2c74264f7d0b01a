import { join } from 'node:path'
import { writeSync } from 'node:fs'
import { systemClock } from '#core/base/clock.ts'
import { openDirectoryStore } from '#core/connectors/embedded/directory-store.ts'
import { openParquetWarehouse } from '#core/connectors/embedded/parquet-warehouse.ts'
import { openSqliteDocuments } from '#core/connectors/embedded/sqlite-documents.ts'

/**
 * Writes to the embedded stores of REGIE_HOME without end, or REGIE_ROUNDS times, and says on stdout, one line each,
 * what each of them has answered for: put <version> <sha256>, published <rows>, documents <count>.
 */
const home = process.env.REGIE_HOME ?? ''
const name = process.env.REGIE_NAME ?? 'w'
const rounds = Number(process.env.REGIE_ROUNDS ?? Number.POSITIVE_INFINITY)
const say = (line: string): void => void writeSync(1, `${line}\n`)

const objects = await openDirectoryStore({ folder: join(home, 'objects'), clock: systemClock })
const warehouse = await openParquetWarehouse({ folder: join(home, 'warehouse'), scratch: join(home, 'scratch', name), clock: systemClock, memoryLimitMb: 256 })
const documents = await openSqliteDocuments({ file: join(home, 'documents.sqlite') })
const session = await warehouse.open()
say('ready')

async function put(round: number): Promise<void> {
  const { versionId, sha256 } = await objects.put('some/key', Buffer.alloc(300_000 + round, name))
  say(`put ${versionId} ${sha256}`)
}

async function publish(round: number): Promise<void> {
  const runId = `${name}-${round}`
  const rows = 2_000 + round
  const staged = []
  for (const table of ['left', 'right']) staged.push(await session.stage(table, `SELECT range AS id, '${runId}' AS run, repeat('x', range % 100) AS body FROM range(${rows})`, { runId }))
  await warehouse.publish(staged, { runId, fence: 1 })
  say(`published ${runId} ${rows}`)
}

async function write(round: number): Promise<void> {
  await documents.upsert('c', Array.from({ length: 400 }, (_, n) => ({ _id: `${name}-${round}-${n}`, round })))
  say(`documents ${name} ${round}`)
}

for (let round = 1; round <= rounds; round += 1) await Promise.all([put(round), publish(round), write(round)])
await session.close()
await warehouse.close()
await documents.close()
say('done')
