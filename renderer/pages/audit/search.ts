import { flag, text, whole } from '#renderer/api/search.ts'

export interface AuditSearch {
  readonly kind?: string
  readonly actor?: string
  readonly run?: string
  readonly q?: string
  /** Sequence of the entry that is open. */
  readonly entry?: number
  /** Verify as soon as the page is there. */
  readonly verify?: true
}

export const auditSearch = (raw: Record<string, unknown>): AuditSearch => ({
  kind: text(raw, 'kind'),
  actor: text(raw, 'actor'),
  run: text(raw, 'run'),
  q: text(raw, 'q'),
  entry: whole(raw, 'entry'),
  verify: flag(raw, 'verify'),
})
