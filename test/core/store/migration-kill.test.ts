import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { checkBackup, listBackups } from '#core/store/backup.ts'
import { buildEntry } from './build-entry.ts'
import { addNotes, NOTES, notesIn, open, scratchFile, TAGS } from './support.ts'

it('a crash in the middle of a migration leaves the store at the version before', async () => {
  const child = await buildEntry(join(import.meta.dirname, 'migrate-until-killed.ts'))
  const file = scratchFile()
  const store = open(file)
  addNotes(store, 10)
  store.close()

  const process = spawn('node', [child, file], { stdio: 'inherit' })
  const ended = new Promise((done) => process.once('exit', (_, signal) => done(signal)))
  // The transaction outgrows SQLite's cache and spills into the WAL: the migration is under way.
  const walBytes = (): number => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
  for (let turn = 0; turn < 600 && walBytes() < 10_000_000; turn += 1) await sleep(50)
  expect(walBytes()).toBeGreaterThanOrEqual(10_000_000)
  process.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')

  const after = open(file)
  expect(after.db.pragma('user_version', { simple: true })).toBe(1)
  expect(after.db.prepare('SELECT DISTINCT text FROM notes').pluck().all()).toEqual(['n'])
  expect(after.db.pragma('integrity_check', { simple: true })).toBe('ok')
  after.close()
  const [backup] = listBackups(file)
  expect(checkBackup(backup?.path ?? '', 1)).toBe(1)
  expect(readdirSync(join(dirname(file), 'backups')).filter((name) => name.endsWith('.partial'))).toEqual([])

  const migrated = open(file, { migrations: [NOTES, TAGS] })
  expect(notesIn(migrated)).toBe(10)
  expect(migrated.db.pragma('user_version', { simple: true })).toBe(2)
})
