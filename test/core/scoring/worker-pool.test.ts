import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScorerCrashed } from '#core/scoring/errors.ts'
import type { ScoreBatch } from '#core/scoring/types.ts'
import { WorkerPool } from '#core/scoring/worker-pool.ts'

/** A worker named for its vice: it dies on the text "die", throws on "throw", answers everything else. */
const DIES_ON_WORD = `
import { parentPort } from 'node:worker_threads'
parentPort.postMessage({ kind: 'ready' })
parentPort.on('message', ({ chunk, batch }) => {
  if (batch.texts[0] === 'die') process.exit(7)
  if (batch.texts[0] === 'throw') throw new Error('the runtime fell over')
  setTimeout(() => parentPort.postMessage({ kind: 'scored', chunk, scores: { textLength: Int32Array.of(batch.texts.length) } }), 2)
})
`
let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-'))
  file = join(folder, 'dies-on-word.mjs')
  await writeFile(file, DIES_ON_WORD)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const of = (text: string) => (): ScoreBatch => ({ texts: [text], ratings: Int8Array.of(5), hasImage: Uint8Array.of(0), hasOrders: Uint8Array.of(0) })

describe('worker pool', () => {
  it.each(['die', 'throw'])('fails what a worker held when it %ss, and goes on with a new one', async (vice) => {
    const pool = new WorkerPool(file, null, 1)
    await pool.run(of('well'))
    await expect(pool.run(of(vice))).rejects.toBeInstanceOf(ScorerCrashed)
    expect((await pool.run(of('well'))).textLength[0]).toBe(1)
    await pool.close()
  })

  it('loses only what the dead worker held: everything that waits is still done', async () => {
    const pool = new WorkerPool(file, null, 2)
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => pool.run(of(i === 5 ? 'die' : 'well'))))
    const failed = results.filter((result) => result.status === 'rejected')
    expect(failed.length).toBeGreaterThanOrEqual(1)
    expect(failed.length).toBeLessThanOrEqual(2)
    await pool.close()
  })

  it('holds at most two chunks per worker: a batch is made only when it is sent', async () => {
    const pool = new WorkerPool(file, null, 2)
    let made = 0
    let done = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        await pool.run(() => {
          made++
          most = Math.max(most, made - done)
          return of('well')()
        })
        done++
      }),
    )
    expect(made).toBe(50)
    expect(most).toBeLessThanOrEqual(5)
    await pool.close()
  })

  it('says so when the worker file is not there', async () => {
    const pool = new WorkerPool(join(folder, 'absent.mjs'), null, 1)
    await expect(pool.run(of('well'))).rejects.toBeInstanceOf(ScorerCrashed)
    await pool.close()
  })
})
