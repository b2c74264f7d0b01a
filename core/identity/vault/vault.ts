import { randomBytes } from 'node:crypto'
import type { AuditLog } from '#core/audit/audit-log.ts'
import { iso, type Clock } from '#core/base/clock.ts'
import { LastVaultKey, SecretDamaged, SecretRefused, SecretUnknown, VaultKeyMissing, VaultLocked } from '#core/identity/errors.ts'
import type { Store } from '#core/store/store.ts'
import { newRecoveryCode } from './recovery-code.ts'
import { KEY_BYTES, seal, unseal } from './seal.ts'
import { recoveryWrapping, type WrappingKey, type WrappingKind } from './wrapping.ts'

/** Days after which a secret is due for rotation, unless its own says otherwise. */
export const ROTATE_DAYS = 90
const DAY = 86_400_000
const NAME = /^[a-z0-9][a-z0-9._/-]{0,120}$/
/** A secret is a key or a password, not a file. */
const LONGEST = 64 * 1024

export interface SecretDescription {
  readonly name: string
  readonly version: number
  /** Other versions that are still kept. */
  readonly kept: readonly number[]
  readonly keyId: string
  readonly madeAt: string
  readonly madeBy: string
  readonly rotationDueAt: string
  readonly uses: number
  readonly lastUsedAt: string | null
}

export interface VaultParts {
  readonly store: Store
  readonly audit: Pick<AuditLog, 'append'>
  readonly clock: Clock
}

interface SecretRow {
  readonly name: string
  readonly version: number
  readonly data_key_id: string
  readonly nonce: Buffer
  readonly sealed: Buffer
  readonly made_at: string
  readonly made_by: string
  readonly rotate_days: number | null
}

interface WrappingRow {
  readonly id: string
  readonly data_key_id: string
  readonly kind: WrappingKind
  readonly parameters: string
  readonly wrapped: Buffer
}

/**
 * Secrets under AES-256-GCM, by a random data key that is stored only wrapped. Values go in and out as buffers and are
 * wiped after use; names, ages and uses may be shown, values never are. Each change and each use is an audit entry that
 * names the secret and its purpose.
 */
export class Vault {
  readonly #parts: VaultParts
  readonly #id: string
  #key: { readonly id: string; readonly bytes: Buffer } | null = null

  private constructor(parts: VaultParts, id: string) {
    this.#parts = parts
    this.#id = id
    // What a rotation deletes must not stay readable in free pages of the file.
    parts.store.db.pragma('secure_delete = ON')
    parts.store.beforeClose(() => this.lock())
  }

