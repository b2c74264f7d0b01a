/** Word lists of vaderSentiment 3.3.2 (MIT, see models/vader/LICENSE). */

const STRENGTHEN = [
  'absolutely', 'amazingly', 'awfully', 'completely', 'considerable', 'considerably', 'decidedly', 'deeply',
  'effing', 'enormous', 'enormously', 'entirely', 'especially', 'exceptional', 'exceptionally', 'extreme',
  'extremely', 'fabulously', 'flippin', 'flipping', 'frackin', 'fracking', 'frickin', 'fricking', 'friggin',
  'frigging', 'fuckin', 'fucking', 'fuggin', 'fugging', 'fully', 'greatly', 'hella', 'highly', 'hugely',
  'incredible', 'incredibly', 'intensely', 'major', 'majorly', 'more', 'most', 'particularly', 'purely',
  'quite', 'really', 'remarkably', 'so', 'substantially', 'thoroughly', 'total', 'totally', 'tremendous',
  'tremendously', 'uber', 'unbelievably', 'unusually', 'utter', 'utterly', 'very',
]
const WEAKEN = [
  'almost', 'barely', 'hardly', 'just enough', 'kind of', 'kind-of', 'kinda', 'kindof', 'less', 'little',
  'marginal', 'marginally', 'occasional', 'occasionally', 'partly', 'scarce', 'scarcely', 'slight', 'slightly',
  'somewhat', 'sort of', 'sort-of', 'sorta', 'sortof',
]

/** Word before an emotional word → what it adds to a positive valence. */
export const BOOSTERS: ReadonlyMap<string, number> = new Map([
  ...STRENGTHEN.map((word): [string, number] => [word, 0.293]),
  ...WEAKEN.map((word): [string, number] => [word, -0.293]),
])

/** The boosters of two and three words, looked up apart. */
export const BOOSTER_PHRASES: ReadonlyMap<string, number> = new Map([...BOOSTERS].filter(([words]) => words.includes(' ')))

export const NEGATIONS: ReadonlySet<string> = new Set([
  "ain't", 'aint', "aren't", 'arent', "can't", 'cannot', 'cant', "couldn't", 'couldnt', "daren't", 'darent',
  'despite', "didn't", 'didnt', "doesn't", 'doesnt', "don't", 'dont', "hadn't", 'hadnt', "hasn't", 'hasnt',
  "haven't", 'havent', "isn't", 'isnt', "mightn't", 'mightnt', "mustn't", 'mustnt', "needn't", 'neednt',
  'neither', 'never', 'none', 'nope', 'nor', 'not', 'nothing', 'nowhere', "oughtn't", 'oughtnt', 'rarely',
  'seldom', "shan't", 'shant', "shouldn't", 'shouldnt', 'uh-uh', 'uhuh', "wasn't", 'wasnt', "weren't", 'werent',
  'without', "won't", 'wont', "wouldn't", 'wouldnt',
])

/** Idioms whose valence replaces that of the lexicon word they hold. */
export const SPECIAL_CASES: ReadonlyMap<string, number> = new Map([
  ['the shit', 3],
  ['the bomb', 3],
  ['bad ass', 1.5],
  ['badass', 1.5],
  ['bus stop', 0.0],
  ['yeah right', -2],
  ['kiss of death', -1.5],
  ['to die for', 3],
  ['beating heart', 3.5],
])
