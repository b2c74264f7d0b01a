import { copyBytes, type CopyWriter } from './copy-writer.ts'
import { GeneratorInvalid } from './errors.ts'
import type { Random } from './random.ts'

/** Appends one expansion to the writer and returns its length in characters (code points). */
export type Phrase = (out: CopyWriter, random: Random, row: number) => number

/**
 * Compiles phrase templates to closures over ready bytes. `{list}` expands a phrase of a named list,
 * `[a|b|c]` chooses (parts may be empty and may hold lists), `{#}` is the row number + 1.
 */
export class Grammar {
  private readonly lists: Readonly<Record<string, readonly string[]>>
  private readonly where: string
  private readonly compiled = new Map<string, Phrase>()

  constructor(lists: Readonly<Record<string, readonly string[]>>, where: string) {
    this.lists = lists
    this.where = where
  }

  /** One of the templates, all equally likely. */
  choice(templates: readonly string[]): Phrase {
    const phrases = templates.map((template) => this.template(template))
    if (phrases.length === 1) return phrases[0]!
    return (out, random, row) => phrases[random.below(phrases.length)]!(out, random, row)
  }

  private template(text: string): Phrase {
    const parts: Phrase[] = []
    for (const [whole, slot, choices] of text.matchAll(/\{([^{}]+)\}|\[([^\][]*)\]|[^{[]+/g)) {
      if (slot === '#') parts.push(rowNumber)
      else if (slot !== undefined) parts.push(this.list(slot))
      else if (choices !== undefined) parts.push(this.choice(choices.split('|')))
      else parts.push(literal(whole))
    }
    if (parts.length === 0) return nothing
    if (parts.length === 1) return parts[0]!
    return (out, random, row) => {
      let length = 0
      for (let i = 0; i < parts.length; i++) length += parts[i]!(out, random, row)
      return length
    }
  }

  private list(name: string): Phrase {
    const known = this.compiled.get(name)
    if (known) return known
    const templates = this.lists[name]
    if (!templates) throw new GeneratorInvalid(this.where, `no phrase list ${name}`)
    const phrase = this.choice(templates)
    this.compiled.set(name, phrase)
    return phrase
  }
}

const nothing: Phrase = () => 0
const rowNumber: Phrase = (out, _random, row) => {
  const start = out.at
  out.integer(row + 1)
  return out.at - start
}

export function literal(text: string): Phrase {
  const bytes = copyBytes(text)
  const length = Array.from(text).length
  return (out) => {
    out.bytes(bytes)
    return length
  }
}
