import type { VaderLexicon } from './vader.ts'

/** Reads models/vader/lexicon.tsv (word, tab, valence) and emoji.tsv (emoji, tab, description). */
export function parseLexicon(words: string, emoji: string): VaderLexicon {
  const pairs = (text: string): [string, string][] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const tab = line.indexOf('\t')
        return [line.slice(0, tab), line.slice(tab + 1)]
      })
  return {
    words: new Map(pairs(words).map(([word, valence]) => [word, Number(valence)])),
    emoji: new Map(pairs(emoji)),
  }
}
