/**
 * One classification per text, features included: our hashed linear model against the same kind of model
 * (a bag-of-words linear classifier, int8) through transformers.js, on the same real reviews, one thread
 * each, alternating A B A B. The peer runs in the fastest of its own ways (one by one, arrays of 8 and 32).
 * A second figure, without peer, is everything Régie scores of a text: VADER, both models, relevance.
 *
 * Needs the shared data: $REGIE_TEST_DATA, or shared/data beside the repository; and npm's registry once.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { gunzipSync } from 'node:zlib'
import { build } from 'vite'

const ROUNDS = 7
const TEXTS = 6000
/** Our turn repeats the texts, so that both turns last long enough to be timed. */
const OUR_PASSES = 10
const TRANSFORMERS = '4.3.1'
const NAME = 'n-gram scoring, texts per second on one thread'

const root = resolve(import.meta.dirname, '..', '..')
const data = process.env.REGIE_TEST_DATA ?? resolve(root, '..', 'shared', 'data')
const model = join(data, 'weights', 'MADE-HERE-bow-sentiment-multilingual')
const reviews = join(data, 'reviews')

const print = (result) => console.log(JSON.stringify(result))
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

function skip(reason) {
  print({ name: NAME, notRun: reason })
  process.exit(0)
}

/** The same number of texts of each language; one line each is enough for a bench (multi-line rows are left out). */
function readTexts() {
  const languages = ['en', 'de', 'fr', 'es', 'ja', 'zh']
  return languages.flatMap((language) =>
    gunzipSync(readFileSync(join(reviews, `amazon_reviews_multi_${language}_train.csv.gz`)))
      .toString('utf8')
      .split('\n')
      .filter((line) => /^\d+,\w\w,\d,/.test(line))
      .slice(0, TEXTS / languages.length)
      .map((line) => line.replace(/^\d+,\w\w,\d,/, '').replace(/^"|"$/g, '')),
  )
}

async function ours(folder) {
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '#core': join(root, 'core') } },
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rollupOptions: { input: { entry: join(import.meta.dirname, 'entry.ts') }, output: { entryFileNames: '[name].mjs' } },
    },
  })
  return import(join(folder, 'entry.mjs'))
}

/** transformers.js in a folder of its own, without its install scripts (they fetch GPU builds). */
function installPeer() {
  const folder = join(tmpdir(), `regie-bench-transformers-${TRANSFORMERS}`)
  if (!existsSync(join(folder, 'node_modules', '@huggingface', 'transformers', 'package.json'))) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private":true}')
    const npm = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@huggingface/transformers@${TRANSFORMERS}`], { cwd: folder, encoding: 'utf8' })
    if (npm.status !== 0) skip(`transformers.js can't be installed: ${npm.stderr?.split('\n')[0] ?? npm.error}`)
  }
  return createRequire(join(folder, 'package.json')).resolve('@huggingface/transformers')
}

/** A process that answers each line "run <batch>" with the milliseconds of one pass over the texts. */
function startPeer(module, textsFile) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'transformers-peer.mjs'), module, model, textsFile], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async turn(batch) {
      child.stdin.write(`run ${batch}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error('the peer ended')
      return Number(value)
    },
    end: () => child.stdin.end(),
  }
}

if (!existsSync(join(model, 'config.json')) || !existsSync(reviews)) skip('the shared data (weights, reviews) is absent')
const folder = mkdtempSync(join(tmpdir(), 'regie-bench-scoring-'))
// Bare imports of the built entry resolve from the repository.
const inside = join(root, 'node_modules', '.cache', 'regie-bench-scoring')
try {
  const texts = readTexts()
  const textsFile = join(folder, 'texts.json')
  writeFileSync(textsFile, JSON.stringify(texts))
  const { openScoring } = await ours(inside)
  const { classifyAll, scoreAll } = await openScoring(join(root, 'models'))
  const peer = startPeer(installPeer(), textsFile)

  const time = async (work) => {
    const start = performance.now()
    for (let pass = 0; pass < OUR_PASSES; pass++) await work(texts)
    return (performance.now() - start) / OUR_PASSES
  }
  await time(classifyAll)
  let batch = 1
  let fastest = Infinity
  for (const size of [1, 8, 32]) {
    await peer.turn(size)
    const took = await peer.turn(size)
    if (took < fastest) [batch, fastest] = [size, took]
  }
  const a = []
  const b = []
  const ratios = []
  for (let round = 0; round < ROUNDS; round++) {
    a.push(await time(classifyAll))
    b.push(await peer.turn(batch))
    ratios.push(b[round] / a[round])
  }
  peer.end()
  const rate = (ms) => Math.round((texts.length / ms) * 1000)
  const characters = Math.round(texts.reduce((sum, text) => sum + text.length, 0) / texts.length)
  print({ name: NAME, ours: rate(median(a)), peer: rate(median(b)), unit: 'texts/s', ratio: median(ratios), aim: 30, peerBatch: batch, texts: texts.length, meanCharacters: characters })
  await time(scoreAll)
  console.log(`all scores of a text (VADER, theme, sentiment, relevance), one thread: ${rate(median([await time(scoreAll), await time(scoreAll), await time(scoreAll)]))} texts/s`)
} finally {
  rmSync(folder, { recursive: true, force: true })
  rmSync(inside, { recursive: true, force: true })
}
