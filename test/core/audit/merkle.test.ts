import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyRoot, foldPeaks, Frontier, inclusionProof, leafHash, leafHashOfBytes, peaksOf, rootFromProof, type Subtree } from '#core/audit/merkle.ts'

const sha = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()
const rootOf = (...args: Parameters<typeof rootFromProof>): string | undefined => rootFromProof(...args)?.toString('hex')

/** MTH of RFC 6962 §2.1 as the text defines it: recursive, with nothing of ours. */
function mth(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha()
  if (leaves.length === 1) return sha(Buffer.of(0), leaves[0] as Buffer)
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return sha(Buffer.of(1), mth(leaves.slice(0, split)), mth(leaves.slice(split)))
}

/** Leaves and roots of certificate-transparency's own tests (merkle_tree_test.cc). */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const entries = (size: number): Buffer[] => Array.from({ length: size }, (_, index) => Buffer.from(`entry ${index}`))

describe('RFC 6962 tree', () => {
  it('has the root e3b0c442… when it is empty', () => {
    expect(emptyRoot.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(new Frontier().root()).toEqual(emptyRoot)
  })

  it('reaches the published roots of 1 to 8 leaves', () => {
    const frontier = new Frontier()
    LEAVES.forEach((leaf, index) => {
      frontier.push(leafHashOfBytes(Buffer.from(leaf, 'hex')))
      expect(frontier.root().toString('hex')).toBe(ROOTS[index])
    })
  })

  it('hashes a text as its UTF-8 bytes', () => {
    for (const text of ['', 'a', 'é€😀\u0000', '\u2028'.repeat(500)]) {
      expect(leafHash(text)).toEqual(leafHashOfBytes(Buffer.from(text)))
    }
  })

  it('agrees with the recursive definition for every size to 130, also when subtrees are pushed whole', () => {
    for (let size = 0; size <= 130; size += 1) {
      const all = entries(size)
      const byLeaf = new Frontier()
      for (const entry of all) byLeaf.push(leafHashOfBytes(entry))
      expect(byLeaf.root()).toEqual(mth(all))
      const bySubtree = new Frontier()
      for (const { level, index } of peaksOf(0, size)) {
        bySubtree.push(mth(all.slice(index * 2 ** level, (index + 1) * 2 ** level)), level)
      }
      expect(bySubtree).toEqual(byLeaf)
      expect(foldPeaks(bySubtree.peaks)).toEqual(byLeaf.root())
    }
  })
})

describe('inclusion proofs', () => {
  const all = entries(70)
  const read = ({ level, index }: Subtree): Buffer => mth(all.slice(index * 2 ** level, (index + 1) * 2 ** level))

  it('lead from every leaf to the root for every size to 70, with at most log2 hashes', () => {
    for (let size = 1; size <= 70; size += 1) {
      const root = mth(all.slice(0, size))
      for (let seq = 0; seq < size; seq += 1) {
        const path = inclusionProof(seq, size, read)
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)))
        expect(rootFromProof(mth([all[seq] as Buffer]), seq, size, path)).toEqual(root)
      }
    }
  })

  it('prove nothing else: another leaf, place, size or path leads elsewhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), fc.nat(255), (size, a, b, bit) => {
        const seq = a % size
        const other = b % size
        const root = mth(all.slice(0, size)).toString('hex')
        const leaf = mth([all[seq] as Buffer])
        const path = inclusionProof(seq, size, read)
        if (other !== seq) {
          expect(rootOf(mth([all[other] as Buffer]), seq, size, path)).not.toBe(root)
          expect(rootOf(leaf, other, size, path)).not.toBe(root)
        }
        expect(rootOf(leaf, seq, size, path.slice(1))).not.toBe(root)
        expect(rootOf(leaf, seq, size, [...path, leaf])).not.toBe(root)
        const flipped = path.map((node) => Buffer.from(node))
        const at = b % path.length
        const node = flipped[at] as Buffer
        node.writeUInt8(node.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        expect(rootOf(leaf, seq, size, flipped)).not.toBe(root)
      }),
    )
  })

  it('are refused outside the tree', () => {
    expect(() => inclusionProof(3, 3, read)).toThrow(RangeError)
    expect(rootFromProof(emptyRoot, 3, 3, [])).toBeNull()
  })
})
