import { oneOf, text } from '#renderer/api/search.ts'
import { rowsSearch, type RowsSearch } from '#renderer/pages/data/search.ts'

const TABS = ['one', 'file', 'models'] as const
export type Tab = (typeof TABS)[number]

export interface ScoreSearch extends RowsSearch {
  readonly tab?: Tab
  /** Run of a scored file. */
  readonly run?: string
}

export const scoreSearch = (raw: Record<string, unknown>): ScoreSearch => ({ tab: oneOf(raw, 'tab', TABS), run: text(raw, 'run'), ...rowsSearch(raw) })
