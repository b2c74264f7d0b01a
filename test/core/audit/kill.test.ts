import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { buildEntry } from '#test/core/store/build-entry.ts'
import { openLog, scratch } from './support.ts'

let child = ''
beforeAll(async () => {
  child = await buildEntry(join(import.meta.dirname, 'append-until-killed.ts'))
})

/** Lets the child append, kills it after so many acknowledgements, and returns the complete ones. */
async function appendAndKill(file: string, after: number): Promise<string[]> {
  const process = spawn('node', [child, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  process.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.split('\n').length > after) process.kill('SIGKILL')
  })
  const signal = await new Promise((done) => process.once('close', (_, how) => done(how)))
  expect(signal).toBe('SIGKILL')
  return said.slice(0, said.lastIndexOf('\n') + 1).trimEnd().split('\n')
}

it('kill -9 in the middle of appends loses no acknowledged entry, and the log verifies', async () => {
  const file = join(scratch(), 'state.sqlite')
  let entries = 0
  for (const after of [1, 7, 60, 333, 700]) {
    const acknowledged = await appendAndKill(file, after)
    expect(acknowledged.length).toBeGreaterThanOrEqual(after)
    expect(readdirSync(`${file}.open`)).toHaveLength(1)
    expect(existsSync(`${file}-wal`)).toBe(true)

    const { log, store } = openLog(file)
    const verdict = await log.verify()
    expect(verdict).toMatchObject({ ok: true, rootHash: log.head().rootHash })
    expect(verdict.entries).toBeGreaterThanOrEqual(entries + acknowledged.length)
    for (const line of acknowledged) {
      const [index, seq, leafHash] = line.split(' ')
      expect(log.entry(Number(seq))).toMatchObject({ leafHash, summary: `Entry ${index}` })
    }
    expect(readdirSync(`${file}.open`)).toHaveLength(1)
    entries = verdict.entries
    store.close()
  }
})
