import { canonicalJson, type Json } from '#core/base/json.ts'
import { AuditBodyRefused, AuditDamaged } from './errors.ts'

/** What a room hands over; the log adds number, time and chain. */
export interface AuditDraft {
  readonly actor: string
  /** run.planned, run.started, step.started, step.finished, run.refused, run.ended, … */
  readonly kind: string
  readonly environment: string | null
  readonly runId: string | null
  /** One sentence for people. */
  readonly summary: string
  /** Facts for machines: no secret, no personal data. */
  readonly body: Json
}

export interface AuditEntry {
  /** 0-based: the leaf's index in the tree. */
  readonly seq: number
  /** ISO 8601 UTC as the clock said it; may go back. Order is `seq`. */
  readonly at: string
  readonly actor: string
  readonly kind: string
  readonly environment: string | null
  readonly runId: string | null
  readonly summary: string
  /** hex */
  readonly leafHash: string
}

/** Leaf hash of the entry before, hex; null in the first. */
type Prev = string | null

/** A draft whose text is already canonical: what waits for its number. */
export interface SealedDraft {
  readonly draft: AuditDraft
  readonly at: string
  /** `{"actor":…,"kind":…,"prev":` */
  readonly head: string
  /** `"runId":…,"seq":` */
  readonly run: string
  readonly summary: string
}

/**
 * Canonicalises everything that doesn't depend on the place in the log.
 * @throws AuditBodyRefused
 */
export function seal(draft: AuditDraft, at: string): SealedDraft {
  try {
    const { actor, kind, environment, runId, summary, body } = draft
    return {
      draft,
      at,
      head:
        `{"actor":${canonicalJson(actor)},"at":"${at}","body":${canonicalJson(body)},` +
        `"environment":${canonicalJson(environment)},"kind":${canonicalJson(kind)},"prev":`,
      run: `"runId":${canonicalJson(runId)},"seq":`,
      summary: canonicalJson(summary),
    }
  } catch (thrown) {
    throw new AuditBodyRefused(draft.kind, thrown)
  }
}

/** RFC 8785 text of the entry: members in the order actor, at, body, environment, kind, prev, runId, seq, summary, v. */
export function canonicalEntry(sealed: SealedDraft, seq: number, prev: Prev): string {
  const link = prev === null ? 'null' : `"${prev}"`
  return `${sealed.head}${link},${sealed.run}${seq},"summary":${sealed.summary},"v":1}`
}

export interface ParsedEntry extends Omit<AuditEntry, 'leafHash'> {
  readonly body: Json
  readonly prev: Prev
}

/** @throws AuditDamaged when the text is no entry */
export function parseEntry(canonical: string, seq: number): ParsedEntry {
  try {
    return JSON.parse(canonical) as ParsedEntry
  } catch (thrown) {
    throw new AuditDamaged(`entry ${seq} is not JSON`, thrown)
  }
}

/** The entry as callers see it, without body and chain. */
export function shownEntry(seq: number, at: string, fields: Omit<AuditDraft, 'body'>, leafHash: string): AuditEntry {
  const { actor, kind, environment, runId, summary } = fields
  return { seq, at, actor, kind, environment, runId, summary, leafHash }
}
