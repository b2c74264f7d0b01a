import type Database from 'better-sqlite3'
import { levelsCompletedBy, standsAt } from './check-range.ts'
import { HASH_BYTES, leafHash } from './merkle.ts'

export interface FirstBad {
  /** The entry; the number of entries stands for the head. */
  readonly seq: number
  /** One sentence. */
  readonly problem: string
}

export interface StoredHead {
  readonly size: number
  readonly root: Buffer
  readonly leaf: Buffer | null
}

interface StoredRow {
  readonly text: Buffer
  readonly leaf: Buffer
  readonly nodes: Buffer
}

const ROW = 'SELECT CAST(canonical AS BLOB) AS text, leaf, nodes FROM audit_entries WHERE seq = ?'

/**
 * Says what is wrong at the first entry that doesn't fit, all entries before being sound in themselves.
 * The witness for an entry is what came after it: the next entry's `prev`, for the last one the head.
 */
export function diagnose(db: Database.Database, seq: number, head: StoredHead): FirstBad {
  const rowAt = db.prepare<[number], StoredRow>(ROW)
  const row = rowAt.get(seq)
  if (!row) return missing(db, seq, head)

  const computed = leafHash(row.text)
  const witness = witnessOf(seq)
  if (!computed.equals(row.leaf)) {
    if (witness === computed.toString('hex')) {
      return { seq, problem: `The leaf hash stored beside entry ${seq} was changed; the entry itself is what was appended.` }
    }
    const kept = witness === row.leaf.toString('hex') ? 'what comes after it confirms the recorded hash' : 'its stored hash was changed too'
    return { seq, problem: `The content of entry ${seq} was changed after it was written: it hashes to ${computed.toString('hex')}, recorded is ${row.leaf.toString('hex')}; ${kept}.` }
  }

  const vouched = witness === computed.toString('hex')
  const before = seq === 0 ? null : (rowAt.get(seq - 1)?.leaf ?? null)
  if (!standsAt(row.text, seq, before)) {
    if (vouched && seq > 0 && linkOf(row.text) !== before?.toString('hex')) {
      return { seq: seq - 1, problem: `Entry ${seq - 1} was replaced, its hash with it: entry ${seq} was chained to ${linkOf(row.text) ?? 'none'}.` }
    }
    return { seq, problem: `Entry ${seq} was replaced, its hash with it: it says that it is entry ${seqOf(row.text) ?? '?'} after ${linkOf(row.text) ?? 'none'}.` }
  }
  if (!vouched && (seq === head.size - 1 || rowAt.get(seq + 1))) {
    return { seq, problem: `Entry ${seq} was replaced, its hash with it: ${seq === head.size - 1 ? 'the head' : `entry ${seq + 1}`} recorded ${witness ?? 'none'}.` }
  }
  const levels = levelsCompletedBy(seq)
  if (row.nodes.length !== levels * HASH_BYTES) {
    return { seq, problem: `Entry ${seq} must keep ${levels} subtree hashes, it keeps ${row.nodes.length / HASH_BYTES}.` }
  }
  return { seq, problem: `A subtree hash stored with entry ${seq} was changed, or an entry below it was replaced together with the chain up to here.` }

  function witnessOf(at: number): string | null {
    if (at === head.size - 1) return head.leaf?.toString('hex') ?? null
    const next = rowAt.get(at + 1)
    return next ? linkOf(next.text) : null
  }
}

function missing(db: Database.Database, seq: number, head: StoredHead): FirstBad {
  const next = db.prepare('SELECT min(seq) FROM audit_entries WHERE seq > ?').pluck().get(seq) as number | null
  if (next === null) {
    return { seq, problem: `Entry ${seq} is missing: the log was cut, its head counts ${head.size} entries.` }
  }
  return { seq, problem: `Entry ${seq} is missing; the next one there is ${next}.` }
}

/** All entries fit each other: do they fit the head? Null when they do. */
export function diagnoseHead(db: Database.Database, head: StoredHead, root: Buffer): FirstBad | null {
  const { size } = head
  const beyond = db.prepare('SELECT min(seq) FROM audit_entries WHERE seq < 0 OR seq >= ?').pluck().get(size) as number | null
  if (beyond !== null) {
    return { seq: beyond, problem: `Entry ${beyond} is not covered by the head, which counts ${size} entries.` }
  }
  const last = size === 0 ? null : (db.prepare('SELECT leaf FROM audit_entries WHERE seq = ?').pluck().get(size - 1) as Buffer)
  const leafFits = head.leaf === null ? last === null : last !== null && head.leaf.equals(last)
  const rootFits = head.root.equals(root)
  if (leafFits && rootFits) return null
  if (!leafFits && !rootFits && size > 0) {
    return { seq: size - 1, problem: `Entry ${size - 1} was replaced, its hash with it: the head recorded ${head.leaf?.toString('hex') ?? 'none'}.` }
  }
  return { seq: size, problem: `The head was changed: its ${rootFits ? 'last leaf' : 'root'} is not that of the ${size} entries.` }
}

function parsed(text: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(text.toString('utf8')) as Record<string, unknown>
  } catch {
    return {}
  }
}

function linkOf(text: Buffer): string | null {
  const { prev } = parsed(text)
  return typeof prev === 'string' ? prev : null
}

function seqOf(text: Buffer): number | null {
  const { seq } = parsed(text)
  return typeof seq === 'number' ? seq : null
}
