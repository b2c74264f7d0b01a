import { appendFileSync, chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AuditLog } from '#core/audit/audit-log.ts'
import { Notary } from '#core/audit/notary.ts'
import { chainKeys, headsIn, parseHead, signatureHolds } from '#core/audit/signed-head.ts'
import { StoredTree } from '#core/audit/stored-tree.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore } from '#core/store/store.ts'
import { draft, fill, openLog, withoutTriggers, type Bench } from './support.ts'

function openNotary(count = 5): Bench & { notary: Notary; home: string; key: string; again: () => Notary } {
  const bench = openLog()
  const home = dirname(bench.file)
  fill(bench.log, count)
  const again = (): Notary => new Notary({ store: bench.store, log: bench.log, clock: bench.clock, home })
  const notary = again()
  bench.log.witness = (verdict) => notary.witness(verdict)
  return { ...bench, notary, home, key: join(home, 'keys', 'audit-signing.key'), again }
}

describe('a signed head', () => {
  it('says log, size, root and time under a key that the log announces first', () => {
    const { log, notary } = openNotary()
    const head = notary.head('anna')
    expect(head).toMatchObject({ size: 6, rootHash: log.head().rootHash, at: '2026-01-01T00:00:00.000Z', log: log.entry(0).leafHash.slice(0, 16) })
    expect(parseHead(head.line)).toEqual(head)
    const [{ seq, key } = { seq: -1, key: null }] = notary.announced()
    expect(seq).toBe(5)
    expect(key).toMatchObject({ keyId: head.keyId, reason: 'first', previous: null })
    expect(signatureHolds(head.line, Buffer.from(key?.publicKey ?? '', 'hex'))).toBe(true)
    expect(log.entry(5)).toMatchObject({ actor: 'anna', kind: 'audit.key' })
    expect(notary.check(head)).toMatchObject({ ok: true, problem: null })
  })

  it('is given again while the log stands still, and made anew when it grew', () => {
    const { log, notary, home } = openNotary()
    const head = notary.head('anna')
    expect(notary.head('ben')).toEqual(head)
    log.append(draft(9))
    expect(notary.head('ben').size).toBe(7)
    expect(readFileSync(join(home, 'audit', 'heads.txt'), 'utf8').split('\n')).toHaveLength(3)
    expect(statSync(join(home, 'audit', 'heads.txt')).mode & 0o777).toBe(0o600)
  })

  it('needs something to sign', () => {
    const { notary } = openNotary(0)
    // The announcement of the key is the log's first entry.
    expect(notary.head('anna').size).toBe(1)
  })

  it('with a changed character holds no more', () => {
    const { notary, log } = openNotary()
    const { line } = notary.head('anna')
    log.append(draft(9))
    for (const changed of [line.replace(' 6 ', ' 5 '), line.replace(/.(.{87})$/, (_, rest: string) => `0${rest}`).replace(/2026/, '2027'), line.slice(0, -2) + (line.endsWith('AA') ? 'BA' : 'AA')]) {
      const head = parseHead(changed)
      if (head) expect(notary.check(head).ok, changed).toBe(false)
    }
  })

  it('is found wherever it stands in a text', () => {
    const { notary } = openNotary()
    const { line } = notary.head('anna')
    expect(headsIn(`Hello,\nthe anchor of today: "${line}".\n> ${line}\n`).map((head) => head.line)).toEqual([line, line])
    expect(headsIn('regie-audit-head-1 and nothing more')).toEqual([])
  })

  it('that a crash left half is skipped, and the next one stands on a line of its own', () => {
    const { notary, log, home, again } = openNotary()
    const first = notary.head('anna')
    appendFileSync(join(home, 'audit', 'heads.txt'), first.line.slice(0, 70))
    log.append(draft(9))
    const second = again().head('anna')
    expect(notary.kept().map(({ line }) => line)).toEqual([first.line, second.line])
  })
})

