import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StoreBusy, StoreCorrupt, StoreUnrecoverable } from '#core/store/errors.ts'
import { restoreStore } from '#core/store/restore.ts'
import { addNotes, flip, NOTES, notesIn, open, scratchFile } from './support.ts'

/** A store with two backups (100 and 200 notes) and 300 notes, cleanly closed; a mark says that a process died. */
function used(): { file: string; backups: [string, string] } {
  const file = scratchFile()
  const store = open(file)
  const backups = [1, 2].map(() => {
    addNotes(store, 100, 200)
    return store.backup().path
  }) as [string, string]
  addNotes(store, 100, 200)
  store.close()
  return { file, backups }
}
const diedHere = (file: string): void => writeFileSync(join(`${file}.open`, '999999999-0'), '')

const DAMAGES: Readonly<Record<string, (file: string) => void>> = {
  'its header': (file) => flip(file, 0, 100),
  'pages in the middle, found since the last process died': (file) => {
    flip(file, 4_096 * 4, 8_192)
    diedHere(file)
  },
  'its end cut off, found since the last process died': (file) => {
    truncateSync(file, Math.floor(statSync(file).size / 2))
    diedHere(file)
  },
  'all of it: the file is empty': (file) => truncateSync(file, 0),
  'all of it: the file is something else': (file) => writeFileSync(file, 'not a database at all, but long enough to be read as one'.repeat(50)),
}

describe('a damaged store', () => {
  for (const [what, damage] of Object.entries(DAMAGES)) {
    it(`(${what}) is refused with what to do, and left as it is`, () => {
      const { file } = used()
      damage(file)
      const before = readFileSync(file)
      expect(() => open(file)).toThrow(StoreCorrupt)
      expect(() => open(file)).toThrow(/newest good backup/)
      expect(readFileSync(file).equals(before)).toBe(true)
    })

    it(`(${what}) is restored from its newest backup on request; the damaged file is kept`, () => {
      const { file, backups } = used()
      damage(file)
      const before = readFileSync(file)
      const store = open(file, { recover: true })
      expect(notesIn(store)).toBe(200)
      expect(store.recovered).toMatchObject({ backup: { path: backups[1], version: 1 }, kept: `${file}.damaged-1`, rejected: [] })
      expect(store.recovered?.problem).not.toBe('')
      expect(readFileSync(`${file}.damaged-1`).equals(before)).toBe(true)
      addNotes(store, 1)
      store.close()
      const again = open(file)
      expect(again.recovered).toBeNull()
      expect(notesIn(again)).toBe(201)
    })
  }

  it('passes over damaged backups, and says which', () => {
    const { file, backups } = used()
    flip(file, 0, 100)
    flip(backups[1], 4_096 * 3, 8_192)
    const store = open(file, { recover: true })
    expect(notesIn(store)).toBe(100)
    expect(store.recovered).toMatchObject({ backup: { path: backups[0] }, rejected: [backups[1]] })
  })

  it('without a good backup is refused, not replaced by an empty one', () => {
    const { file, backups } = used()
    for (const each of [file, ...backups]) flip(each, 0, 100)
    expect(() => open(file, { recover: true })).toThrow(StoreUnrecoverable)
    expect(statSync(file).size).toBeGreaterThan(0)
    expect(readdirSync(dirname(file)).filter((name) => name.includes('damaged'))).toEqual([])
  })

  it('is not replaced under a living process', () => {
    const { file, backups } = used()
    const living = open(file)
    expect(() => restoreStore(file, backups[0])).toThrow(StoreBusy)
    living.close()
    expect(restoreStore(file, backups[0])).toBe(`${file}.damaged-1`)
    expect(notesIn(open(file))).toBe(100)
  })

  it('does not take the old WAL into the restored file', () => {
    const { file, backups } = used()
    const store = open(file)
    addNotes(store, 50, 200)
    const wal = join(dirname(file), 'wal-copy')
    copyFileSync(`${file}-wal`, wal)
    store.close()
    copyFileSync(wal, `${file}-wal`)
    truncateSync(file, 0)
    const restored = open(file, { recover: true })
    expect(notesIn(restored)).toBe(200)
    expect(restored.db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(existsSync(`${restored.recovered?.kept}-wal`)).toBe(true)
    expect(restored.recovered?.backup.path).toBe(backups[1])
  })

  it('is found by a statement that meets the damage later, with the same name', () => {
    const { file } = used()
    flip(file, 4_096 * 4, 8_192)
    const store = open(file, { migrations: [NOTES] })
    expect(() => store.guard(() => store.db.prepare('SELECT sum(length(text)) FROM notes').get())).toThrow(StoreCorrupt)
  })
})