  /** The home's vault, closed with `wrapping` when it is new. Throws VaultKeyMissing, VaultKeyWrong, KeyFileUnusable. */
  static async open(parts: VaultParts, wrapping: WrappingKey, actor: string): Promise<Vault> {
    const known = vaultId(parts.store)
    if (known === null) {
      const made = new Vault(parts, `vault-${randomBytes(6).toString('hex')}`)
      if (await made.#make(wrapping, actor)) return made
    }
    const vault = new Vault(parts, known ?? vaultId(parts.store) ?? '')
    await vault.unlock(wrapping)
    return vault
  }

  get id(): string {
    return this.#id
  }

  get locked(): boolean {
    return this.#key === null
  }

  /** Forgets the data key: its bytes are wiped. */
  lock(): void {
    this.#key?.bytes.fill(0)
    this.#key = null
  }

  async unlock(wrapping: WrappingKey): Promise<void> {
    const row = this.#wrappings().find((one) => one.kind === wrapping.kind)
    if (!row) throw new VaultKeyMissing(wrapping.kind, this.#wrappings().map((one) => one.kind))
    const bytes = await wrapping.unwrap({ bytes: row.wrapped, parameters: JSON.parse(row.parameters) as Record<string, string | number> }, this.#wrapPlace(row.data_key_id, row.kind))
    this.lock()
    this.#key = { id: row.data_key_id, bytes }
  }

  /**
   * Stores a new version and wipes `value`. Versions before it stay until `drop` removes them: a rotation drops the old one
   * when the new one was seen to work. Returns the version's number.
   */
  put(name: string, value: Buffer, options: { readonly actor: string; readonly rotateDays?: number }): number {
    try {
      if (!NAME.test(name)) throw new SecretRefused(name.slice(0, 120), 'a name has lower-case letters, digits, dots, dashes and slashes')
      if (value.length === 0 || value.length > LONGEST) throw new SecretRefused(name, value.length === 0 ? 'it is empty' : 'it is longer than 64 KiB')
      const { store, audit, clock } = this.#parts
      return store.transaction(() => {
        const key = this.#open()
        const version = (store.db.prepare<[string], { last: number | null }>('SELECT max(version) AS last FROM vault_secrets WHERE name = ?').get(name)?.last ?? 0) + 1
        const { nonce, sealed } = seal(key.bytes, value, this.#place(name, version, key.id))
        store.db
          .prepare('INSERT INTO vault_secrets (name, version, data_key_id, nonce, sealed, made_at, made_by, rotate_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
          .run(name, version, key.id, nonce, sealed, iso(clock.now()), options.actor, options.rotateDays ?? null)
        audit.append({ actor: options.actor, kind: 'secret.stored', environment: null, runId: null, summary: `Stored secret ${name}, version ${version}.`, body: { name, version, keyId: key.id } })
        return version
      })
    } finally {
      value.fill(0)
    }
  }

  /**
   * Hands the newest value, or the named version's, to `work` and wipes it when that has ended. `purpose` is audited, the
   * value never is. Throws SecretUnknown, SecretDamaged, VaultLocked.
   */
  async use<T>(name: string, by: { readonly actor: string; readonly purpose: string; readonly version?: number }, work: (value: Buffer) => T | Promise<T>): Promise<T> {
    const value = this.#take(name, by)
    try {
      return await work(value)
    } finally {
      value.fill(0)
    }
  }

  has(name: string): boolean {
    return this.#parts.store.guard(() => this.#newest(name)) !== undefined
  }

  /** Names, versions, ages and uses; no value. */
  list(): SecretDescription[] {
    const { store } = this.#parts
    return store.guard(() => {
      const rows = store.db.prepare<[], SecretRow>('SELECT * FROM vault_secrets ORDER BY name, version DESC').all()
      const uses = new Map(store.db.prepare<[], { name: string; uses: number; last_at: string }>('SELECT * FROM vault_uses').all().map((row) => [row.name, row]))
      const found = new Map<string, SecretRow[]>()
      for (const row of rows) found.set(row.name, [...(found.get(row.name) ?? []), row])
      return [...found].map(([name, [newest, ...older]]) => ({
        name,
        version: newest!.version,
        kept: older.map((row) => row.version),
        keyId: newest!.data_key_id,
        madeAt: newest!.made_at,
        madeBy: newest!.made_by,
        rotationDueAt: iso(Date.parse(newest!.made_at) + (newest!.rotate_days ?? ROTATE_DAYS) * DAY),
        uses: uses.get(name)?.uses ?? 0,
        lastUsedAt: uses.get(name)?.last_at ?? null,
      }))
    })
  }

  /** Removes one version, or all of a secret. Throws SecretUnknown. */
  drop(name: string, options: { readonly actor: string; readonly version?: number }): void {
    const { store, audit } = this.#parts
    store.transaction(() => {
      const { changes } =
        options.version === undefined
          ? store.db.prepare('DELETE FROM vault_secrets WHERE name = ?').run(name)
          : store.db.prepare('DELETE FROM vault_secrets WHERE name = ? AND version = ?').run(name, options.version)
      if (changes === 0) throw new SecretUnknown(name, options.version)
      audit.append({ actor: options.actor, kind: 'secret.dropped', environment: null, runId: null, summary: `Dropped ${options.version === undefined ? 'all versions' : `version ${options.version}`} of secret ${name}.`, body: { name, version: options.version ?? null } })
    })
  }

  /** Kinds of keys that open this vault. */
  closedWith(): WrappingKind[] {
    return this.#wrappings().map((row) => row.kind)
  }

  /** Wraps the data key with another key as well, in the place of an older one of its kind. Nothing is entered again. */
  async addWrapping(wrapping: WrappingKey, actor: string): Promise<void> {
    const key = this.#open()
    const { bytes, parameters } = await wrapping.wrap(key.bytes, this.#wrapPlace(key.id, wrapping.kind))
    this.#parts.store.transaction(() => this.#saveWrapping(wrapping.kind, key.id, bytes, parameters, actor))
  }

  /** Throws LastVaultKey when only recovery sheets would be left, VaultKeyMissing. */
  dropWrapping(kind: WrappingKind, actor: string): void {
    const { store, audit } = this.#parts
    store.transaction(() => {
      const kinds = this.closedWith()
      if (!kinds.includes(kind)) throw new VaultKeyMissing(kind, kinds)
      if (kind !== 'recovery' && kinds.filter((one) => one !== 'recovery' && one !== kind).length === 0) throw new LastVaultKey(kind)
      store.db.prepare('DELETE FROM vault_wrappings WHERE kind = ?').run(kind)
      audit.append({ actor, kind: 'vault.key.dropped', environment: null, runId: null, summary: `The vault no longer opens with a ${kind}.`, body: { kind } })
    })
  }

  /** A new recovery code in the place of an older one: shown once, stored nowhere. */
  async newRecoverySheet(actor: string): Promise<string> {
    const code = newRecoveryCode()
    await this.addWrapping(recoveryWrapping(code), actor)
    return code
  }

  /**
   * A new data key: every secret is sealed anew in one transaction. Keys not given here no longer open the vault and
   * are dropped; an older recovery sheet among them.
   */
  async rotateDataKey(wrappings: readonly WrappingKey[], actor: string): Promise<void> {
    const old = this.#open()
    if (!wrappings.some(({ kind }) => kind !== 'recovery')) throw new LastVaultKey(wrappings[0]?.kind ?? 'key')
    const { store, audit } = this.#parts
    const key = newDataKey()
    const wrapped = await Promise.all(wrappings.map(async (one) => ({ kind: one.kind, ...(await one.wrap(key.bytes, this.#wrapPlace(key.id, one.kind))) })))
    store.transaction(() => {
      store.db.prepare('DELETE FROM vault_wrappings').run()
      for (const { kind, bytes, parameters } of wrapped) this.#saveWrapping(kind, key.id, bytes, parameters, actor)
      const update = store.db.prepare('UPDATE vault_secrets SET data_key_id = ?, nonce = ?, sealed = ? WHERE name = ? AND version = ?')
      for (const row of store.db.prepare<[], SecretRow>('SELECT * FROM vault_secrets').all()) {
        const plain = this.#unseal(row, old)
        try {
          const { nonce, sealed } = seal(key.bytes, plain, this.#place(row.name, row.version, key.id))
          update.run(key.id, nonce, sealed, row.name, row.version)
        } finally {
          plain.fill(0)
        }
      }
      audit.append({ actor, kind: 'vault.rotated', environment: null, runId: null, summary: 'Every secret was sealed anew under a new data key.', body: { from: old.id, to: key.id, closedWith: wrapped.map((one) => one.kind) } })
    })
    this.lock()
    this.#key = key
  }

  /** False when another process was first. */
  async #make(wrapping: WrappingKey, actor: string): Promise<boolean> {
    const key = newDataKey()
    const { bytes, parameters } = await wrapping.wrap(key.bytes, this.#wrapPlace(key.id, wrapping.kind))
    const { store, audit, clock } = this.#parts
    const first = store.transaction(() => {
      if (vaultId(store) !== null) return false
      store.db.prepare('INSERT INTO vault (id, made_at) VALUES (?, ?)').run(this.#id, iso(clock.now()))
      this.#saveWrapping(wrapping.kind, key.id, bytes, parameters, actor)
      audit.append({ actor, kind: 'vault.made', environment: null, runId: null, summary: `Made the vault, closed with a ${wrapping.kind}.`, body: { vault: this.#id, kind: wrapping.kind } })
      return true
    })
    if (first) this.#key = key
    else key.bytes.fill(0)
    return first
  }

  #saveWrapping(kind: WrappingKind, keyId: string, bytes: Buffer, parameters: object, actor: string): void {
    const { store, audit, clock } = this.#parts
    store.db.prepare('DELETE FROM vault_wrappings WHERE kind = ?').run(kind)
    store.db
      .prepare('INSERT INTO vault_wrappings (id, data_key_id, kind, parameters, wrapped, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(`${kind}-${randomBytes(4).toString('hex')}`, keyId, kind, JSON.stringify(parameters), bytes, iso(clock.now()), actor)
    audit.append({ actor, kind: 'vault.key.added', environment: null, runId: null, summary: `The vault now opens with a ${kind}.`, body: { kind, keyId } })
  }

  #take(name: string, { actor, purpose, version }: { actor: string; purpose: string; version?: number }): Buffer {
    const { store, audit, clock } = this.#parts
    return store.transaction(() => {
      const key = this.#open()
      const row = version === undefined ? this.#newest(name) : store.db.prepare<[string, number], SecretRow>('SELECT * FROM vault_secrets WHERE name = ? AND version = ?').get(name, version)
      if (!row) throw new SecretUnknown(name, version)
      const value = this.#unseal(row, key)
      store.db
        .prepare('INSERT INTO vault_uses (name, uses, last_at) VALUES (?, 1, ?) ON CONFLICT (name) DO UPDATE SET uses = uses + 1, last_at = excluded.last_at')
        .run(name, iso(clock.now()))
      audit.append({ actor, kind: 'secret.used', environment: null, runId: null, summary: `Used secret ${name}: ${purpose}.`, body: { name, version: row.version, purpose } })
      return value
    })
  }

  #unseal(row: SecretRow, key: { readonly id: string; readonly bytes: Buffer }): Buffer {
    try {
      return unseal(key.bytes, { nonce: row.nonce, sealed: row.sealed }, this.#place(row.name, row.version, key.id))
    } catch (thrown) {
      throw new SecretDamaged(row.name, row.version, thrown)
    }
  }

  #newest(name: string): SecretRow | undefined {
    return this.#parts.store.db.prepare<[string], SecretRow>('SELECT * FROM vault_secrets WHERE name = ? ORDER BY version DESC LIMIT 1').get(name)
  }

  #wrappings(): WrappingRow[] {
    return this.#parts.store.guard(() => this.#parts.store.db.prepare<[], WrappingRow>('SELECT * FROM vault_wrappings ORDER BY made_at').all())
  }

  #open(): { readonly id: string; readonly bytes: Buffer } {
    if (!this.#key) throw new VaultLocked()
    // Another process may have rotated the data key: what is sealed under the old one would be lost.
    if (!this.#wrappings().some((row) => row.data_key_id === this.#key?.id)) {
      this.lock()
      throw new VaultLocked()
    }
    return this.#key
  }

  #place = (name: string, version: number, keyId: string): string => `regie secret\0${this.#id}\0${keyId}\0${name}\0${version}`
  #wrapPlace = (keyId: string, kind: WrappingKind): string => `regie data key\0${this.#id}\0${keyId}\0${kind}`
}

function newDataKey(): { readonly id: string; readonly bytes: Buffer } {
  const bytes = Buffer.allocUnsafeSlow(KEY_BYTES)
  const random = randomBytes(KEY_BYTES)
  random.copy(bytes)
  random.fill(0)
  return { id: `key-${randomBytes(4).toString('hex')}`, bytes }
}

function vaultId(store: Store): string | null {
  return store.guard(() => store.db.prepare<[], { id: string }>('SELECT id FROM vault').get()?.id ?? null)
}
