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
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`canonical JSON has no ${value}`)
      // String(-0) is "0" as JSON's is: both are Number.prototype.toString.
      return `${value}`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (depth > MAX_DEPTH) throw new TypeError(`canonical JSON is at most ${MAX_DEPTH} levels deep`)
      return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value, depth + 1)
    default:
      throw new TypeError(`canonical JSON has no ${typeof value}`)
  }
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = '['
  for (let at = 0; at < items.length; at += 1) {
    if (at > 0) text += ','
    text += write(items[at], depth)
  }
  return `${text}]`
}

function writeObject(value: object, depth: number): string {
  if (!isPlain(value)) throw new TypeError(`canonical JSON has no ${value.constructor.name}`)
  const record = value as Record<string, unknown>
  let members = '{'
  for (const key of sortedKeys(record)) {
    const member = record[key]
    if (member === undefined) continue
    if (members.length > 1) members += ','
    members += `${quote(key)}:${write(member, depth)}`
  }
  return `${members}}`
}

/** A few keys, mostly in order already: moving them by hand costs a third of a sort. */
const FEW = 16

function sortedKeys(record: object): string[] {
  const keys = Object.keys(record)
  if (keys.length > FEW) return keys.toSorted()
  for (let at = 1; at < keys.length; at += 1) {
    const key = keys[at] as string
    let place = at
    for (; place > 0 && (keys[place - 1] as string) > key; place -= 1) keys[place] = keys[place - 1] as string
    keys[place] = key
  }
  return keys
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
  if (prototype === Object.prototype) return true
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
