import { text } from '#renderer/api/search.ts'

/** Two runs by id. Without `a`, the one before `b`. */
export interface CompareSearch {
  readonly a?: string
  readonly b?: string
}

export const compareSearch = (raw: Record<string, unknown>): CompareSearch => ({ a: text(raw, 'a'), b: text(raw, 'b') })
