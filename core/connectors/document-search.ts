import type { Json } from '#core/base/json.ts'
import type { Document } from '#core/connectors/types.ts'

/** Whether a value anywhere in the document contains the text, whatever its case; names of fields don't count. */
export function holds(document: Document, search: string | undefined): boolean {
  return !search || contains(document, search.toLowerCase())
}

function contains(value: Json, text: string): boolean {
  if (value === null) return false
  if (typeof value === 'object') return Object.values(value).some((member) => contains(member, text))
  return String(value).toLowerCase().includes(text)
}
