import type { AuditProof } from '#renderer/api/types.ts'
import { proofSteps } from '#renderer/ui/proof/proof-steps.ts'

const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const hex = (buffer: ArrayBuffer): string => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')

async function hash(prefix: number, ...parts: readonly Uint8Array<ArrayBuffer>[]): Promise<string> {
  const input = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0))
  input[0] = prefix
  let at = 1
  for (const part of parts) {
    input.set(part, at)
    at += part.length
  }
  return hex(await crypto.subtle.digest('SHA-256', input))
}

/**
 * Hashes an entry's canonical bytes as an RFC 6962 leaf and walks its proof up. True when it arrives at the
 * root that the core stated.
 */
export async function recompute(entry: Pick<AuditProof, 'seq' | 'canonical' | 'leafHash' | 'inclusionProof' | 'treeSize' | 'rootHash'>): Promise<boolean> {
  let node = await hash(0, new TextEncoder().encode(entry.canonical))
  if (node !== entry.leafHash) return false
  for (const step of proofSteps(entry.seq, entry.treeSize, entry.inclusionProof))
    node = step.side === 'left' ? await hash(1, bytes(step.hash), bytes(node)) : await hash(1, bytes(node), bytes(step.hash))
  return node === entry.rootHash
}
