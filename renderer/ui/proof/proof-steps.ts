/** One hash on the way from a leaf to the root, and how many entries stand under it. */
export interface ProofStep {
  readonly hash: string
  readonly side: 'left' | 'right'
  readonly leaves: number
}

/**
 * Which side each hash of an RFC 6962 inclusion proof stands on, and its number of leaves (RFC 6962 2.1.1,
 * unrolled from the leaf up). Throws RangeError when the proof has not the length that the tree asks for.
 */
export function proofSteps(seq: number, treeSize: number, proof: readonly string[]): ProofStep[] {
  const sides = pathOf(seq, treeSize)
  if (sides.length !== proof.length) throw new RangeError(`a proof of entry ${seq} in ${treeSize} has ${sides.length} hashes, not ${proof.length}`)
  return sides.map((step, i) => ({ ...step, hash: proof[i] ?? '' }))
}

function pathOf(index: number, size: number): Omit<ProofStep, 'hash'>[] {
  if (size <= 1) return []
  let left = 1
  while (left * 2 < size) left *= 2
  return index < left ? [...pathOf(index, left), { side: 'right', leaves: size - left }] : [...pathOf(index - left, size - left), { side: 'left', leaves: left }]
}
