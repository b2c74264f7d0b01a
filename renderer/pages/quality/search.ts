import { flag, oneOf, text } from '#renderer/api/search.ts'

export interface QualitySearch {
  /** Default: the rules and gates. */
  readonly show?: 'rejects'
  readonly pipeline?: string
  /** What is open beside the lists: `rule/<index>` or `gate/<id>`. */
  readonly open?: string
  /** Of the rejects. */
  readonly run?: string
  readonly reason?: string
  readonly q?: string
  readonly sort?: 'reason' | 'rejectedAt'
  readonly desc?: true
  /** Id of the row that is open. */
  readonly row?: string
}

export const qualitySearch = (raw: Record<string, unknown>): QualitySearch => ({
  show: oneOf(raw, 'show', ['rejects']),
  pipeline: text(raw, 'pipeline'),
  open: text(raw, 'open'),
  run: text(raw, 'run'),
  reason: text(raw, 'reason'),
  q: text(raw, 'q'),
  sort: oneOf(raw, 'sort', ['reason', 'rejectedAt']),
  desc: flag(raw, 'desc'),
  row: text(raw, 'row'),
})

/** The page stood at `/rejects` once: links to it, with all that they ask for, still lead there. */
export const rejectsSearch = (raw: Record<string, unknown>): QualitySearch => ({ ...qualitySearch(raw), show: 'rejects' })
