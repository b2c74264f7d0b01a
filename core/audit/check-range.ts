import { hash } from 'node:crypto'
import type Database from 'better-sqlite3'
import { HASH_BYTES, Frontier } from './merkle.ts'

/**
 * Entries that are checked in one go: 2^LEVEL, so that a full batch is one perfect subtree. More would not
 * fit 128 KiB, from where the allocator asks the kernel for fresh pages each time.
 */
export const LEVEL = 7
export const BATCH = 2 ** LEVEL

/**
 * A batch in three values instead of a thousand rows: crossing into JavaScript costs more than hashing.
 * The separator is the leaf prefix 0x00, which canonical JSON can't hold, so that each entry stands as the
 * very bytes that RFC 6962 hashes.
 */
const RANGE = `
SELECT count(*), coalesce(sum(length(leaf) = ${HASH_BYTES}), 0),
       CAST(x'00' || group_concat(canonical, x'00') || x'00' AS BLOB),
       CAST(group_concat(leaf, '') AS BLOB),
       CAST(group_concat(nodes, '') AS BLOB)
FROM audit_entries WHERE seq >= ? AND seq < ?`

/** `seq` is unique: as many rows as numbers in the range means that none is missing. */
type Range = [count: number, wholeLeaves: number, texts: Buffer, leaves: Buffer, nodes: Buffer]

const PAIR_BYTES = 1 + 2 * HASH_BYTES
/** Per level: 0x01, left, right. */
const pairs = Array.from({ length: LEVEL }, () => {
  const pair = Buffer.alloc(PAIR_BYTES)
  pair[0] = 0x01
  return pair
})
const leafPair = pairs[0] as Buffer

/**
 * Returns the check of one batch. It recomputes leaves, chain and subtrees of the entries from the tree's size
 * (a multiple of BATCH) to `to` (at most BATCH later), holds them against what is stored, and answers with the
 * tree that has grown by them, or with null when something doesn't fit: `diagnose` then names it.
 * Blocks for a fraction of a millisecond.
 */
export function batchCheck(db: Database.Database): (tree: Frontier, to: number) => Frontier | null {
  const read = db.prepare<[number, number], Range>(RANGE).raw()
  const readLeaf = db.prepare<[number], Buffer>('SELECT leaf FROM audit_entries WHERE seq = ?').pluck()
  return (tree, to) => {
    const range = read.get(tree.size, to)
    return range ? growIfSound(tree, to, range, tree.size === 0 ? undefined : readLeaf.get(tree.size - 1)) : null
  }
}

function growIfSound(tree: Frontier, to: number, range: Range, leafBefore: Buffer | undefined): Frontier | null {
  const from = tree.size
  const [count, wholeLeaves, texts, leaves, nodes] = range
  if (count !== to - from || wholeLeaves !== count) return null

  const text = texts.toString('latin1')
  const links = leaves.toString('hex')
  const storedLeaves = leaves.toString('latin1')
  const storedNodes = nodes.toString('latin1')
  let link = leafBefore ? leafBefore.toString('hex') : null
  let start = 0
  let node = 0
  let digest = ''
  for (let at = 0; at < count; at += 1) {
    const end = text.indexOf('\0', start + 1)
    if (end < 0 || !standsAt(text, end, from + at, link)) return null
    digest = hash('sha256', texts.subarray(start, end), 'binary')
    if (!storedLeaves.startsWith(digest, at * HASH_BYTES)) return null
    link = links.slice(at * 2 * HASH_BYTES, (at + 1) * 2 * HASH_BYTES)
    start = end
    if ((at & 1) === 0) continue

    // Both leaves are the stored ones by now: copied at once instead of written one by one.
    leaves.copy(leafPair, 1, (at - 1) * HASH_BYTES, (at + 1) * HASH_BYTES)
    let pair = leafPair
    for (let index = at >> 1, level = 1; ; index >>= 1, level += 1) {
      digest = hash('sha256', pair, 'binary')
      if (!storedNodes.startsWith(digest, node)) return null
      node += HASH_BYTES
      if (level === LEVEL) break
      pair = pairs[level] as Buffer
      pair.write(digest, 1 + (index & 1) * HASH_BYTES, 'latin1')
      if ((index & 1) === 0) break
    }
  }
  if (start !== texts.length - 1) return null

  const grown = new Frontier(tree.size, tree.peaks)
  for (const { hashed, level } of peaksOfBatch(count, digest, leaves)) {
    for (const above of grown.push(hashed, level)) {
      if (level < LEVEL) continue
      if (!storedNodes.startsWith(above.toString('latin1'), node)) return null
      node += HASH_BYTES
    }
  }
  return node === storedNodes.length ? grown : null
}

/** Subtrees that make up a batch, largest first. What a smaller batch left over stands on the left of each pair. */
function peaksOfBatch(count: number, digest: string, leaves: Buffer): { hashed: Buffer; level: number }[] {
  if (count === BATCH) return [{ hashed: Buffer.from(digest, 'latin1'), level: LEVEL }]
  const peaks: { hashed: Buffer; level: number }[] = []
  for (let level = LEVEL - 1; level > 0; level -= 1) {
    if ((count >> level) & 1) peaks.push({ hashed: Buffer.from((pairs[level] as Buffer).subarray(1, 1 + HASH_BYTES)), level })
  }
  if (count & 1) peaks.push({ hashed: Buffer.from(leaves.subarray((count - 1) * HASH_BYTES, count * HASH_BYTES)), level: 0 })
  return peaks
}

/**
 * Whether the entry that ends at `end` names this number and this leaf before it. Behind the last `"prev":`
 * only runId, seq and summary follow, and inside a JSON string neither that nor `,"seq":` can stand: the
 * quotes would be escaped.
 */
export function standsAt(text: string, end: number, seq: number, link: string | null): boolean {
  const prev = text.lastIndexOf('"prev":', end) + 7
  if (link === null ? !text.startsWith('null', prev) : text.slice(prev + 1, prev + 65) !== link) return false
  const number = text.indexOf(',"seq":', prev) + 7
  return number < end && text.startsWith(`${seq},"summary":"`, number)
}
