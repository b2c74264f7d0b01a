export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Deeper than any honest value; a cycle ends here instead of at the end of the stack. */
const MAX_DEPTH = 512

/**
 * Canonical JSON after RFC 8785 (JCS): keys sorted by UTF-16 code units, no white space, numbers and
 * strings as ECMAScript serialises them. Members that are `undefined` are left out.
 * Throws TypeError on what JSON can't carry (NaN, Infinity, bigint, functions, lone surrogates, dates and
 * other objects that are not plain, holes in arrays, cycles).
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0)
}

function write(value: unknown, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`canonical JSON has no ${value}`)
    return JSON.stringify(value)
  }
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object') throw new TypeError(`canonical JSON has no ${typeof value}`)
  if (depth > MAX_DEPTH) throw new TypeError(`canonical JSON is at most ${MAX_DEPTH} levels deep`)
  if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, depth + 1)).join(',')}]`
  if (!isPlain(value)) throw new TypeError(`canonical JSON has no ${value.constructor.name}`)
  const record = value as Record<string, unknown>
  let members = ''
  for (const key of Object.keys(record).toSorted()) {
    const member = record[key]
    if (member === undefined) continue
    members += `${members === '' ? '' : ','}${quote(key)}:${write(member, depth + 1)}`
  }
  return `{${members}}`
}

/** Printable ASCII without quote and backslash: most strings, and nothing in them to escape. */
const PLAIN = /^[ !#-[\]-~]*$/

function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new TypeError('canonical JSON has no lone surrogate')
  return JSON.stringify(text)
}

/** An object literal of this realm or another: JSON would silently turn a Date into a string, a Map into {}. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
