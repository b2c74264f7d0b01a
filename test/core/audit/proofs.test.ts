import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consistencyProof, consistent, foldPeaks, Frontier, inclusionProof, leafHash, peaksOf, rootFromProof, type Subtree } from '#core/audit/merkle.ts'
import { AuditProofs } from '#core/audit/proofs.ts'
import { fill, openLog } from './support.ts'

/** A tree in memory, hashed the slow way that RFC 6962 states: an oracle that shares nothing with the stored tree. */
function tree(size: number): { read: (subtree: Subtree) => Buffer; root: (size: number) => Buffer; leaves: Buffer[] } {
  const leaves = Array.from({ length: size }, (_, index) => leafHash(`leaf ${index}`))
  const over = (from: number, to: number): Buffer => {
    const frontier = new Frontier()
    for (const leaf of leaves.slice(from, to)) frontier.push(leaf)
    return frontier.root()
  }
  return { leaves, read: ({ level, index }) => over(index * 2 ** level, (index + 1) * 2 ** level), root: (n) => over(0, n) }
}

const flip = (hash: Buffer, bit: number): Buffer => {
  const changed = Buffer.from(hash)
  changed[bit >> 3]! ^= 1 << (bit & 7)
  return changed
}

describe('proofs', () => {
  it('of inclusion lead from every leaf to the root, and from nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), fc.nat({ max: 255 }), (size, which, where, bit) => {
        const { read, root, leaves } = tree(size)
        const seq = which % size
        const path = inclusionProof(seq, size, read)
        expect(rootFromProof(leaves[seq] as Buffer, seq, size, path)?.equals(root(size))).toBe(true)
        const changed = path.length === 0 ? null : path.with(where % path.length, flip(path[where % path.length] as Buffer, bit))
        if (changed) expect(rootFromProof(leaves[seq] as Buffer, seq, size, changed)?.equals(root(size)) ?? false).toBe(false)
        expect(rootFromProof(flip(leaves[seq] as Buffer, bit), seq, size, path)?.equals(root(size)) ?? false).toBe(false)
        expect(rootFromProof(leaves[seq] as Buffer, seq, size, [...path, root(1)])?.equals(root(size)) ?? false).toBe(false)
      }),
      { numRuns: 150 },
    )
  })

  it('of consistency hold between any two sizes, and not for another old tree, another new one or a changed path', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), fc.nat({ max: 255 }), (to, which, where, bit) => {
        const { read, root } = tree(to)
        const from = 1 + (which % to)
        const path = consistencyProof(from, to, read)
        expect(consistent(from, to, root(from), root(to), path)).toBe(true)
        expect(consistent(from, to, flip(root(from), bit), root(to), path)).toBe(false)
        expect(consistent(from, to, root(from), flip(root(to), bit), path)).toBe(false)
        expect(consistent(from, to, root(from), root(to), [...path, root(1)])).toBe(false)
        if (path.length > 0) {
          expect(consistent(from, to, root(from), root(to), path.with(where % path.length, flip(path[where % path.length] as Buffer, bit)))).toBe(false)
          expect(consistent(from, to, root(from), root(to), path.slice(1))).toBe(false)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('are read from the stored tree, for every entry and every two sizes', () => {
    const { store, log } = openLog()
    fill(log, 33)
    const proofs = new AuditProofs(store)
    const bytes = (hashes: readonly string[]): Buffer[] => hashes.map((hash) => Buffer.from(hash, 'hex'))
    const roots = Array.from({ length: 34 }, (_, size) => Buffer.from(proofs.rootAt(size), 'hex'))
    expect(roots[33]?.toString('hex')).toBe(log.head().rootHash)
    for (let size = 1; size <= 33; size += 1) {
      for (let seq = 0; seq < size; seq += 1) {
        const { canonical, leafHash: leaf, proof } = proofs.inclusion(seq, size)
        expect(leafHash(canonical).toString('hex')).toBe(leaf)
        expect(rootFromProof(Buffer.from(leaf, 'hex'), seq, size, bytes(proof))?.equals(roots[size] as Buffer)).toBe(true)
        const { proof: path } = proofs.consistency(seq + 1, size)
        expect(consistent(seq + 1, size, roots[seq + 1] as Buffer, roots[size] as Buffer, bytes(path))).toBe(true)
      }
    }
    expect(foldPeaks(peaksOf(0, 0).map(() => Buffer.alloc(32))).equals(roots[0] as Buffer)).toBe(true)
  })

  it('of what never was are refused', () => {
    const { store, log } = openLog()
    fill(log, 3)
    const proofs = new AuditProofs(store)
    for (const seq of [-1, 3, 0.5, Number.NaN]) expect(() => proofs.inclusion(seq)).toThrow(expect.objectContaining({ code: 'AUDIT_ENTRY_MISSING' }) as Error)
    for (const [from, to] of [[0, 3], [2, 1], [1, 4], [-1, 2], [1.5, 2]] as const) {
      expect(() => proofs.consistency(from, to)).toThrow(expect.objectContaining({ code: 'TREE_SIZE_UNKNOWN' }) as Error)
    }
  })
})
