import type { CopyWriter } from './copy-writer.ts'
import { GeneratorInvalid } from './errors.ts'
import { Grammar, literal, type Phrase } from './grammar.ts'
import type { Random } from './random.ts'
import type { GeneratorSpec, LanguageSpec } from './spec.ts'

/** The phrase banks by value of the draws: [language][mood](theme). */
export interface Banks {
  prose(options: { median: number; sigma: number; most: number }): (out: CopyWriter, random: Random, row: number, language: number, mood: number, theme: number) => void
  headline(out: CopyWriter, random: Random, row: number, language: number, mood: number): void
}

interface Bank {
  readonly between: Phrase
  readonly tiny: Phrase
  readonly headline: Phrase
  readonly ending: Phrase
  readonly sentences: readonly Phrase[]
}

/** Texts of this length and below are one tiny phrase; up to SHORT they are a few of them, above sentences. */
const TINY = 16
const SHORT = 42
/** A new paragraph at every so manieth sentence of a long text, on average. */
const PARAGRAPH = 5

const paragraph = literal('\n\n')
const lineBreak = literal('\n')
const tab = literal('\t')

export function compileBanks(spec: GeneratorSpec, languages: Readonly<Record<string, LanguageSpec>>): Banks {
  const banks: Bank[][] = spec.languages.map((name) => {
    const language = languages[name]
    if (!language) throw new GeneratorInvalid('phrases', `no phrases for language ${name}`)
    const grammar = new Grammar(language.lists, `phrases ${name}`)
    const of = (part: Readonly<Record<string, readonly string[]>>, key: string, what: string): readonly string[] => {
      const phrases = part[key]
      if (!phrases) throw new GeneratorInvalid(`phrases ${name}`, `no ${what} for ${key}`)
      return phrases
    }
    return spec.moods.map((mood) => ({
      between: literal(language.between),
      tiny: capital(grammar.choice(of(language.tiny, mood, 'tiny phrases'))),
      headline: capital(grammar.choice(of(language.headlines, mood, 'headlines'))),
      ending: grammar.choice(of(language.endings, mood, 'endings')),
      sentences: spec.themes.map((theme) => {
        const byTheme = language.sentences[mood] ?? {}
        return capital(grammar.choice(byTheme[theme] ?? of(byTheme, spec.themes[0]!, 'sentences')))
      }),
    }))
  })

  return {
    headline: (out, random, row, language, mood) => void banks[language]![mood]!.headline(out, random, row),

    /*
     * Length first (log-normal), then phrases until it is reached, so that the lengths of the whole table follow
     * the wanted median and tail whatever the banks hold. The first sentence speaks of the theme; later ones of it
     * or of the first theme.
     */
    prose({ median, sigma, most }) {
      const mu = Math.log(median)
      return (out, random, row, language, mood, theme) => {
        const bank = banks[language]![mood]!
        const wanted = Math.min(most, Math.exp(mu + sigma * random.normal()))
        let length = 0
        if (wanted <= SHORT) {
          const least = wanted > TINY ? wanted - 8 : 0
          for (length += bank.tiny(out, random, row); length < least; length += bank.tiny(out, random, row)) length += bank.between(out, random, row)
        } else {
          let sentences = 0
          do {
            const about = sentences === 0 || random.unit() < 0.45 ? theme : 0
            if (sentences > 0) length += random.below(PARAGRAPH * 2) === 0 ? pause(out, random, row) : bank.between(out, random, row)
            const size = bank.sentences[about]!(out, random, row)
            length += size
            sentences++
            if (length + size / 2 > wanted) break
          } while (length < wanted)
        }
        if (random.below(12) === 0) bank.ending(out, random, row)
      }
    },
  }
}

/** The phrase with its first letter in upper case (ASCII letters only). */
function capital(phrase: Phrase): Phrase {
  return (out, random, row) => {
    const start = out.at
    const length = phrase(out, random, row)
    out.capitalise(start)
    return length
  }
}

function pause(out: CopyWriter, random: Random, row: number): number {
  const kind = random.below(8)
  return (kind === 0 ? tab : kind < 4 ? lineBreak : paragraph)(out, random, row)
}
