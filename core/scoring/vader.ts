import { textLength } from './text-scores.ts'
import { BOOSTERS, BOOSTER_PHRASES, NEGATIONS, SPECIAL_CASES } from './vader-words.ts'

/** Word or emoticon → mean valence, and single-code-point emoji → description. */
export interface VaderLexicon {
  readonly words: ReadonlyMap<string, number>
  readonly emoji: ReadonlyMap<string, string>
}

/** What ALL CAPS adds, and what a negation multiplies by: constants of the reference implementation. */
const CAPITALS = 0.733
const NEGATED = -0.74
/** Normalisation constant: score / sqrt(score² + 15) */
const ALPHA = 15

const EMOJI_RANGE = /[\xa9\xae\u2000-\uffff]/
/**
 * What a UTF-16 unit is to the tokeniser. Spaces are those of Python's str.split(): unlike \s they include
 * U+001C-001F and U+0085 and not the byte order mark. Punctuation is Python's string.punctuation.
 */
const SPACE = 1
const PUNCTUATION = 2
/** Lower-casing may change it. */
const CASED = 4
const UNIT = new Uint8Array(65536).fill(CASED, 0x80)
UNIT.fill(CASED, 0x41, 0x5b)
for (const [first, last] of [[0x09, 0x0d], [0x1c, 0x20], [0x85, 0x85], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000]] as const) {
  UNIT.fill(SPACE, first, last + 1)
}
for (const sign of '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~') UNIT[sign.charCodeAt(0)] = PUNCTUATION

const LOWERCASE = /[\p{Lowercase}\p{Lt}]/u
const UPPERCASE = /\p{Uppercase}/u

/**
 * VADER's compound score, −1..1, to four decimals: the rules of vaderSentiment 3.3.2, including its quirks
 * (each is marked), because a score must equal the one the platform has always stored.
 * Linear in the length of the text but for texts with thousands of emotional words around a "but".
 */
export function vaderCompound(text: string, lexicon: VaderLexicon): number {
  return read(text, lexicon)?.compound ?? 0
}

export interface VaderWord {
  /** As it stands in the text, without the punctuation around it. */
  readonly word: string
  /** Of the lexicon, about −4..4. */
  readonly valence: number
  /** What it counts after negations, boosters, capitals and "but". */
  readonly counted: number
}

export interface VaderReading {
  /** Words that the lexicon knows and that count, in their order. */
  readonly words: readonly VaderWord[]
  /** What exclamation and question marks add to the sum, with its sign. */
  readonly emphasis: number
  /** Of the words and the emphasis; compound = sum / sqrt(sum² + 15). */
  readonly sum: number
  readonly compound: number
}

/** The same score with the words that made it. */
export function vaderReading(text: string, lexicon: VaderLexicon): VaderReading {
  const found = read(text, lexicon)
  if (!found) return { words: [], emphasis: 0, sum: 0, compound: 0 }
  const { tokens, valences, at, sentiments, emphasis, sum, compound } = found
  const words = at.map((index, i): VaderWord => ({ word: tokens[index]!, valence: valences[index]!, counted: sentiments[i]! }))
  return { words, emphasis, sum, compound }
}

interface Read {
  readonly tokens: readonly string[]
  readonly valences: readonly (number | undefined)[]
  /** Places of the words that count, and what each counts. */
  readonly at: readonly number[]
  readonly sentiments: readonly number[]
  readonly emphasis: number
  readonly sum: number
  readonly compound: number
}

