import { readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { StoreBusy, StoreForeign, StoreFull, StoreNewer, StoreUnavailable } from '#core/store/errors.ts'
import { listBackups } from '#core/store/backup.ts'
import { openStore } from '#core/store/store.ts'
import { addNotes, NOTES, notesIn, open, scratchFile, TAGS, TickingClock } from './support.ts'

describe('openStore', () => {
  it('makes folder and file, durable and with foreign keys', () => {
    const { db } = open(join(dirname(scratchFile()), 'deeper', 'state.sqlite'))
    const pragma = (name: string): unknown => db.pragma(name, { simple: true })
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('user_version')).toBe(1)
  })

  it('keeps what was committed', () => {
    const file = scratchFile()
    const first = open(file)
    addNotes(first, 3)
    first.close()
    first.close()
    expect(notesIn(open(file))).toBe(3)
  })

  it('leaves no mark, WAL or partial backup behind a clean close', () => {
    const file = scratchFile()
    open(file).close()
    expect(readdirSync(dirname(file)).toSorted()).toEqual(['state.sqlite', 'state.sqlite.open'])
    expect(readdirSync(`${file}.open`)).toEqual([])
  })

  it('refuses a store of a newer program and leaves it as it is', () => {
    const file = scratchFile()
    open(file, { migrations: [NOTES, TAGS] }).close()
    expect(() => open(file)).toThrow(StoreNewer)
    expect(() => open(file, { recover: true })).toThrow(StoreNewer)
    expect(open(file, { migrations: [NOTES, TAGS] }).db.pragma('user_version', { simple: true })).toBe(2)
  })

  it('refuses the database of another program', () => {
    const file = scratchFile()
    const other = new Database(file)
    other.exec('CREATE TABLE theirs (a)')
    other.close()
    expect(() => open(file)).toThrow(StoreForeign)
  })

  it('says in plain words when the folder can\'t be used', () => {
    const file = scratchFile()
    writeFileSync(join(dirname(file), 'plain'), '')
    expect(() => open(join(dirname(file), 'plain', 'state.sqlite'))).toThrow()
    expect(() => open(dirname(file))).toThrow(StoreUnavailable)
  })
})

describe('transaction', () => {
  it('is all or nothing, and nests', () => {
    const store = open(scratchFile())
    expect(() =>
      store.transaction(() => {
        addNotes(store, 2)
        throw new TypeError('no')
      }),
    ).toThrow(TypeError)
    expect(notesIn(store)).toBe(0)
    store.transaction(() => {
      addNotes(store, 1)
      expect(() =>
        store.transaction(() => {
          addNotes(store, 5)
          throw new Error('inner')
        }),
      ).toThrow('inner')
    })
    expect(notesIn(store)).toBe(1)
  })

  it('does not take work that goes on after it', () => {
    const store = open(scratchFile())
    expect(() => store.transaction(async () => 1)).toThrow(/promise/)
  })

  it('says StoreBusy when another connection writes for too long, then works', () => {
    const file = scratchFile()
    const store = open(file, { busyTimeoutMs: 100 })
    const other = open(file)
    other.db.exec('BEGIN IMMEDIATE')
    const began = performance.now()
    expect(() => addNotes(store, 1)).toThrow(StoreBusy)
    expect(performance.now() - began).toBeGreaterThan(90)
    other.db.exec('COMMIT')
    addNotes(store, 1)
    expect(notesIn(other)).toBe(1)
  })

  it('says StoreFull when the disk is, rolls back whole, and works once there is room', () => {
    const store = open(scratchFile())
    addNotes(store, 10, 1_000)
    const pages = store.db.pragma('page_count', { simple: true }) as number
    store.db.pragma(`max_page_count = ${pages + 5}`)
    expect(() => addNotes(store, 1_000, 1_000)).toThrow(StoreFull)
    expect(notesIn(store)).toBe(10)
    expect(store.db.inTransaction).toBe(false)
    store.db.pragma('max_page_count = 100000')
    addNotes(store, 1_000, 1_000)
    expect(notesIn(store)).toBe(1_010)
  })
})

describe('backups', () => {
  it('are whole copies with the store\'s version and time in their name', () => {
    const store = open(scratchFile())
    addNotes(store, 100, 100)
    const { path, version } = store.backup()
    expect(path).toMatch(/backups\/state-v1-20260101T0000\d\d000Z\.sqlite$/)
    expect(version).toBe(1)
    const copy = new Database(path, { readonly: true })
    expect(copy.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(100)
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    copy.close()
  })

  it('are taken at a clean close when the newest is too old, also after the clock went back', () => {
    const file = scratchFile()
    const clock = new TickingClock()
    const closeOnce = (): number => {
      open(file, { clock, backupAfterMs: 3_600_000 }).close()
      return listBackups(file).length
    }
    expect(closeOnce()).toBe(1)
    expect(closeOnce()).toBe(1)
    clock.ms += 3_600_000
    expect(closeOnce()).toBe(2)
    const newest = listBackups(file)[0]?.path
    clock.ms -= 100 * 3_600_000
    expect(closeOnce()).toBe(3)
    expect(listBackups(file)[1]?.path).toBe(newest)
  })

  it('are kept: the newest five, and the newest of every version', () => {
    const file = scratchFile()
    const old = open(file)
    old.backup()
    old.close()
    const store = open(file, { migrations: [NOTES, TAGS] })
    for (let index = 0; index < 9; index += 1) store.backup()
    expect(listBackups(file).map(({ version }) => version)).toEqual([2, 2, 2, 2, 2, 1])
  })

  it('that fail at the close are told, and the store is closed all the same', () => {
    const file = scratchFile()
    writeFileSync(join(dirname(file), 'backups'), 'a file where the folder should be')
    const failures: unknown[] = []
    const store = open(file, { backupAfterMs: 0, onBackupFailure: (failure) => failures.push(failure) })
    store.close()
    expect(failures).toHaveLength(1)
    expect(store.db.open).toBe(false)
    const strict = openStore(file, { clock: new TickingClock(), migrations: [NOTES], backupAfterMs: 0 })
    expect(() => strict.close()).toThrow()
    expect(strict.db.open).toBe(false)
    expect(readdirSync(`${file}.open`)).toEqual([])
  })
})

it('runs what was registered before it closes', () => {
  const store = open(scratchFile())
  store.beforeClose(() => addNotes(store, 1))
  store.close()
  expect(notesIn(open(store.file))).toBe(1)
})
