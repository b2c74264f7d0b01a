import { hash } from 'node:crypto'
import type Database from 'better-sqlite3'
import { Frontier, HASH_BYTES } from './merkle.ts'

export interface RangeCheck {
  /** Of the entries before the suspect; perfect subtrees, their level counted from the leaves. */
  readonly frontier: Frontier
  /** First entry at which something doesn't fit; null when all of the range does. */
  readonly suspect: number | null
}

type Row = [seq: number, preimage: Buffer, leaf: Buffer, nodes: Buffer]

const ROWS = `SELECT seq, CAST(x'00' || canonical AS BLOB), leaf, nodes FROM audit_entries WHERE seq >= ? AND seq < ? ORDER BY seq`

/**
 * Recomputes leaves and subtrees of the entries [from, to) and holds them against what is stored.
 * `from` must be a multiple of a power of two that is at least to − from. Blocks for the length of the range.
 */
export function checkRange(db: Database.Database, from: number, to: number): RangeCheck {
  const rows = db.prepare(ROWS).raw().iterate(from, to) as IterableIterator<Row>
  const before = from === 0 ? undefined : db.prepare('SELECT leaf FROM audit_entries WHERE seq = ?').pluck().get(from - 1)
  let prev = Buffer.isBuffer(before) ? before : null
  const frontier = new Frontier()
  let seq = from
  for (const [found, preimage, leaf, nodes] of rows) {
    if (found !== seq) break
    const computed = hash('sha256', preimage, 'buffer')
    if (!computed.equals(leaf) || !standsAt(preimage, seq, prev)) break
    if (nodes.length !== HASH_BYTES * levelsCompletedBy(seq)) break
    const completed = frontier.push(computed)
    if (!completed.every((node, at) => sameNode(nodes, at, node))) break
    prev = computed
    seq += 1
  }
  return { frontier, suspect: seq < to ? seq : null }
}

/** How many perfect subtrees of two leaves or more end with this entry. */
export const levelsCompletedBy = (seq: number): number => 31 - Math.clz32((seq + 1) & -(seq + 1))

/** Whether the subtree hash kept at this place of a row's `nodes` is that one. */
export const sameNode = (nodes: Buffer, at: number, node: Buffer): boolean =>
  nodes.length >= (at + 1) * HASH_BYTES && nodes.compare(node, 0, HASH_BYTES, at * HASH_BYTES, (at + 1) * HASH_BYTES) === 0

const PREV = Buffer.from('"prev":')

/**
 * Whether the text names this number and this leaf before it. Behind the last `"prev":` only runId, seq and
 * summary follow, and inside a JSON string that sequence can't stand: its quotes would be escaped.
 */
export function standsAt(text: Buffer, seq: number, prev: Buffer | null): boolean {
  const tail = text.toString('latin1', Math.max(0, text.lastIndexOf(PREV)))
  const link = prev === null ? '"prev":null,"runId":' : `"prev":"${prev.toString('hex')}","runId":`
  return tail.startsWith(link) && tail.includes(`,"seq":${seq},"summary":"`)
}