describe('the signing key', () => {
  it('is readable by its owner only, or refused', () => {
    const { notary, key } = openNotary()
    notary.head('anna')
    expect(statSync(key).mode & 0o777).toBe(0o600)
    chmodSync(key, 0o644)
    expect(() => notary.head('anna')).toThrow(expect.objectContaining({ code: 'SIGNING_KEY_UNUSABLE' }) as Error)
  })

  it('never stands in the log', () => {
    const { notary, log, key } = openNotary()
    notary.head('anna')
    notary.rotate('anna')
    const secret = readFileSync(key, 'utf8').trim()
    const all = log.list({ limit: 100 }).entries.map(({ seq }) => log.entry(seq).canonical).join('\n')
    expect(secret).toHaveLength(64)
    expect(all).not.toContain(secret)
  })

  it('is rotated: the old one vouches for the new one, and its heads stay good', async () => {
    const { notary, log, key } = openNotary()
    const old = notary.head('anna')
    const before = readFileSync(key, 'utf8')
    const rotated = notary.rotate('anna')
    expect(rotated).toMatchObject({ reason: 'rotated', previous: old.keyId })
    expect(readFileSync(key, 'utf8')).not.toBe(before)
    expect(readdirSync(dirname(key))).toEqual(['audit-signing.key'])
    const now = notary.head('anna')
    expect(now.keyId).toBe(rotated.keyId)
    expect([notary.check(old).ok, notary.check(now).ok, notary.chain().problem]).toEqual([true, true, null])
    expect(await log.verify()).toMatchObject({ ok: true })
  })

  it('is rotated whole or not at all, wherever a crash stops it', () => {
    for (const crash of ['before the log', 'before the key']) {
      const { notary, key, again } = openNotary()
      const { keyId } = notary.head('anna')
      const old = readFileSync(key)
      const rotated = notary.rotate('anna')
      // What the disk holds after a kill between the two writes.
      if (crash === 'before the key') {
        copyFileSync(key, `${key}.next`)
        writeFileSync(key, old, { mode: 0o600 })
        expect(again().head('anna').keyId).toBe(rotated.keyId)
      } else {
        writeFileSync(`${key}.next`, 'ab'.repeat(32), { mode: 0o600 })
        expect(again().head('anna').keyId).toBe(rotated.keyId)
      }
      expect(existsSync(`${key}.next`)).toBe(false)
      expect(again().chain()).toMatchObject({ problem: null })
      expect(again().announced().map((one) => one.key.keyId)).toEqual([keyId, rotated.keyId])
    }
  })

  it('that is lost is replaced, and the log says that nobody vouches for the new one', async () => {
    const { notary, log, key, again } = openNotary()
    const old = notary.head('anna')
    rmSync(key)
    const now = again().head('ben')
    expect(again().announced().map((one) => [one.key.reason, one.key.previous])).toEqual([['first', null], ['lost', old.keyId]])
    expect(now.keyId).not.toBe(old.keyId)
    expect(log.list({ kind: 'audit.key' }).entries[0]?.summary).toContain(`The signing key ${old.keyId} is gone`)
    expect(again().check(old).ok).toBe(true)
    expect(await log.verify()).toMatchObject({ ok: true })
  })

  it('that was announced by somebody else without the old one breaks the chain', () => {
    const { notary } = openNotary()
    notary.head('anna')
    const other = openNotary()
    other.notary.head('eve')
    const stolen = other.notary.rotate('eve')
    expect(chainKeys([...notary.announced().map(({ key }) => key.line), stolen.line]).problem).toContain('follows')
  })

  it('is announced once by two processes that sign for the first time', () => {
    const { notary, again } = openNotary()
    notary.head('anna')
    again().head('ben')
    expect(notary.announced()).toHaveLength(1)
  })
})

describe('a log that went back', () => {
  it('is noticed by the home’s own list, and by an anchor even without it', async () => {
    const { log, store, notary, file, home, clock } = openNotary()
    store.db.pragma('wal_checkpoint(TRUNCATE)')
    copyFileSync(file, `${file}.old`)
    fill(log, 20)
    const anchor = notary.head('anna')
    store.close()
    for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true })
    copyFileSync(`${file}.old`, file)

    const rolled = openStore(file, { clock, migrations, backupAfterMs: Number.POSITIVE_INFINITY })
    const back = new AuditLog(rolled, clock)
    const other = new Notary({ store: rolled, log: back, clock, home })
    expect((await back.verify()).ok).toBe(true)
    back.witness = (verdict) => other.witness(verdict)
    expect(await back.verify()).toMatchObject({ ok: false, firstBad: { seq: 5, problem: expect.stringContaining('went back') as string } })
    // Grown past the anchor again, with other entries.
    other.setAside()
    fill(back, 40)
    other.head('eve')
    expect((await back.verify()).ok).toBe(true)
    expect(other.check(anchor)).toMatchObject({ ok: false })
    expect(readdirSync(join(home, 'audit')).some((name) => name.startsWith('heads-until-'))).toBe(true)
    rolled.close()
  })

  it('rewritten from some entry on, consistent in itself, is noticed too', async () => {
    const { log, store, notary, clock } = openNotary(40)
    const anchor = notary.head('anna')
    const db = withoutTriggers(store)
    // Written again with the program itself, from entry 30 on.
    db.exec('DELETE FROM audit_entries WHERE seq >= 30')
    const last = db.prepare<[], { leaf: Buffer }>('SELECT leaf FROM audit_entries WHERE seq = 29').get()?.leaf
    const root = new StoredTree(db).frontier(30).root()
    db.prepare('UPDATE audit_head SET size = 30, root = ?, leaf = ?').run(root, last)
    const forged = new AuditLog(store, clock)
    fill(forged, 20)
    expect(await forged.verify()).toMatchObject({ ok: true, entries: 50 })
    expect(notary.check(anchor).ok).toBe(false)
    expect(await log.verify()).toMatchObject({ ok: false })
  })

  it('that began anew is told from one that went back', () => {
    const { notary } = openNotary()
    const anchor = notary.head('anna')
    const { notary: other } = openNotary(3)
    other.head('anna')
    // Both logs of this test begin with the same entry: another first entry is another log.
    const foreign = parseHead(anchor.line.replace(/head-1 ./, (start) => start.slice(0, -1) + (start.endsWith('0') ? '1' : '0')))
    expect(foreign && other.check(foreign).problem).toContain('another log')
  })
})