/** null: no word is in the lexicon. */
function read(text: string, lexicon: VaderLexicon): Read | null {
  const plain = EMOJI_RANGE.test(text) ? describeEmoji(text, lexicon.emoji) : text
  const tokens: string[] = []
  const lowers: string[] = []
  const valences: (number | undefined)[] = []
  let emotional = false
  for (let i = 0; i < plain.length; ) {
    let kinds = UNIT[plain.charCodeAt(i)]!
    if (kinds === SPACE) {
      i++
      continue
    }
    const start = i
    for (i++; i < plain.length; i++) {
      const kind = UNIT[plain.charCodeAt(i)]!
      if (kind === SPACE) break
      kinds |= kind
    }
    const word = stripPunctuation(plain, start, i)
    const lower = (kinds & CASED) === 0 ? word : word.toLowerCase()
    const valence = lexicon.words.get(lower)
    tokens.push(word)
    lowers.push(lower)
    valences.push(valence)
    emotional ||= valence !== undefined
  }
  if (!emotional) return null
  const sentence: Sentence = { tokens, lowers, valences, mixedCase: isMixedCase(tokens) }
  const at: number[] = []
  const sentiments: number[] = []
  for (let i = 0; i < tokens.length; i++) {
    if (valences[i] === undefined || BOOSTERS.has(lowers[i]!)) continue
    if (lowers[i] === 'kind' && lowers[i + 1] === 'of') continue
    at.push(i)
    sentiments.push(valenceAt(sentence, i))
  }
  weighAroundBut(sentiments, at, lowers.indexOf('but'))
  let sum = 0
  for (const sentiment of sentiments) sum += sentiment
  const emphasis = sum === 0 ? 0 : sum > 0 ? punctuationEmphasis(plain) : -punctuationEmphasis(plain)
  sum += emphasis
  const compound = Number(Math.max(-1, Math.min(1, sum / Math.sqrt(sum * sum + ALPHA))).toFixed(4)) + 0
  return { tokens, valences, at, sentiments, emphasis, sum, compound }
}

interface Sentence {
  readonly tokens: readonly string[]
  readonly lowers: readonly string[]
  /** undefined: not in the lexicon */
  readonly valences: readonly (number | undefined)[]
  /** Some words ALL CAPS and some not: only then do capitals emphasise. */
  readonly mixedCase: boolean
}

function valenceAt(sentence: Sentence, i: number): number {
  const { tokens, lowers, valences, mixedCase } = sentence
  const own = valences[i]!
  let valence = own
  // "no" beside another lexicon word negates it instead of counting itself.
  if (lowers[i] === 'no' && i !== tokens.length - 1 && valences[i + 1] !== undefined) valence = 0
  if (
    lowers[i - 1] === 'no' ||
    lowers[i - 2] === 'no' ||
    (lowers[i - 3] === 'no' && (lowers[i - 1] === 'or' || lowers[i - 1] === 'nor'))
  ) {
    valence = own * NEGATED
  }
  if (mixedCase && isUpper(tokens[i]!)) valence += valence > 0 ? CAPITALS : -CAPITALS
  for (let distance = 1; distance <= 3 && i >= distance; distance++) {
    if (valences[i - distance] !== undefined) continue
    let boost = boostOf(sentence, i - distance, valence)
    if (distance === 2) boost *= 0.95
    if (distance === 3) boost *= 0.9
    valence = negate(valence + boost, lowers, i, distance)
    if (distance === 3) valence = specialCases(valence, lowers, i)
  }
  return least(valence, sentence, i)
}

function boostOf({ tokens, lowers, mixedCase }: Sentence, i: number, valence: number): number {
  const boost = BOOSTERS.get(lowers[i]!)
  if (boost === undefined) return 0
  const signed = valence < 0 ? -boost : boost
  if (!mixedCase || !isUpper(tokens[i]!)) return signed
  return signed + (valence > 0 ? CAPITALS : -CAPITALS)
}

function isNegation(word: string): boolean {
  return NEGATIONS.has(word) || word.includes("n't")
}

const intensifies = (word: string): boolean => word === 'so' || word === 'this'

function negate(valence: number, lowers: readonly string[], i: number, distance: number): number {
  const one = lowers[i - 1]!
  if (distance === 2) {
    if (lowers[i - 2] === 'never' && intensifies(one)) return valence * 1.25
    if (lowers[i - 2] === 'without' && one === 'doubt') return valence
  }
  if (distance === 3) {
    const two = lowers[i - 2]!
    // Quirk: "so" or "this" directly before strengthens here with no "never" in sight (and/or precedence).
    if ((lowers[i - 3] === 'never' && intensifies(two)) || intensifies(one)) return valence * 1.25
    if (lowers[i - 3] === 'without' && (two === 'doubt' || one === 'doubt')) return valence
  }
  return isNegation(lowers[i - distance]!) ? valence * NEGATED : valence
}

