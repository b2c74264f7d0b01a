import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunDetail } from '#core/operations/types.ts'
import type { Engine } from '#core/operations/engine.ts'
import { DuckDBInstance } from '@duckdb/node-api'
import { MARKER } from '#core/generator/columns.ts'
import { loadedLab, plainScorer, type Lab } from './support.ts'

/** A marker stands in every personal column of the source; nothing that a run leaves may hold one, nor a bare buyer id. */
describe('what names a person', () => {
  let lab: Lab
  let run: RunDetail
  let people: string[]

  beforeAll(async () => {
    lab = await loadedLab({ scale: 0.02, markers: true, scorer: plainScorer() })
    await lab.environment.sandbox!.load(lab.environment.sandbox!.tables)
    run = await lab.run()
    // a run that is broken off while its bytes are on the way leaves its traces too
    const engine: Engine = await lab.restart({ probe: (point) => void (point === 'step:extract:acted' && engine.close()) })
    const { runId } = await engine.start((await engine.plan('pipelines.run', { environment: 'sandbox', pipeline: 'reviews' }, 'anna')).hash, 'anna')
    await engine.wait(runId).catch(() => {})
    expect(lab.store.db.prepare('SELECT count(*) FROM runs').pluck().get()).toBe(2)
    people = (await lab.deps.source.query<{ buyer_id: string }>('SELECT buyer_id FROM buyer', [])).map((row) => row.buyer_id)
  }, 180_000)
  afterAll(async () => await lab.remove())

  it('is in the source, so that the test can fail', async () => {
    expect(run.failure).toBeNull()
    expect(people.length).toBeGreaterThan(1_000)
    for (const [table, column] of [['customer', 'email'], ['customer', 'fname'], ['payment_details', 'billing_address'], ['shipping_details', 'street_address']] as const) {
      const [found] = await lab.deps.source.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${column}::text LIKE '%' || $1 || '%'`, [MARKER.text])
      expect(found!.n, `${table}.${column}`).toBeGreaterThan(0)
    }
  })

  it('is in no file below the home but the source itself: not as bytes', () => {
    const wanted = [MARKER.text, String(MARKER.digits), ...people.filter((_, i) => i % 37 === 0)].map((text) => Buffer.from(text))
    let files = 0
    for (const file of filesOf(lab.root)) {
      if (file.includes('/postgres/') || file.includes('/keys/') || file.includes('/readers/')) continue
      const bytes = readFileSync(file)
      const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
      for (const text of wanted) expect(plain.includes(text), `${file} holds ${text.toString()}`).toBe(false)
      files++
    }
    expect(files).toBeGreaterThan(20)
  })

  it('is in no text of any Parquet file: raw store, warehouse, intermediate files', async () => {
    const files = filesOf(lab.root).filter((file) => !file.includes('/postgres/') && !file.includes('/readers/') && readFileSync(file).subarray(0, 4).toString('latin1') === 'PAR1')
    expect(files.length).toBeGreaterThan(10)
    const instance = await DuckDBInstance.create(':memory:')
    const db = await instance.connect()
    await db.run(`CREATE TABLE people AS SELECT unnest([${people.map((id) => `'${id}'`).join(',')}]) AS id`)
    let texts = 0
    for (const file of files) {
      const columns = (await db.runAndReadAll(`DESCRIBE FROM read_parquet('${file}')`)).getRowsJson().filter((row) => row[1] === 'VARCHAR').map((row) => `"${row[0] as string}"`)
      for (const column of columns) {
        const [found] = (await db.runAndReadAll(`SELECT count(*) FILTER (WHERE contains(${column}, '${MARKER.text}') OR contains(${column}, '${MARKER.digits}') OR ${column} IN (SELECT id FROM people)) AS bad, count(${column}) AS n FROM read_parquet('${file}')`)).getRowsJson()
        expect(Number(found![0]), `${column} of ${file}`).toBe(0)
        texts += Number(found![1])
      }
    }
    expect(texts).toBeGreaterThan(10_000)
    db.closeSync()
    instance.closeSync()
  })

  it('is in no document, log line, journal or audit entry', async () => {
    const ids = new Set(people)
    const check = (text: string, where: string): void => {
      expect(text.includes(MARKER.text) || text.includes(String(MARKER.digits)), where).toBe(false)
      for (const word of text.match(/[A-Z0-9]{20,40}/g) ?? []) expect(ids.has(word), `${where}: ${word}`).toBe(false)
    }
    for (const collection of ['rejected_reviews', 'pipeline_metadata', 'extract_to_s3_logs', 'transform_logs', 'transform_load_logs']) {
      const documents = await lab.deps.documents.find(collection, {})
      expect(documents.length, collection).toBeGreaterThan(0)
      for (const document of documents) check(JSON.stringify(document), collection)
    }
    const tables = lab.store.db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[]
    expect(tables.length).toBeGreaterThan(5)
    for (const table of tables) for (const row of lab.store.db.prepare(`SELECT * FROM "${table}"`).all()) check(JSON.stringify(row), table)
    for await (const entry of lab.audit.export()) check(entry, 'audit')
  })
})

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
