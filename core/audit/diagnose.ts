import type Database from 'better-sqlite3'
import { standsAt } from './check-range.ts'
import { HASH_BYTES, leafHashOfBytes, type Frontier } from './merkle.ts'

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
 * Looks at one entry after the other, from the tree's size on, and adds those that fit.
 * @returns what is wrong at the first that doesn't; null when all fit
 */
export function diagnose(db: Database.Database, tree: Frontier, to: number, head: StoredHead): FirstBad | null {
  const rowAt = db.prepare<[number], StoredRow>(ROW)
  while (tree.size < to) {
    const bad = diagnoseEntry(db, rowAt, tree, head)
    if (bad) return bad
  }
  return null
}

/** The witness for an entry is what came after it: the next entry's `prev`, for the last one the head. */
function diagnoseEntry(
  db: Database.Database,
  rowAt: Database.Statement<[number], StoredRow>,
  tree: Frontier,
  head: StoredHead,
): FirstBad | null {
  const seq = tree.size
  const row = rowAt.get(seq)
  if (!row) return missing(db, seq, head)
  const isLast = seq === head.size - 1
  const next = isLast ? undefined : rowAt.get(seq + 1)
  const witness = isLast ? (head.leaf?.toString('hex') ?? null) : next ? linkOf(next.text) : null

  const computed = leafHashOfBytes(row.text)
  const hex = computed.toString('hex')
  const recorded = row.leaf.toString('hex')
  if (hex !== recorded) {
    if (witness === hex) return { seq, problem: `The leaf hash stored beside entry ${seq} was changed; the entry itself is what was appended.` }
    const confirmed = witness === recorded ? ', which what follows confirms' : ''
    return { seq, problem: `The content of entry ${seq} was changed after it was written: it hashes to ${hex}, recorded is ${recorded}${confirmed}.` }
  }

  const vouched = witness === hex
  const before = seq === 0 ? null : (rowAt.get(seq - 1)?.leaf.toString('hex') ?? null)
  const text = row.text.toString('latin1')
  if (!standsAt(text, text.length, seq, before)) {
    const link = linkOf(row.text)
    if (vouched && seq > 0 && link !== before) {
      return { seq: seq - 1, problem: `Entry ${seq - 1} was replaced and its hash with it: entry ${seq} was chained to ${link ?? 'none'}.` }
    }
    return { seq, problem: `Entry ${seq} was replaced and its hash with it: it says that it is entry ${seqOf(row.text) ?? '?'}, after ${link ?? 'none'}.` }
  }
  const replaced = { seq, problem: `Entry ${seq} was replaced and its hash with it: ${isLast ? 'the head' : `entry ${seq + 1}`} recorded ${witness ?? 'none'}.` }
  // That the next entry names another one is judged there: it may be the next that was changed.
  const completed = tree.push(computed)
  const found = row.nodes.toString('hex')
  const expected = completed.map((node) => node.toString('hex')).join('')
  if (found === expected) return null
  if (!vouched && (isLast || next)) return replaced
  return { seq, problem: `The subtree hashes stored with entry ${seq} were changed: there are ${found.length / HASH_BYTES / 2}, ${completed.length} are due.` }
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
  // Entries that others have appended meanwhile are covered by the head of now.
  const beyond = ['seq < 0', 'seq >= (SELECT max(size) FROM audit_head)']
    .map((where) => db.prepare(`SELECT min(seq) FROM audit_entries WHERE ${where}`).pluck().get() as number | null)
    .find((seq) => seq !== null)
  if (beyond !== undefined && beyond !== null) {
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
