import type { Json } from '#core/base/json.ts'
import { LONGEST_CELL, type ColumnKind } from './types.ts'

/** A cell's text as a value of its kind: numbers where exact, everything else as text; long text is cut with "…". */
export function cellOf(text: Json | undefined, kind: ColumnKind): Json {
  if (text === null || text === undefined) return null
  if (typeof text !== 'string') return text
  if (kind === 'number') {
    const number = Number(text)
    return text !== '' && Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : text
  }
  if (kind === 'boolean') return text === 'true' || text === 't' ? true : text === 'false' || text === 'f' ? false : text
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text
}
