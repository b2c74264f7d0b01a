import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'

/** How far a log reached at a moment, as whoever had the signing key said. Format: docs/audit-format.md, section 10. */
export interface SignedHead {
  /** Which log: the first 16 hex digits of the leaf hash of its entry 0. */
  readonly log: string
  readonly size: number
  /** hex */
  readonly rootHash: string
  readonly at: string
  readonly keyId: string
  /** The whole line: what is anchored, printed and checked. */
  readonly line: string
}

export const KEY_REASONS = ['first', 'rotated', 'lost'] as const
export type KeyReason = (typeof KEY_REASONS)[number]

/** A public key as the log announces it, in the body of an `audit.key` entry. */
export interface SignedKey {
  readonly keyId: string
  /** 32 bytes, hex */
  readonly publicKey: string
  readonly at: string
  readonly reason: KeyReason
  /** Key that stood before; null for the first. */
  readonly previous: string | null
  readonly line: string
}

const HEAD = /^regie-audit-head-1 ([0-9a-f]{16}) (\d{1,15}) ([0-9a-f]{64}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{16}) ([A-Za-z0-9_-]{86})$/
const KEY = /^regie-audit-key-1 ([0-9a-f]{16}) ([0-9a-f]{64}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (first|rotated|lost) ([0-9a-f]{16}|-) ([A-Za-z0-9_-]{86})$/
/** Anywhere in a text: an anchor may stand in a tag's message, a mail or a table. */
const HEADS = /regie-audit-head-1 [0-9a-f]{16} \d{1,15} [0-9a-f]{64} \S{24} [0-9a-f]{16} [A-Za-z0-9_-]{86}(?![A-Za-z0-9_-])/g

/** DER of an Ed25519 public key up to its 32 bytes (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

export const publicKeyOf = (raw: Buffer): KeyObject => createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
/** The 32 bytes of a public key. */
export const rawPublicKey = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
/** First 16 hex digits of the SHA-256 of its 32 bytes. */
export const keyIdOf = (raw: Buffer): string => createHash('sha256').update(raw).digest('hex').slice(0, 16)
export const logIdOf = (firstLeaf: string): string => firstLeaf.slice(0, 16)

export interface Signer {
  readonly keyId: string
  readonly publicKey: Buffer
  readonly privateKey: KeyObject
}

/** The signature stands last and covers all before its blank. */
const signed = (text: string, key: KeyObject): string => `${text} ${sign(null, Buffer.from(text), key).toString('base64url')}`

export function signHead({ log, size, rootHash, at }: Pick<SignedHead, 'log' | 'size' | 'rootHash' | 'at'>, signer: Signer): SignedHead {
  const line = signed(`regie-audit-head-1 ${log} ${size} ${rootHash} ${at} ${signer.keyId}`, signer.privateKey)
  return { log, size, rootHash, at, keyId: signer.keyId, line }
}

/** @param by who vouches: the key before, or the key itself when there is none (first, lost) */
export function signKey({ publicKey, at, reason, previous }: { publicKey: Buffer; at: string; reason: KeyReason; previous: string | null }, by: Signer): SignedKey {
  const keyId = keyIdOf(publicKey)
  const hex = publicKey.toString('hex')
  return { keyId, publicKey: hex, at, reason, previous, line: signed(`regie-audit-key-1 ${keyId} ${hex} ${at} ${reason} ${previous ?? '-'}`, by.privateKey) }
}

/** Null when the line is no head. Doesn't look at the signature. */
export function parseHead(line: string): SignedHead | null {
  const [, log = '', size, rootHash = '', at = '', keyId = ''] = HEAD.exec(line) ?? []
  return size === undefined ? null : { log, size: Number(size), rootHash, at, keyId, line }
}

export function parseKey(line: string): SignedKey | null {
  const [, keyId = '', publicKey = '', at = '', reason, previous] = KEY.exec(line) ?? []
  return reason === undefined ? null : { keyId, publicKey, at, reason: reason as KeyReason, previous: previous === '-' ? null : (previous ?? null), line }
}

/** All heads that stand in a text, in their order. */
export const headsIn = (text: string): SignedHead[] => [...text.matchAll(HEADS)].flatMap(([line]) => parseHead(line) ?? [])

export function signatureHolds(line: string, publicKey: Buffer): boolean {
  const blank = line.lastIndexOf(' ')
  const signature = Buffer.from(line.slice(blank + 1), 'base64url')
  // 86 signs hold four bits more than 64 bytes: they must be 0, or one signature could be written in several ways.
  if (signature.toString('base64url') !== line.slice(blank + 1)) return false
  return verify(null, Buffer.from(line.slice(0, blank)), publicKeyOf(publicKey), signature)
}

export interface KeyChain {
  /** By id: keys that may sign heads. */
  readonly keys: ReadonlyMap<string, SignedKey>
  /** First key line that doesn't hold; null when all do. */
  readonly problem: string | null
}

/**
 * The keys that a log announces, each vouched for: a rotated one by the key before it. A key announced as lost breaks
 * that chain: whoever can write the log can announce one, so only who knows its id from elsewhere may trust it.
 */
export function chainKeys(lines: readonly string[]): KeyChain {
  const keys = new Map<string, SignedKey>()
  let last: SignedKey | null = null
  for (const line of lines) {
    const key = parseKey(line)
    if (!key) return { keys, problem: 'A key line can’t be read.' }
    const raw = Buffer.from(key.publicKey, 'hex')
    if (keyIdOf(raw) !== key.keyId) return { keys, problem: `Key ${key.keyId} is not named after its bytes.` }
    if (key.previous !== (last?.keyId ?? null)) return { keys, problem: `Key ${key.keyId} says that it follows ${key.previous ?? 'none'}, but it follows ${last?.keyId ?? 'none'}.` }
    if ((key.reason === 'first') !== (last === null)) return { keys, problem: `Key ${key.keyId} can’t be “${key.reason}” here.` }
    const by: SignedKey = key.reason === 'rotated' && last ? last : key
    if (!signatureHolds(line, Buffer.from(by.publicKey, 'hex'))) return { keys, problem: `Key ${key.keyId} is not signed by ${by.keyId}.` }
    keys.set(key.keyId, key)
    last = key
  }
  return { keys, problem: null }
}
