import { flag, text, whole } from '#renderer/api/search.ts'

export interface AuditSearch {
  readonly kind?: readonly string[]
  readonly actor?: readonly string[]
  readonly where?: readonly string[]
  /** Moments, ISO 8601 UTC: from counts, to doesn't. */
  readonly from?: string
  readonly to?: string
  readonly run?: string
  readonly q?: string
  /** Sequence of the entry that is open. */
  readonly entry?: number
  /** Verify as soon as the page is there. */
  readonly verify?: true
}

const several = (raw: Record<string, unknown>, key: string): readonly string[] | undefined => {
  const value = raw[key]
  const list = (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string' && each !== '')
  return list.length > 0 ? list : undefined
}

const moment = (raw: Record<string, unknown>, key: string): string | undefined => {
  const value = text(raw, key)
  const at = value === undefined ? Number.NaN : Date.parse(value)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

export const auditSearch = (raw: Record<string, unknown>): AuditSearch => ({
  kind: several(raw, 'kind'),
  actor: several(raw, 'actor'),
  where: several(raw, 'where'),
  from: moment(raw, 'from'),
  to: moment(raw, 'to'),
  run: text(raw, 'run'),
  q: text(raw, 'q'),
  entry: whole(raw, 'entry'),
  verify: flag(raw, 'verify'),
})

/** Something narrows the list. */
export const narrows = ({ kind, actor, where, from, to, run, q }: AuditSearch): boolean => [kind, actor, where, from, to, run, q].some((each) => each !== undefined)
