import type { VaderLexicon } from './vader.ts'

/** Reads models/vader/lexicon.tsv (word, tab, valence) and emoji.tsv (emoji, tab, description). */
export function parseLexicon(words: string, emoji: string): VaderLexicon {
  return {
    words: new Map(pairs(words).map(([word, valence]) => [word, Number(valence)])),
    emoji: new Map(pairs(emoji)),
  }
}

function pairs(lines: string): [string, string][] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t')
      return [line.slice(0, tab), line.slice(tab + 1)]
    })
}
