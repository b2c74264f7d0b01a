import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { checkBackup, listBackups, type Backup } from '#core/store/backup.ts'
import { StoreMigrationFailed } from '#core/store/errors.ts'
import { addNotes, NOTES, notesIn, open, scratchFile, TAGS } from './support.ts'

describe('migrations', () => {
  it('bring an old store to the last version and keep a checked copy of it as it was', () => {
    const file = scratchFile()
    const old = open(file)
    addNotes(old, 3)
    old.close()
    expect(listBackups(file)).toEqual([])

    const store = open(file, { migrations: [NOTES, TAGS] })
    expect(store.db.prepare('SELECT DISTINCT text FROM notes').pluck().all()).toEqual(['N'])
    const [{ path }] = listBackups(file) as [Backup]
    expect(checkBackup(path, 1)).toBe(1)
    const copy = new Database(path, { readonly: true })
    expect(copy.prepare('SELECT DISTINCT text FROM notes').pluck().all()).toEqual(['n'])
    copy.close()
  })

  it('back up before each one, and not at all when the store is new', () => {
    const file = scratchFile()
    const third = { version: 3, name: 'third', sql: 'CREATE TABLE third (a) ' }
    open(file).close()
    open(file, { migrations: [NOTES, TAGS, third] }).close()
    expect(listBackups(file).map(({ version }) => version)).toEqual([2, 1])
    const fresh = scratchFile()
    open(fresh, { migrations: [NOTES, TAGS, third] }).close()
    expect(listBackups(fresh)).toEqual([])
  })

  it('that fail change nothing: the store stands at the version before', () => {
    const file = scratchFile()
    const old = open(file)
    addNotes(old, 3)
    old.close()
    const broken = { ...TAGS, sql: `${TAGS.sql}; INSERT INTO nowhere VALUES (1)` }
    expect(() => open(file, { migrations: [NOTES, broken] })).toThrow(StoreMigrationFailed)
    const again = open(file)
    expect(again.db.prepare('SELECT DISTINCT text FROM notes').pluck().all()).toEqual(['n'])
    expect(again.db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'tags'").pluck().get()).toBe(0)
  })

  it('that leave rows pointing at nothing are refused', () => {
    const file = scratchFile()
    open(file).close()
    const orphans = { ...TAGS, sql: `${TAGS.sql}; INSERT INTO tags VALUES (99, 'x')` }
    expect(() => open(file, { migrations: [NOTES, orphans] })).toThrow(/point at nothing/)
    expect(open(file).db.pragma('foreign_keys', { simple: true })).toBe(1)
  })

  it('may rebuild a table that others point at', () => {
    const file = scratchFile()
    const store = open(file, { migrations: [NOTES, TAGS] })
    addNotes(store, 1)
    store.db.exec("INSERT INTO tags VALUES (1, 'x')")
    store.close()
    const rebuild = {
      version: 3,
      name: 'notes: author',
      sql: `CREATE TABLE fresh (id INTEGER PRIMARY KEY, text TEXT NOT NULL, author TEXT) STRICT;
            INSERT INTO fresh (id, text) SELECT id, text FROM notes; DROP TABLE notes; ALTER TABLE fresh RENAME TO notes`,
    }
    const rebuilt = open(file, { migrations: [NOTES, TAGS, rebuild] })
    expect(notesIn(rebuilt)).toBe(1)
    expect(() => rebuilt.db.exec("INSERT INTO tags VALUES (2, 'y')")).toThrow(/FOREIGN KEY/)
  })

  it('must be numbered without a gap', () => {
    expect(() => open(scratchFile(), { migrations: [NOTES, { ...TAGS, version: 3 }] })).toThrow(/migration 2 is numbered 3/)
  })
})
