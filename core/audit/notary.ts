import { appendFileSync, closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { iso, type Clock } from '#core/base/clock.ts'
import type { Store } from '#core/store/store.ts'
import type { AuditLog } from './audit-log.ts'
import { LogEmpty } from './errors.ts'
import { AuditProofs } from './proofs.ts'
import { chainKeys, headsIn, logIdOf, signatureHolds, signHead, signKey, type KeyChain, type KeyReason, type SignedHead, type SignedKey, type Signer } from './signed-head.ts'
import { SigningKeys } from './signing-keys.ts'
import type { AuditVerdict } from './verify.ts'

/** Kind of the entries that announce a signing key; their body is a SignedKey. */
export const KEY_KIND = 'audit.key'

/** What a head from elsewhere says of this log. */
export interface HeadVerdict {
  readonly head: SignedHead
  readonly ok: boolean
  /** One sentence; null when the log still holds all that the head covers. */
  readonly problem: string | null
}

/** End of the home's own list that is looked at: some 250 heads. */
const TAIL_BYTES = 65_536

/**
 * Signs how far the log reaches, away from the appends: on demand, and now and then in the background. Its heads are
 * also kept in `<home>/audit/heads.txt`, outside the database: a database that went back is noticed at home.
 */
export class Notary {
  readonly #store: Store
  readonly #log: AuditLog
  readonly #proofs: AuditProofs
  readonly #clock: Clock
  readonly #keys: SigningKeys
  readonly #folder: string
  readonly #file: string
  #timer: NodeJS.Timeout | null = null

  /** @param home REGIE_HOME */
  constructor({ store, log, clock, home }: { store: Store; log: AuditLog; clock: Clock; home: string }) {
    this.#store = store
    this.#log = log
    this.#proofs = new AuditProofs(store)
    this.#clock = clock
    this.#keys = new SigningKeys(join(home, 'keys'))
    this.#folder = join(home, 'audit')
    this.#file = join(this.#folder, 'heads.txt')
  }

  /**
   * The head of now, signed, and kept in the home's list. A head that was signed already is given again.
   * @throws LogEmpty, SigningKeyUnusable, and what appending throws
   */
  head(actor: string): SignedHead {
    const signer = this.#signer(actor)
    const { entries: size, rootHash } = this.#log.head()
    if (size === 0) throw new LogEmpty()
    const last = this.kept().at(-1)
    if (last && last.size === size && last.rootHash === rootHash && last.keyId === signer.keyId) return last
    const head = signHead({ log: this.logId(), size, rootHash, at: iso(this.#clock.now()) }, signer)
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const handle = openSync(this.#file, 'a', 0o600)
    try {
      // A line that a crash left half is ended first; readers skip it.
      appendFileSync(handle, `${/[^\n]$/.test(tailOf(this.#file)) ? '\n' : ''}${head.line}\n`)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    return head
  }

  /** Signs when the log has grown, every so many ms. A failure waits for the next time: `onFailure` is told. */
  startSigning(everyMs: number, onFailure: (failure: unknown) => void): void {
    this.#timer = setInterval(() => {
      try {
        if (this.#log.head().entries > (this.kept().at(-1)?.size ?? 0)) this.head('regie')
      } catch (failure) {
        onFailure(failure)
      }
    }, everyMs)
    this.#timer.unref()
  }

  /** Ends the background signing; what a key that is there hasn't signed yet is signed. */
  close(actor: string, onFailure: (failure: unknown) => void): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    try {
      if (this.announced().length > 0 && this.#log.head().entries > (this.kept().at(-1)?.size ?? 0)) this.head(actor)
    } catch (failure) {
      onFailure(failure)
    }
  }

  /** Which log this is. @throws LogEmpty */
  logId(): string {
    const first = this.#proofs.leaf(0)
    if (first === null) throw new LogEmpty()
    return logIdOf(first)
  }

  /** Entries that announce keys, in order. */
  announced(): { readonly seq: number; readonly key: SignedKey }[] {
    return this.#proofs.ofKind(KEY_KIND).map(({ seq, body }) => ({ seq, key: body as unknown as SignedKey }))
  }

  chain(): KeyChain {
    return chainKeys(this.announced().map(({ key }) => key.line))
  }

  /** The newest heads of the home's own list, in the order in which they were signed. */
  kept(): SignedHead[] {
    return headsIn(tailOf(this.#file))
  }

  /** After a backup took the database's place: heads of what is gone would accuse the log for ever. They are kept aside. */
  setAside(): void {
    if (existsSync(this.#file)) renameSync(this.#file, join(this.#folder, `heads-until-${iso(this.#clock.now()).replaceAll(':', '-')}.txt`))
  }

  /**
   * A new key, vouched for by the old one, whose private part is destroyed; its public part stays in the log. Safe to
   * repeat after a crash at any point.
   * @throws SigningKeyUnusable
   */
  rotate(actor: string): SignedKey {
    const key = this.#store.transaction(() => {
      const old = this.#signer(actor)
      return this.#announce(actor, this.#keys.createNext(), 'rotated', old.keyId, old)
    })
    this.#keys.promote()
    return key
  }

  /** Whether the log still holds all that a head covers. Trusts the stored hashes: verify first. */
  check(head: SignedHead, { keys } = this.chain()): HeadVerdict {
    const problem = this.#problem(head, keys)
    return { head, ok: problem === null, problem }
  }

  /** A sound log that doesn't fit the newest heads of the home's own list is not what it was. */
  witness(verdict: AuditVerdict): AuditVerdict {
    if (!verdict.ok) return verdict
    const chain = this.chain()
    if (chain.problem) return { ...verdict, ok: false, firstBad: { seq: verdict.entries, problem: chain.problem } }
    // The earliest that doesn't fit says the most.
    const bad = this.kept()
      .map((head) => this.check(head, chain))
      .find(({ ok }) => !ok)
    return bad ? { ...verdict, ok: false, firstBad: { seq: Math.min(bad.head.size, verdict.entries), problem: bad.problem ?? '' } } : verdict
  }

  #problem({ log, size, rootHash, at, keyId, line }: SignedHead, keys: KeyChain['keys']): string | null {
    const { entries } = this.#log.head()
    const first = this.#proofs.leaf(0)
    if (first === null || logIdOf(first) !== log) return `The head of ${at} is of another log (${log}, this is ${first === null ? 'empty' : logIdOf(first)}): this one began anew, or the anchor is not its.`
    const key = keys.get(keyId)
    if (size > entries) return `The log was cut or went back: at ${at} it had ${size} entries, now it has ${entries}.`
    if (!key) return `The head of ${at} is signed by key ${keyId}, which this log doesn't name.`
    if (!signatureHolds(line, Buffer.from(key.publicKey, 'hex'))) return `The signature of the head of ${at} does not hold: the line was changed.`
    const root = this.#proofs.rootAt(size)
    return root === rootHash ? null : `The first ${size} entries are not those of ${at}: their root is ${root}, signed was ${rootHash}.`
  }

  /** The key that signs now, announced. Mends what a crash between key file and log has left. */
  #signer(actor: string): Signer {
    const last = (): SignedKey | null => this.announced().at(-1)?.key ?? null
    const ready = this.#keys.current()
    if (ready && this.#keys.next() === null && ready.keyId === last()?.keyId) return ready
    // Under the write lock: two processes that start together announce one key once.
    return this.#store.transaction(() => {
      const next = this.#keys.next()
      const announced = last()
      if (next && announced?.keyId === next.keyId) this.#keys.promote()
      else if (next) this.#keys.discardNext()
      const current = this.#keys.current()
      if (current && current.keyId === announced?.keyId) return current
      const signer = current ?? this.#keys.create()
      // A key that the log doesn't name: made and not announced yet, or put there by hand; the one it names is lost.
      this.#announce(actor, signer, announced === null ? 'first' : 'lost', announced?.keyId ?? null, signer)
      return signer
    })
  }

  #announce(actor: string, signer: Signer, reason: KeyReason, previous: string | null, by: Signer): SignedKey {
    const key = signKey({ publicKey: signer.publicKey, at: iso(this.#clock.now()), reason, previous }, by)
    const summary = {
      first: `Heads of this log are signed by key ${key.keyId} from now on.`,
      rotated: `Heads are signed by key ${key.keyId} from now on; key ${previous} vouches for it and signs no more.`,
      lost: `The signing key ${previous} is gone. Key ${key.keyId} takes its place; nothing but this entry vouches for it.`,
    }[reason]
    this.#log.append({ actor, kind: KEY_KIND, environment: null, runId: null, summary, body: { ...key } })
    return key
  }
}

function tailOf(file: string): string {
  if (!existsSync(file)) return ''
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES))
    return bytes.toString('utf8', 0, readSync(handle, bytes, 0, bytes.length, size - bytes.length))
  } finally {
    closeSync(handle)
  }
}
