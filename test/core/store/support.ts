import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Clock } from '#core/base/clock.ts'
import type { Migration } from '#core/store/migration.ts'
import { openStore, type Store, type StoreOptions } from '#core/store/store.ts'

export function scratchFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'regie-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'state.sqlite')
}

/** Every reading is a second later than the one before. */
export class TickingClock implements Clock {
  ms = Date.UTC(2026, 0, 1)
  now(): number {
    return (this.ms += 1_000)
  }
  monotonic(): number {
    return this.ms
  }
}

export const NOTES: Migration = { version: 1, name: 'notes', sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT' }
export const TAGS: Migration = {
  version: 2,
  name: 'tags',
  sql: `CREATE TABLE tags (note INTEGER NOT NULL REFERENCES notes (id), tag TEXT NOT NULL) STRICT;
        UPDATE notes SET text = upper(text)`,
}

export function open(file: string, options: Partial<StoreOptions> = {}): Store {
  const store = openStore(file, { clock: new TickingClock(), migrations: [NOTES], backupAfterMs: Number.POSITIVE_INFINITY, ...options })
  onTestFinished(() => store.close())
  return store
}

export function addNotes(store: Store, count: number, size = 1): void {
  const insert = store.db.prepare('INSERT INTO notes (text) VALUES (?)')
  store.transaction(() => {
    for (let index = 0; index < count; index += 1) insert.run('n'.repeat(size))
  })
}
export const notesIn = (store: Store): number => store.db.prepare('SELECT count(*) FROM notes').pluck().get() as number

/** Turns every bit of a stretch of the file. */
export function flip(file: string, from: number, length: number): void {
  const handle = openSync(file, 'r+')
  const bytes = Buffer.alloc(Math.min(length, statSync(file).size - from))
  readSync(handle, bytes, 0, bytes.length, from)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] as number) ^ 0xff
  writeSync(handle, bytes, 0, bytes.length, from)
  closeSync(handle)
}
