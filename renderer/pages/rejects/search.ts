import { flag, oneOf, text } from '#renderer/api/search.ts'

export interface RejectsSearch {
  readonly run?: string
  readonly reason?: string
  readonly q?: string
  readonly sort?: 'reason' | 'rejectedAt'
  readonly desc?: true
  /** Id of the row that is open. */
  readonly row?: string
}

export const rejectsSearch = (raw: Record<string, unknown>): RejectsSearch => ({
  run: text(raw, 'run'),
  reason: text(raw, 'reason'),
  q: text(raw, 'q'),
  sort: oneOf(raw, 'sort', ['reason', 'rejectedAt']),
  desc: flag(raw, 'desc'),
  row: text(raw, 'row'),
})
