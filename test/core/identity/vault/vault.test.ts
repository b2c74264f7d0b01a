import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { AuditLog } from '#core/audit/audit-log.ts'
import { KeyFileUnusable, LastVaultKey, RecoveryCodeInvalid, SecretDamaged, SecretRefused, SecretUnknown, VaultKeyMissing, VaultKeyWrong, VaultLocked } from '#core/identity/errors.ts'
import { newRecoveryCode, recoveryKey } from '#core/identity/vault/recovery-code.ts'
import { Vault } from '#core/identity/vault/vault.ts'
import { keychainWrapping, keyFileWrapping, passphraseWrapping, recoveryWrapping } from '#core/identity/vault/wrapping.ts'
import { migrations } from '#core/regie-schema.ts'
import { openStore, type Store } from '#core/store/store.ts'

const QUICK = { N: 1 << 10, r: 8, p: 1 }
const folders: string[] = []
const closing: Store[] = []

afterEach(() => {
  for (const store of closing.splice(0)) store.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function home() {
  const folder = mkdtempSync(join(tmpdir(), 'regie-vault-'))
  folders.push(folder)
  let now = Date.parse('2026-01-01T00:00:00Z')
  const clock = { now: () => now, monotonic: () => now }
  const keyFile = join(folder, 'keys', 'vault.key')
  const parts = () => {
    const store = openStore(join(folder, 'state.sqlite'), { clock, migrations })
    closing.push(store)
    return { store, audit: new AuditLog(store, clock), clock }
  }
  const wrapping = keyFileWrapping(keyFile)
  return { folder, keyFile, parts, wrapping, later: (days: number) => (now += days * 86_400_000) }
}

const read = (vault: Vault, name: string, version?: number): Promise<string> => vault.use(name, { actor: 'ops', purpose: 'a test', version }, (value) => value.toString('utf8'))

describe('the vault', () => {
  it('gives back what was put, by version, after the program was opened again', async () => {
    const { parts, wrapping } = home()
    const first = await Vault.open(parts(), wrapping, 'ops')
    expect(first.put('production/postgres', Buffer.from('old'), { actor: 'ops' })).toBe(1)
    expect(first.put('production/postgres', Buffer.from('new'), { actor: 'ops' })).toBe(2)
    const again = await Vault.open(parts(), wrapping, 'ops')
    expect(again.id).toBe(first.id)
    expect(await read(again, 'production/postgres')).toBe('new')
    expect(await read(again, 'production/postgres', 1)).toBe('old')
    again.drop('production/postgres', { actor: 'ops', version: 1 })
    await expect(read(again, 'production/postgres', 1)).rejects.toThrow(SecretUnknown)
  })

  it('wipes the caller\'s buffer at once and the lent one after use, also when the work fails', async () => {
    const { parts, wrapping } = home()
    const vault = await Vault.open(parts(), wrapping, 'ops')
    const given = Buffer.from('hunter2')
    vault.put('a', given, { actor: 'ops' })
    expect(given.every((byte) => byte === 0)).toBe(true)
    let lent: Buffer = Buffer.alloc(0)
    await vault.use('a', { actor: 'ops', purpose: 'a test' }, (value) => {
      lent = value
      expect(value.toString()).toBe('hunter2')
    })
    expect(lent.every((byte) => byte === 0)).toBe(true)
    await expect(vault.use('a', { actor: 'ops', purpose: 'a test' }, (value) => {
      lent = value
      return Promise.reject(new Error('the driver gave up'))
    })).rejects.toThrow('gave up')
    expect(lent.every((byte) => byte === 0)).toBe(true)
    const refused = Buffer.from('too loud')
    expect(() => vault.put('Not A Name', refused, { actor: 'ops' })).toThrow(SecretRefused)
    expect(refused.every((byte) => byte === 0)).toBe(true)
  })

  it('leaves no value in any file of the home, nor in the audit log, also after rotation and removal', async () => {
    const { folder, parts, wrapping } = home()
    const { store, audit, clock } = parts()
    const vault = await Vault.open({ store, audit, clock }, wrapping, 'ops')
    const planted = 'PLANTED-8f3e77aa-SECRET'
    vault.put('a', Buffer.from(planted), { actor: 'ops' })
    await read(vault, 'a')
    vault.put('a', Buffer.from(planted + '2'), { actor: 'ops' })
    await vault.rotateDataKey([wrapping], 'ops')
    vault.drop('a', { actor: 'ops' })
    store.db.pragma('wal_checkpoint(TRUNCATE)')
    for (const file of ['state.sqlite', 'keys/vault.key']) expect(readFileSync(join(folder, file)).includes(planted)).toBe(false)
    let exported = ''
    for await (const part of audit.export()) exported += part
    expect(exported).toContain('Used secret a: a test.')
    expect(exported).not.toContain('PLANTED')
    expect(await audit.verify()).toMatchObject({ ok: true })
  })

  it('counts uses and says when a secret is due', async () => {
    const { parts, wrapping, later } = home()
    const vault = await Vault.open(parts(), wrapping, 'ops')
    vault.put('a', Buffer.from('1'), { actor: 'ops' })
    vault.put('b', Buffer.from('1'), { actor: 'ops', rotateDays: 7 })
    later(1)
    await read(vault, 'a')
    expect(vault.list()).toMatchObject([
      { name: 'a', version: 1, kept: [], uses: 1, lastUsedAt: '2026-01-02T00:00:00.000Z', rotationDueAt: '2026-04-01T00:00:00.000Z' },
      { name: 'b', uses: 0, lastUsedAt: null, rotationDueAt: '2026-01-08T00:00:00.000Z' },
    ])
    expect(JSON.stringify(vault.list())).not.toContain('sealed')
  })

  it('opens with any of its keys, and changes them without entering a secret again', async () => {
    const { parts, wrapping } = home()
    const vault = await Vault.open(parts(), wrapping, 'ops')
    vault.put('a', Buffer.from('value'), { actor: 'ops' })
    await vault.addWrapping(passphraseWrapping(Buffer.from('correct horse'), QUICK), 'ops')
    const box = new Map<string, Buffer>()
    const keychain = { encrypt: async (plain: Buffer) => (box.set('k', Buffer.from(plain)), Buffer.from('k')), decrypt: async (held: Buffer) => Buffer.from(box.get(held.toString()) ?? Buffer.alloc(0)) }
    await vault.addWrapping(keychainWrapping(keychain), 'ops')
    const code = await vault.newRecoverySheet('ops')
    vault.dropWrapping('key-file', 'ops')
    expect(vault.closedWith().toSorted()).toEqual(['keychain', 'passphrase', 'recovery'])
    for (const key of [passphraseWrapping(Buffer.from('correct horse'), QUICK), keychainWrapping(keychain), recoveryWrapping(code.toLowerCase().replaceAll('-', ' '))]) {
      expect(await read(await Vault.open(parts(), key, 'ops'), 'a')).toBe('value')
    }
    await expect(Vault.open(parts(), wrapping, 'ops')).rejects.toThrow(VaultKeyMissing)
    await expect(Vault.open(parts(), passphraseWrapping(Buffer.from('wrong horse'), QUICK), 'ops')).rejects.toThrow(VaultKeyWrong)
    await expect(Vault.open(parts(), recoveryWrapping(newRecoveryCode()), 'ops')).rejects.toThrow(VaultKeyWrong)
    vault.dropWrapping('keychain', 'ops')
    expect(() => vault.dropWrapping('passphrase', 'ops')).toThrow(LastVaultKey)
  })

  it('seals everything anew under a new data key, and what the old keys opened stays shut', async () => {
    const { parts, wrapping } = home()
    const vault = await Vault.open(parts(), wrapping, 'ops')
    for (const name of ['a', 'b', 'c']) vault.put(name, Buffer.from(name), { actor: 'ops' })
    const old = await vault.newRecoverySheet('ops')
    const other = await Vault.open(parts(), wrapping, 'ops')
    const before = vault.list().map((one) => one.keyId)
    await vault.rotateDataKey([wrapping], 'ops')
    expect(vault.list().map((one) => one.keyId)).not.toEqual(before)
    for (const name of ['a', 'b', 'c']) expect(await read(vault, name)).toBe(name)
    await expect(Vault.open(parts(), recoveryWrapping(old), 'ops')).rejects.toThrow(VaultKeyMissing)
    // A process that still holds the old key must not seal under it.
    expect(() => other.put('d', Buffer.from('d'), { actor: 'ops' })).toThrow(VaultLocked)
    await other.unlock(wrapping)
    other.put('d', Buffer.from('d'), { actor: 'ops' })
    expect(await read(vault, 'd')).toBe('d')
  })

  it('refuses what was changed or moved in the file', async () => {
    const { parts, wrapping } = home()
    const { store, audit, clock } = parts()
    const vault = await Vault.open({ store, audit, clock }, wrapping, 'ops')
    for (const name of ['a', 'b']) vault.put(name, Buffer.from(name), { actor: 'ops' })
    store.db.exec("UPDATE vault_secrets SET (nonce, sealed) = (SELECT nonce, sealed FROM vault_secrets WHERE name = 'b') WHERE name = 'a'")
    await expect(read(vault, 'a')).rejects.toThrow(SecretDamaged)
    expect(await read(vault, 'b')).toBe('b')
    store.db.exec("UPDATE vault_secrets SET sealed = zeroblob(length(sealed)) WHERE name = 'b'")
    await expect(read(vault, 'b')).rejects.toThrow(SecretDamaged)
  })

  it('refuses a vault of another machine, and a key file that others may read or that is cut short', async () => {
    const one = home()
    await Vault.open(one.parts(), one.wrapping, 'ops')
    const { folder } = home()
    const foreign = join(folder, 'vault.key')
    await expect(Vault.open(one.parts(), keyFileWrapping(foreign), 'ops')).rejects.toThrow(KeyFileUnusable)
    writeFileSync(foreign, `${'ab'.repeat(32)}\n`, { mode: 0o600 })
    await expect(Vault.open(one.parts(), keyFileWrapping(foreign), 'ops')).rejects.toThrow(VaultKeyWrong)
    expect(statSync(one.keyFile).mode & 0o777).toBe(0o600)
    chmodSync(one.keyFile, 0o644)
    await expect(Vault.open(one.parts(), one.wrapping, 'ops')).rejects.toThrow(KeyFileUnusable)
    chmodSync(one.keyFile, 0o600)
    writeFileSync(one.keyFile, 'abcd')
    await expect(Vault.open(one.parts(), one.wrapping, 'ops')).rejects.toThrow(/holds 2 bytes/)
  })

  it('is made once when two processes open a new home', async () => {
    const { parts, wrapping } = home()
    const [one, two] = await Promise.all([Vault.open(parts(), wrapping, 'ops'), Vault.open(parts(), wrapping, 'ops')])
    expect(one.id).toBe(two.id)
    one.put('a', Buffer.from('x'), { actor: 'ops' })
    expect(await read(two, 'a')).toBe('x')
  })

  it('gives nothing away once locked', async () => {
    const { parts, wrapping } = home()
    const vault = await Vault.open(parts(), wrapping, 'ops')
    vault.put('a', Buffer.from('x'), { actor: 'ops' })
    vault.lock()
    await expect(read(vault, 'a')).rejects.toThrow(VaultLocked)
    expect(() => vault.put('b', Buffer.from('x'), { actor: 'ops' })).toThrow(VaultLocked)
    expect(vault.list().map(({ name }) => name)).toEqual(['a'])
  })
})

describe('a recovery code', () => {
  it('comes back as the same key however it is typed, and a slip is noticed', () => {
    const code = newRecoveryCode()
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{6}-){8}[0-9A-HJKMNP-TV-Z]{6}$/)
    const key = recoveryKey(code)
    expect(recoveryKey(` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `)).toEqual(key)
    const at = code.search(/[2-9]/)
    const slip = code.slice(0, at) + (code[at] === '2' ? '3' : '2') + code.slice(at + 1)
    expect(() => recoveryKey(slip)).toThrow(RecoveryCodeInvalid)
    expect(() => recoveryKey(code.slice(1))).toThrow(/53 characters/)
    expect(() => recoveryKey(code.replace(/^./, 'U'))).toThrow(/stands on no sheet/)
  })
})