/** Idioms around i; called with at least three words before it. */
function specialCases(valence: number, lowers: readonly string[], i: number): number {
  const [three, two, one, zero] = [lowers[i - 3]!, lowers[i - 2]!, lowers[i - 1]!, lowers[i]!]
  const before = [`${one} ${zero}`, `${two} ${one} ${zero}`, `${two} ${one}`, `${three} ${two} ${one}`, `${three} ${two}`]
  let found = valence
  for (const phrase of before) {
    const special = SPECIAL_CASES.get(phrase)
    if (special === undefined) continue
    found = special
    break
  }
  if (i + 1 < lowers.length) found = SPECIAL_CASES.get(`${zero} ${lowers[i + 1]}`) ?? found
  if (i + 2 < lowers.length) found = SPECIAL_CASES.get(`${zero} ${lowers[i + 1]} ${lowers[i + 2]}`) ?? found
  for (const phrase of [before[3]!, before[4]!, before[2]!]) found += BOOSTER_PHRASES.get(phrase) ?? 0
  return found
}

function least(valence: number, { lowers, valences }: Sentence, i: number): number {
  if (i === 0 || lowers[i - 1] !== 'least' || valences[i - 1] !== undefined) return valence
  if (i > 1 && (lowers[i - 2] === 'at' || lowers[i - 2] === 'very')) return valence
  return valence * NEGATED
}

/**
 * Halves what stands before the first "but" and strengthens what follows.
 * Quirk: the reference looks each value up by equality, so of equal values the first one is changed,
 * and one already changed may be changed again. Zeros stay zero and need no place in the list.
 */
function weighAroundBut(sentiments: number[], at: readonly number[], but: number): void {
  if (but < 0) return
  for (let i = 0; i < sentiments.length; i++) {
    const first = sentiments.indexOf(sentiments[i]!)
    if (at[first]! < but) sentiments[first]! *= 0.5
    else if (at[first]! > but) sentiments[first]! *= 1.5
  }
}

function punctuationEmphasis(text: string): number {
  const exclamations = count(text, '!', 4)
  const questions = count(text, '?', 4)
  return exclamations * 0.292 + (questions > 3 ? 0.96 : questions > 1 ? questions * 0.18 : 0)
}

function count(text: string, sign: string, most: number): number {
  let found = 0
  for (let at = text.indexOf(sign); at >= 0 && found < most; at = text.indexOf(sign, at + 1)) found++
  return found
}

function isUpper(word: string): boolean {
  let cased = false
  for (let i = 0; i < word.length; i++) {
    const unit = word.charCodeAt(i)
    if (unit >= 0x80) return UPPERCASE.test(word) && !LOWERCASE.test(word)
    if (unit >= 97 && unit <= 122) return false
    cased ||= unit >= 65 && unit <= 90
  }
  return cased
}

function isMixedCase(tokens: readonly string[]): boolean {
  let upper = 0
  for (const token of tokens) if (isUpper(token)) upper++
  return upper > 0 && upper < tokens.length
}

/** Without punctuation at both ends; a token that leaves at most two characters is an emoticon and stays whole. */
function stripPunctuation(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && UNIT[text.charCodeAt(start)] === PUNCTUATION) start++
  while (end > start && UNIT[text.charCodeAt(end - 1)] === PUNCTUATION) end--
  const units = end - start
  if (units <= 2) return text.slice(from, to)
  const stripped = text.slice(start, end)
  return units <= 4 && textLength(stripped) <= 2 ? text.slice(from, to) : stripped
}

function describeEmoji(text: string, emoji: ReadonlyMap<string, string>): string {
  let plain = ''
  let afterSpace = true
  for (const character of text) {
    const description = character.charCodeAt(0) >= 0xa9 ? emoji.get(character) : undefined
    if (description === undefined) {
      plain += character
      afterSpace = character === ' '
      continue
    }
    plain += afterSpace ? description : ' ' + description
    afterSpace = false
  }
  return plain
}
