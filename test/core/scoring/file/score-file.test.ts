import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuditLog } from '#core/audit/audit-log.ts'
import { systemClock } from '#core/base/clock.ts'
import { openParquetWarehouse } from '#core/connectors/embedded/parquet-warehouse.ts'
import type { Warehouse } from '#core/connectors/types.ts'
import { Engine, type EngineParts } from '#core/operations/engine.ts'
import { OperationRegistry } from '#core/operations/registry.ts'
import type { Plan, RunDetail } from '#core/operations/types.ts'
import { migrations } from '#core/regie-schema.ts'
import { guessColumns, scoreFile } from '#core/scoring/index.ts'
import { openStore, type Store } from '#core/store/store.ts'
import type { TextScorer } from '#core/pipelines/scorer.ts'
import { plainScorer } from '#test/core/pipelines/support.ts'

describe('the scoring of a file', { timeout: 120_000 }, () => {
  let root: string
  let warehouse: Warehouse
  let store: Store
  let scored = 0
  const scorer: TextScorer = { ...plainScorer(), score: async (batch, signal) => ((scored += batch.texts.length), await plainScorer().score(batch, signal)) }
  const engines: Engine[] = []
  const engineOf = (parts: Partial<EngineParts> = {}): Engine => {
    const engine = new Engine({ store, audit: new AuditLog(store, systemClock), clock: systemClock, registry: new OperationRegistry().add(scoreFile), depsFor: async () => ({ warehouse, scorer }), classOf: () => 'sandbox', ...parts })
    engines.push(engine)
    return engine
  }
  let engine: Engine

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'score-file-'))
    warehouse = await openParquetWarehouse({ folder: join(root, 'warehouse'), scratch: join(root, 'scratch'), clock: systemClock })
    store = openStore(join(root, 'state.sqlite'), { clock: systemClock, migrations })
    engine = engineOf()
  })
  afterAll(async () => {
    for (const one of engines) await one.close()
    await warehouse.close()
    store.close()
    rmSync(root, { recursive: true, force: true })
  })

  const path = (name: string): string => join(root, name)
  const COLUMNS = { text: 'description', rating: 'rating', hasImage: null, hasOrders: null }
  const plan = (file: string, out: string, columns: object = COLUMNS, on: Engine = engine): Promise<Plan> => on.plan('scoring.file', { environment: 'sandbox', file: path(file), out: path(out), columns, replace: false }, 'anna')
  const run = async (file: string, out: string, columns?: object): Promise<RunDetail> => await engine.wait((await engine.start((await plan(file, out, columns)).hash, 'anna')).runId)
  const rowsOf = async (file: string): Promise<Record<string, unknown>[]> => {
    const session = await warehouse.open()
    try {
      return await session.rows(`SELECT * FROM ${file.endsWith('.csv') ? `read_csv('${path(file)}', all_varchar = true)` : `read_parquet('${path(file)}')`}`)
    } finally {
      await session.close()
    }
  }
  const csv = (name: string, rows: number): void => writeFileSync(path(name), `id,description,rating\n${Array.from({ length: rows }, (_, i) => `${i},"text ${'x'.repeat(i % 97)}, ""quoted""\nsecond line",${1 + (i % 5)}\n`).join('')}`)

  it('puts the right scores beside every row, in their order, and proves it from the file', async () => {
    csv('in.csv', 45_000)
    const done = await run('in.csv', 'out.parquet')
    expect(done.failure).toBeNull()
    expect(done.result).toMatchObject({ rows: 45_000, file: path('out.parquet'), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
    const rows = await rowsOf('out.parquet')
    expect(rows.map(({ id }) => Number(id))).toEqual(Array.from({ length: 45_000 }, (_, i) => i))
    for (const { description, text_length: length } of rows) if ((description as string).length !== length) expect(length).toBe((description as string).length)
    expect(Object.keys(rows[0]!)).toEqual(['id', 'description', 'rating', 'text_length', 'text_length_score', 'is_extreme_rating', 'keyword_score', 'relevance_score', 'category_review', 'confidence_score', 'sentiment', 'relevant_status'])
    expect(done.steps.flatMap(({ evidence }) => evidence).filter(({ state }) => state === 'disproven')).toEqual([])
    expect(done.steps.find(({ id }) => id === 'write')!.evidence.map(({ state }) => state)).toEqual(['proven', 'proven', 'proven'])
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([])
    // Parquet in, CSV out; a column of the file that is called like a score keeps its name
    const again = await run('out.parquet', 'again.csv')
    expect(again.failure).toBeNull()
    expect(readFileSync(path('again.csv'), 'utf8').split('\n')[0]).toContain(',text_length,')
    expect(readFileSync(path('again.csv'), 'utf8').split('\n')[0]).toContain(',score_text_length,')
  })

  it('resumes after its process died, and scores no row twice', async () => {
    csv('kill.csv', 90_000)
    let parts = 0
    const dying: Engine = engineOf({ probe: (point) => void (point.endsWith('part') && ++parts === 2 && void dying.close()) })
    scored = 0
    const { runId } = await dying.start((await plan('kill.csv', 'kill.parquet', COLUMNS, dying)).hash, 'anna')
    await dying.wait(runId).catch(() => {})
    expect(existsSync(path('kill.parquet'))).toBe(false)
    const before = scored
    expect(before).toBeGreaterThanOrEqual(40_000)
    expect(before).toBeLessThan(90_000)
    const next = engineOf()
    await next.recover()
    const { state, sequence } = next.get(runId)
    if (state !== 'running') await next.resume(runId, { sequence, actor: 'anna' })
    const done = await next.wait(runId)
    expect([done.state, done.failure]).toEqual(['succeeded', null])
    // the one part that was being scored when it died may be done again, none that was kept
    expect(scored).toBeLessThanOrEqual(110_000)
    expect((await rowsOf('kill.parquet')).map(({ id }) => Number(id))).toEqual(Array.from({ length: 90_000 }, (_, i) => i))
  })

  describe('of a bad file', () => {
    const planned = (file: string, columns?: object): Promise<unknown> => plan(file, 'never.parquet', columns)
    it.each([
      ['missing', 'SCORE_FILE_MISSING', null],
      ['odd.xlsx', 'SCORE_FILE_UNKNOWN', 'PK'],
      ['empty.csv', 'SCORE_FILE_EMPTY', ''],
      ['wide.csv', 'SCORE_FILE_TOO_WIDE', `${Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(',')}\n1\n`],
      ['twice.csv', 'SCORE_FILE_BROKEN', 'description,Description\na,b\n'],
      ['cut.parquet', 'SCORE_FILE_BROKEN', 'PAR1 and then nothing more'],
      ['fake.parquet', 'SCORE_FILE_BROKEN', 'description\na\n'],
    ])('%s is refused as %s', async (file, code, text) => {
      if (text !== null) writeFileSync(path(file), text)
      await expect(planned(file)).rejects.toMatchObject({ code })
    })

    it('half a Parquet file, a column that is not there, an output that is', async () => {
      await run('in.csv', 'half.parquet')
      truncateSync(path('half.parquet'), 50_000)
      await expect(planned('half.parquet')).rejects.toMatchObject({ code: 'SCORE_FILE_BROKEN' })
      expect((await plan('in.csv', 'never.parquet', { ...COLUMNS, text: 'body' })).refuse).toMatchObject({ code: 'SCORE_COLUMN_MISSING' })
      expect((await plan('in.csv', 'out.parquet')).refuse).toMatchObject({ code: 'SCORE_OUTPUT_EXISTS' })
      expect((await plan('again.csv', 'again.csv')).refuse).toMatchObject({ code: 'SCORE_OUTPUT_EXISTS' })
    })

    it.each([
      ['utf8.csv', Buffer.concat([Buffer.from('description,rating\nfine,1\n'), Buffer.from([0xff, 0xfe, 0x41]), Buffer.from(',2\n')]), /UTF-8/],
      ['long.csv', Buffer.from(`description,rating\nfine,1\n${'x'.repeat(20_000_000)},2\n`), /16 MB/],
      ['fields.csv', Buffer.from('description,rating\nfine,1\na,b,c\n'), /too many fields/],
      ['header.csv', Buffer.from('description,rating\n'), /no row/],
    ])('%s ends with what is wrong and no output', async (file, bytes, problem) => {
      writeFileSync(path(file), bytes)
      const done = await run(file, 'never.parquet')
      expect([done.state, done.failure?.code]).toEqual(['failed', problem.source === 'no row' ? 'SCORE_FILE_EMPTY' : 'SCORE_FILE_BROKEN'])
      expect(done.failure?.what).toMatch(problem)
      expect(existsSync(path('never.parquet'))).toBe(false)
    })
  })

  it('guesses the columns that people give', () => {
    expect(guessColumns(['review_id', 'title', 'description', 'rating', 'has_image', 'has_orders'])).toEqual({ text: 'description', rating: 'rating', hasImage: 'has_image', hasOrders: 'has_orders' })
    expect(guessColumns(['asin', 'reviewText', 'overall'])).toMatchObject({ text: 'reviewText', rating: 'overall', hasImage: null })
    expect(guessColumns(['a', 'b'])).toMatchObject({ text: null })
  })
})
